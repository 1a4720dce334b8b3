"""Who is billed: found by typing, chosen with Enter or a press, and the job it is for."""

from typing import Any

import reflex as rx

from fsm_portal.dashboard.customer_form import CustomerForm
from fsm_portal.ui.button import button
from fsm_portal.ui.field import select_field, text_field
from fsm_portal.ui.values import if_any


def customer_choice(view: Any, page: Any) -> rx.Component:
    """``view`` is a SheetView, ``page`` the State of the editor."""
    return rx.cond(view.customer.id != "", _chosen(view, page), _search(view, page))


def _chosen(view: Any, page: Any) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.div(
                rx.el.p(view.customer.name, class_name="font-medium wrap-anywhere"),
                if_any(
                    view.customer.note,
                    rx.el.p(view.customer.note, class_name="text-muted wrap-anywhere"),
                ),
                rx.cond(
                    ~view.has_email,
                    rx.el.p(
                        "No email address yet: you will be asked for one when you send it.",
                        class_name="text-muted",
                    ),
                ),
                class_name="min-w-0",
            ),
            button("Change", kind="link", size="compact", on_click=page.choose("")),
            class_name="flex items-start justify-between gap-3",
        ),
        rx.cond(
            view.jobs.length() > 0,
            rx.el.div(
                select_field(
                    "Job",
                    (("", "No job"),),
                    name="job",
                    default_value=view.job,
                    more=rx.foreach(view.jobs, lambda job: rx.el.option(job.name, value=job.id)),
                ),
                class_name="mt-4",
            ),
        ),
        key="chosen",
    )


def _search(view: Any, page: Any) -> rx.Component:
    return rx.el.div(
        text_field(
            "Customer",
            name="customer_search",
            default_value=view.customer_search,
            placeholder="Name, contact or email",
            auto_complete="off",
            auto_focus=True,
            error=view.customer_problem,
        ),
        rx.cond(
            view.matches.length() > 0,
            rx.el.ul(
                rx.foreach(view.matches, lambda found: _match(found, page)),
                aria_label="Customers found",
                class_name="mt-2 divide-y divide-line rounded-lg border border-line",
            ),
            rx.el.p(
                rx.cond(
                    view.nobody_called,
                    "No customer has this in name, contact, address or phone number.",
                    "No customers yet. Write down your first one here, or import them.",
                ),
                class_name="mt-2 text-muted",
            ),
        ),
        rx.cond(
            view.more_matches,
            rx.el.p("There are more: type more of the name.", class_name="mt-2 text-muted"),
        ),
        rx.cond(
            view.may_add_customer,
            rx.el.div(
                button(
                    "New customer",
                    kind="secondary",
                    size="compact",
                    icon="plus",
                    on_click=CustomerForm.begin_billed(view.id),
                ),
                class_name="mt-3",
            ),
        ),
        key="search",
    )


def _match(found: Any, page: Any) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            rx.el.span(found.name, class_name="block font-medium wrap-anywhere"),
            if_any(
                found.note,
                rx.el.span(found.note, class_name="block text-xs text-muted wrap-anywhere"),
            ),
            type="button",
            on_click=page.choose(found.id),
            class_name="block min-h-11 w-full px-3 py-2 text-left hover:bg-sunken",
            custom_attrs={"data-match": "true"},
        ),
        key=found.id,
    )
