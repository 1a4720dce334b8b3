"""All jobs: what is to be done, by day, and what was done."""

from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.address import go
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.desk import staff_page, take_seat
from fsm_portal.dashboard.files.buttons import import_button
from fsm_portal.dashboard.filter_tabs import filter_tabs
from fsm_portal.dashboard.jobs.job_table import job_table
from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.jobs.list_jobs import PATH, JobListView, JobQuery, job_query, list_jobs
from fsm_portal.ui.button import link_button
from fsm_portal.ui.card import SURFACE, card
from fsm_portal.ui.empty import empty
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.link import link
from fsm_portal.ui.long_list import in_address, said, search_follows_address, turning, until_fresh
from fsm_portal.ui.search import search
from fsm_portal.ui.skeleton import loading, skeleton_card
from fsm_portal.ui.title import page_title

_TABS = (("upcoming", "Upcoming"), ("mine", "Mine"), ("completed", "Completed"))


class JobsPage(rx.State):
    """What is shown stands in the address: see address.py."""

    view: JobListView = JobListView()

    @classmethod
    def load_view(cls, scope: Scope, params: JobQuery) -> JobListView:
        return list_jobs(scope, params)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        return await take_seat(self, JobsPage, lambda who: self._query(who.person_id))

    @rx.event
    async def search(self, text: str) -> EventSpec:
        """Look for what was typed, from the first page on."""
        if await clerk(self) is None:
            return to_sign_in()
        wanted = job_query(said(self, "show"), text, None, None, "")
        show = "" if wanted.show == "upcoming" else wanted.show
        return go(PATH, show=show, q=wanted.search)

    def _query(self, me: str) -> JobQuery:
        said_of = (said(self, name) for name in ("show", "q", "before", "after"))
        return job_query(*said_of, me)


def jobs_page() -> rx.Component:
    view = last_seen("jobs", JobsPage.view)
    return staff_page(
        page_title(
            "Jobs",
            import_button(view, "jobs"),
            rx.cond(
                view.desk.may.contains(May.EDIT_JOBS.value),
                link_button("New job", to="/dashboard/jobs/new/", icon="plus", kind="primary"),
            ),
        ),
        rx.cond(
            view.loaded,
            rx.el.div(_controls(), _groups(view), key="jobs", class_name="flex flex-col gap-4"),
            loading(skeleton_card(8)),
        ),
        here="Jobs",
        page=JobsPage,
    )


def _controls() -> rx.Component:
    return rx.el.div(
        filter_tabs(PATH, _TABS),
        rx.el.div(
            search(
                "Job or customer",
                JobsPage.search.debounce(200),
                default_value=in_address("q", ""),
            ),
            search_follows_address(),
            class_name="flex w-full sm:max-w-80",
        ),
        class_name="flex flex-wrap items-center justify-between gap-3",
    )


def _groups(view: Any) -> rx.Component:
    fresh = (in_address("show", "upcoming") == view.show) & (in_address("q", "") == view.search)
    return until_fresh(
        rx.cond(
            view.groups.length() > 0,
            rx.el.div(
                rx.foreach(view.groups, lambda group: _group(group, view)),
                rx.cond(
                    (view.newer != "") | (view.older != ""),
                    card(turning(view, back="Previous", on="Next"), class_name="!p-0"),
                ),
                class_name="flex flex-col gap-4",
                key="groups",
            ),
            card(rx.cond(view.is_new, _none_yet(view), _none_found(view)), key="none"),
        ),
        fresh,
    )


def _group(group: Any, view: Any) -> rx.Component:
    return rx.el.section(
        rx.el.h2(group.title, class_name="px-5 py-4 text-sm font-semibold"),
        job_table(group.rows, view.desk, name=group.title),
        key=group.title,
        # The columns of one group stand under those of the one above.
        class_name=f"{SURFACE} overflow-hidden sm:[&_table]:table-fixed "
        "sm:[&_th:nth-child(1)]:w-[30%] sm:[&_th:nth-child(4)]:w-[15%]",
    )


def _none_yet(view: Any) -> rx.Component:
    return empty(
        "No jobs yet",
        "Plan the first visit: the customer sees it in their portal, and whoever goes there finds "
        "it on the phone.",
        icon="wrench",
        action=rx.cond(
            view.desk.may.contains(May.EDIT_JOBS.value),
            link_button("New job", to="/dashboard/jobs/new/", icon="plus"),
        ),
    )


def _none_found(view: Any) -> rx.Component:
    return rx.cond(
        view.search != "",
        empty(
            "No job fits",
            "Try a part of its name, or of the customer’s.",
            icon="search",
            action=link("Show all jobs", to=PATH),
        ),
        rx.match(
            view.show,
            (
                "mine",
                empty(
                    "Nothing for you",
                    "Jobs that you are chosen for as the technician stand here.",
                    icon="check",
                    action=link("Show all jobs", to=PATH),
                ),
            ),
            (
                "completed",
                empty("Nothing done yet", "What is marked as done stands here.", icon="wrench"),
            ),
            empty("Nothing planned", "All that was planned is done.", icon="check"),
        ),
    )
