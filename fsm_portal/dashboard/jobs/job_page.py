"""One job, on a desk or on the phone of whoever goes there."""

from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.address import last_part, last_part_in_browser
from fsm_portal.dashboard.desk import staff_page, take_seat
from fsm_portal.dashboard.jobs.finishing import (
    Finishing,
    cancel_dialog,
    complete_dialog,
)
from fsm_portal.dashboard.jobs.job_form import JobForm, job_dialog
from fsm_portal.dashboard.jobs.job_sides import invoices_for, to_do, where
from fsm_portal.dashboard.jobs.job_table import job_badge
from fsm_portal.dashboard.visiting import begin
from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.jobs.show_job import JobView, show_job
from fsm_portal.ui.button import button, link_button
from fsm_portal.ui.card import card
from fsm_portal.ui.customer_shell import beside
from fsm_portal.ui.details import details
from fsm_portal.ui.empty import empty
from fsm_portal.ui.last_seen import last_seen
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
        await begin(self, JobForm, Finishing)
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
                rx.el.div(invoices_for(view), class_name="empty:hidden max-lg:order-3"),
                class_name="flex min-w-0 flex-col gap-4 max-lg:contents",
            ),
            rx.el.div(
                to_do(view, may_edit),
                where(view),
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
