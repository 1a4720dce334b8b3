"""One job, on a desk or on the phone of whoever goes there."""

from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.address import last_part, last_part_in_browser
from fsm_portal.dashboard.desk import staff_page, take_seat
from fsm_portal.dashboard.jobs.finishing import (
    Finishing,
    begin_finishing,
    cancel_dialog,
    complete_dialog,
)
from fsm_portal.dashboard.jobs.job_form import JobForm, begin_job_form, job_dialog
from fsm_portal.dashboard.jobs.job_table import job_badge
from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.jobs.show_job import JobView, show_job
from fsm_portal.ui.badge import invoice_badges
from fsm_portal.ui.button import button, link_button
from fsm_portal.ui.card import card, titled_card
from fsm_portal.ui.customer_shell import beside
from fsm_portal.ui.details import details
from fsm_portal.ui.empty import empty
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.link import document_link, link
from fsm_portal.ui.skeleton import loading, skeleton_card
from fsm_portal.ui.title import back_link, page_title
from fsm_portal.ui.values import if_any


class JobPage(rx.State):
    view: JobView = JobView()

    @classmethod
    def load_view(cls, scope: Scope, params: str) -> JobView:
        return show_job(scope, params)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        await begin_job_form(self)
        await begin_finishing(self)
        return await take_seat(self, JobPage, last_part(self))


def job_page() -> rx.Component:
    view = last_seen("job", JobPage.view)
    # After a step from one job to another the view is still the old one for a moment.
    arrived = view.loaded & (view.id == last_part_in_browser())
    return staff_page(
        back_link("All jobs", "/dashboard/jobs/"),
        rx.cond(arrived, rx.cond(view.found, _job(view), _none()), _outline()),
        job_dialog(view),
        complete_dialog(view),
        cancel_dialog(),
        here="Jobs",
        page=JobPage,
    )


def _job(view: Any) -> rx.Component:
    may_edit = view.desk.may.contains(May.EDIT_JOBS.value)
    return rx.el.div(
        page_title(
            view.title,
            rx.cond(
                may_edit,
                button("Edit", kind="secondary", on_click=JobForm.edit(view.id)),
            ),
            beside=job_badge(view.state),
        ),
        # On a phone: what and when, what to do about it, where; then the invoices.
        rx.el.div(
            rx.el.div(
                _what(view),
                rx.el.div(_invoices(view), class_name="empty:hidden max-lg:order-3"),
                class_name="flex min-w-0 flex-col gap-4 max-lg:contents",
            ),
            rx.el.div(
                _do(view, may_edit),
                _where(view),
                class_name="flex min-w-0 flex-col gap-4 max-lg:order-2",
            ),
            class_name="flex flex-col gap-4 lg:grid lg:grid-cols-[minmax(0,1fr)_20rem] "
            "lg:items-start",
        ),
        key="job",
        class_name="flex flex-col gap-4",
    )


def _what(view: Any) -> rx.Component:
    return card(
        details(
            ("When", view.when),
            (
                "Technician",
                rx.cond(
                    view.technician != "",
                    view.technician,
                    rx.cond(view.ended != "", "–", "Nobody yet"),
                ),
            ),
            (
                rx.match(view.state, ("done", "Done"), ("cancelled", "Cancelled"), "State"),
                rx.cond(view.ended != "", view.ended, "Planned"),
            ),
        ),
        if_any(
            view.description,
            rx.el.p(view.description, class_name="mt-5 whitespace-pre-line wrap-anywhere"),
        ),
        if_any(
            view.report,
            rx.el.div(
                rx.el.h2("What was done", class_name="text-xs text-muted"),
                rx.el.p(view.report, class_name="mt-1 whitespace-pre-line wrap-anywhere"),
                class_name="mt-5 border-t border-line pt-4",
            ),
        ),
    )


def _do(view: Any, may_edit: Any) -> rx.Component:
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


def _where(view: Any) -> rx.Component:
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


def _invoices(view: Any) -> rx.Component:
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


def _none() -> rx.Component:
    return rx.el.div(
        page_title("Job"),
        card(
            empty(
                "There is no such job",
                "It may belong to another company than the one you are signed in to.",
                icon="search",
                action=link_button("All jobs", to="/dashboard/jobs/"),
            )
        ),
        key="none",
        class_name="flex flex-col gap-4",
    )


def _outline() -> rx.Component:
    return rx.el.div(
        loading(beside(skeleton_card(6), rx.fragment(skeleton_card(2), skeleton_card(3)))),
        key="outline",
    )
