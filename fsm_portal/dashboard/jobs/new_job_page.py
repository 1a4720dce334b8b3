"""A new job: for whom, what, when, and who goes."""

from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.address import go
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.customers.choosing import chooser
from fsm_portal.dashboard.desk import staff_page, take_seat
from fsm_portal.dashboard.jobs.job_form import (
    JobForm,
    job_fields,
    job_problem,
    problem_of,
)
from fsm_portal.dashboard.visiting import begin
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.role import May
from fsm_portal.flows.customers.customer_query import search_words
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.jobs.new_job import NewJobQuery, NewJobView, new_job_query, show_new_job
from fsm_portal.ui.as_typed import as_typed
from fsm_portal.ui.button import button, link_button
from fsm_portal.ui.card import card, titled_card
from fsm_portal.ui.dialog import dialog_actions
from fsm_portal.ui.empty import empty
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.long_list import said
from fsm_portal.ui.skeleton import loading, skeleton_card
from fsm_portal.ui.title import back_link, page_title
from fsm_portal.ui.values import if_any

PATH = "/dashboard/jobs/new/"


class NewJobPage(rx.State):
    """Whom it is for stands in the address, or what is searched for."""

    view: NewJobView = NewJobView()

    @classmethod
    def load_view(cls, scope: Scope, params: NewJobQuery) -> NewJobView:
        return show_new_job(scope, params)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        await begin(self, JobForm)
        query = new_job_query(said(self, "customer"), said(self, "q"))
        return await take_seat(self, NewJobPage, query)

    @rx.event
    async def look_for(self, text: str) -> EventSpec:
        """The customers who fit what was typed."""
        if await clerk(self) is None:
            return to_sign_in()
        return go(PATH, q=search_words(text))

    @rx.event
    async def choose(self, customer_id: str) -> EventSpec | None:
        """Whom the job is for; nobody, to choose anew."""
        if await clerk(self) is None:
            return to_sign_in()
        known = isinstance(customer_id, str) and is_id(customer_id)
        return go(PATH, customer=customer_id if known else "")


def new_job_page() -> rx.Component:
    view = last_seen("new_job", NewJobPage.view)
    return staff_page(
        back_link("All jobs", "/dashboard/jobs/"),
        page_title("New job"),
        rx.cond(
            view.loaded,
            rx.cond(view.desk.may.contains(May.EDIT_JOBS.value), _form(view), _not_yours()),
            loading(skeleton_card(8)),
        ),
        here="Jobs",
        page=NewJobPage,
    )


def _form(view: Any) -> rx.Component:
    return rx.el.div(
        titled_card(
            "Customer",
            rx.cond(view.customer.id != "", _chosen(view), _search(view)),
        ),
        card(
            rx.el.form(
                as_typed(
                    job_fields(view, fresh=True),
                    under=rx.Var.create("new job of ") + view.desk.company.name,
                    forgets=True,
                ),
                job_problem(),
                dialog_actions(
                    link_button("Cancel", to="/dashboard/jobs/"),
                    button("Plan job", type="submit", loading=JobForm.busy),
                ),
                on_submit=JobForm.create,
                no_validate=True,
            )
        ),
        key="form",
        class_name="grid max-w-3xl gap-4",
    )


def _chosen(view: Any) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.p(view.customer.name, class_name="font-medium wrap-anywhere"),
            if_any(view.customer.contact, rx.el.p(view.customer.contact, class_name="text-muted")),
            rx.foreach(view.customer.address, lambda line: rx.el.p(line, class_name="text-muted")),
            class_name="min-w-0 wrap-anywhere",
        ),
        button("Change", kind="link", size="compact", on_click=NewJobPage.choose("")),
        key="chosen",
        class_name="flex items-start justify-between gap-3",
    )


def _search(view: Any) -> rx.Component:
    return rx.el.div(
        chooser(
            view.choice,
            on_search=NewJobPage.look_for.debounce(200),
            on_choose=NewJobPage.choose,
        ),
        rx.el.p(
            problem_of("customer"),
            class_name="mt-2 text-xs font-medium text-bad empty:hidden",
            role="alert",
        ),
        key="search",
    )


def _not_yours() -> rx.Component:
    return rx.el.div(
        card(
            empty(
                "Jobs are planned by the office",
                "Your role can look at them and mark them as done.",
                icon="lock",
                action=link_button("All jobs", to="/dashboard/jobs/"),
            )
        ),
        key="no",
    )
