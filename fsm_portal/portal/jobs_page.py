"""The customer's service history: visits to come, work that was done, and the invoices for it."""

from typing import Any

import reflex as rx

from fsm_portal import live
from fsm_portal.domain.topic import customer_topic
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.jobs.list_customer_jobs import CustomerJobsView, list_customer_jobs
from fsm_portal.flows.keyset import MomentQuery, moment_query
from fsm_portal.portal.portal_page import portal_page
from fsm_portal.portal.visited import Visited
from fsm_portal.ui.badge import badge, invoice_badges
from fsm_portal.ui.card import SURFACE, card
from fsm_portal.ui.empty import empty
from fsm_portal.ui.link import PLAIN, link
from fsm_portal.ui.long_list import said, turning
from fsm_portal.ui.title import page_title
from fsm_portal.ui.values import Node, if_any


class JobsPage(Visited, rx.State):
    """What is shown stands in the address; the view comes by push."""

    view: CustomerJobsView = CustomerJobsView()

    @classmethod
    def load_view(cls, scope: Scope, params: MomentQuery) -> CustomerJobsView:
        return list_customer_jobs(scope, params)

    @rx.event
    async def on_load(self) -> None:
        who, known = await self._arrive()
        if not known or who is None:
            return
        live.watch(
            self,
            JobsPage,
            {customer_topic(who.company_id, who.person_id)},
            who.scope,
            moment_query(said(self, "before"), said(self, "after")),
            session_id=who.session_id,
        )


def jobs_page() -> rx.Component:
    view = JobsPage.view
    return portal_page(
        JobsPage,
        rx.el.div(
            page_title("Service history"),
            rx.cond(
                view.is_new,
                card(
                    empty(
                        "No visits yet",
                        "Planned visits show here, and what was done once it is.",
                        icon="wrench",
                    )
                ),
                rx.el.div(_upcoming(view), _completed(view), class_name="flex flex-col gap-6"),
            ),
            class_name="flex flex-col gap-6",
        ),
        here="Service history",
    )


def _upcoming(view: Any) -> rx.Component:
    return rx.cond(
        view.newer == "",
        _section(
            "Upcoming",
            rx.cond(
                view.upcoming.length() > 0,
                _jobs(view.upcoming),
                rx.el.p("No visit planned.", class_name="px-5 pb-5 text-muted"),
            ),
            if_any(
                view.more_upcoming, rx.el.p(view.more_upcoming, class_name="px-5 py-4 text-muted")
            ),
        ),
    )


def _completed(view: Any) -> rx.Component:
    return _section(
        "Completed",
        rx.cond(
            view.completed.length() > 0,
            rx.fragment(
                _jobs(view.completed),
                rx.el.div(turning(view), class_name="border-t border-line"),
            ),
            rx.el.p(
                "Nothing yet: work shows here once it is done.", class_name="px-5 pb-5 text-muted"
            ),
        ),
    )


def _section(title: str, *children: Node) -> rx.Component:
    return rx.el.section(
        rx.el.h2(title, class_name="p-5 py-4 text-sm font-semibold"),
        *children,
        class_name=f"{SURFACE} overflow-hidden",
    )


def _jobs(jobs: rx.Var[Any]) -> rx.Component:
    return rx.el.ul(rx.foreach(jobs, _job), class_name="divide-y divide-line border-t border-line")


def _job(job: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(job.when, class_name="text-muted tabular-nums"),
            rx.cond(job.open_end, badge("quiet", "Not marked as done")),
            class_name="flex flex-wrap items-center gap-2 sm:w-60 sm:shrink-0",
        ),
        rx.el.div(
            rx.el.p(job.title, class_name="font-medium wrap-anywhere"),
            if_any(
                job.description,
                rx.el.p(
                    job.description,
                    class_name="mt-0.5 text-muted whitespace-pre-line wrap-anywhere",
                ),
            ),
            class_name="min-w-0 grow",
        ),
        rx.cond(
            job.invoices.length() > 0,
            rx.el.ul(rx.foreach(job.invoices, _invoice), class_name="flex flex-col sm:items-end"),
        ),
        key=job.id,
        class_name="flex flex-col gap-x-6 gap-y-1 px-5 py-4 sm:flex-row sm:items-start",
    )


def _invoice(invoice: Any) -> rx.Component:
    return rx.el.li(
        link(
            rx.el.span("Invoice ", class_name="sr-only"),
            invoice.number,
            rx.el.span(", ", class_name="sr-only"),
            rx.el.span(invoice.total, class_name="ml-2 font-normal text-muted tabular-nums"),
            to=f"/portal/invoices/{invoice.id}/",
            class_name=f"{PLAIN} inline-flex min-h-11 items-center sm:min-h-8 "
            "pointer-coarse:min-h-11",
        ),
        invoice_badges(invoice.status),
        key=invoice.id,
        class_name="flex flex-wrap items-center gap-x-3",
    )
