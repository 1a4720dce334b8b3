"""What stands around a job: what to do about it, where it is, and the invoices for it."""

from typing import Any

import reflex as rx

from fsm_portal.dashboard.jobs.finishing import Finishing
from fsm_portal.domain.role import May
from fsm_portal.ui.badge import invoice_badges
from fsm_portal.ui.button import button, link_button
from fsm_portal.ui.card import card, titled_card
from fsm_portal.ui.link import document_link, link
from fsm_portal.ui.values import if_any


def to_do(view: Any, may_edit: Any) -> rx.Component:
    may = view.desk.may
    planned = (view.state == "planned") | (view.state == "late")
    may_complete = may.contains(May.COMPLETE_JOBS.value)
    return rx.cond(
        may_complete | may_edit,
        card(
            rx.el.div(
                rx.cond(
                    planned & may_complete,
                    button(
                        "Mark as done",
                        icon="check",
                        size="large",
                        wide=True,
                        on_click=Finishing.ask_complete(view.id),
                    ),
                ),
                rx.cond(
                    (view.state == "done") & may.contains(May.WRITE_INVOICES.value),
                    link_button(
                        "Make invoice",
                        to=f"/dashboard/invoices/new/?job={view.id}",
                        icon="invoice",
                        size="large",
                        wide=True,
                        kind="primary",
                    ),
                ),
                rx.cond(
                    (view.state == "done") & may_complete,
                    rx.fragment(
                        button(
                            "Change what was done",
                            kind="secondary",
                            wide=True,
                            on_click=Finishing.ask_complete(view.id),
                        ),
                        button(
                            "Not done after all",
                            kind="link",
                            wide=True,
                            on_click=Finishing.reopen(view.id),
                        ),
                    ),
                ),
                rx.cond(
                    planned & may_edit,
                    button(
                        "Cancel job",
                        kind="link",
                        wide=True,
                        on_click=Finishing.ask_cancel(view.id),
                    ),
                ),
                rx.cond(
                    (view.state == "cancelled") & may_edit,
                    button(
                        "Reopen",
                        kind="secondary",
                        wide=True,
                        on_click=Finishing.reopen(view.id),
                    ),
                ),
                class_name="flex flex-col gap-3",
            ),
        ),
    )


def where(view: Any) -> rx.Component:
    customer = view.customer
    return titled_card(
        "Customer",
        link(customer.name, to=f"/dashboard/customers/{customer.id}/"),
        if_any(customer.contact, rx.el.p(customer.contact, class_name="mt-1 text-muted")),
        if_any(
            customer.phone,
            document_link(
                customer.phone,
                href=f"tel:{customer.phone}",
                class_name="inline-flex min-h-11 items-center font-medium text-brand-ink",
            ),
        ),
        rx.el.div(
            rx.foreach(customer.address, lambda line: rx.el.p(line)),
            class_name="mt-2 wrap-anywhere empty:hidden",
        ),
    )


def invoices_for(view: Any) -> rx.Component:
    return rx.cond(
        view.invoices.length() > 0,
        titled_card(
            "Invoices for this job",
            rx.el.ul(
                rx.foreach(
                    view.invoices,
                    lambda one: rx.el.li(
                        rx.el.div(
                            link(one.number, to=f"/dashboard/invoices/{one.id}/"),
                            invoice_badges(one.status),
                            class_name="flex flex-wrap items-center gap-3",
                        ),
                        rx.el.span(one.total, class_name="font-medium tabular-nums"),
                        key=one.id,
                        class_name="flex items-center justify-between gap-3 py-3",
                    ),
                ),
                class_name="-my-3 divide-y divide-line",
            ),
        ),
    )
