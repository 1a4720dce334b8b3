"""The customer's statement for any days: what was owed, what moved, what is owed."""

from typing import Any
from urllib.parse import urlencode

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.domain.topic import customer_topic
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.statement.show_statement import StatementQuery, StatementView, show_statement
from fsm_portal.flows.statement.statement_days import statement_query, turned, typed_days
from fsm_portal.flows.statement.statement_period import WrongPeriod
from fsm_portal.portal.portal_page import portal_page
from fsm_portal.portal.visited import Visited
from fsm_portal.ui.statement import (
    statement_days,
    statement_download,
    statement_problem,
    statement_sheet,
)
from fsm_portal.ui.title import page_title

PATH = "/portal/statement/"


class StatementPage(Visited, rx.State):
    """What is shown stands in the address, so it can be reloaded, kept and gone back to."""

    view: StatementView = StatementView()
    # What is wrong with the days that were typed last; those of the address are the view's.
    problem: str = ""

    @classmethod
    def load_view(cls, scope: Scope, params: StatementQuery) -> StatementView:
        return show_statement(scope, params)

    @rx.event
    async def on_load(self) -> None:
        who, known = await self._arrive()
        if not known:
            return
        self.problem = ""
        if who is not None:
            live.watch(
                self,
                StatementPage,
                {customer_topic(who.company_id, who.person_id)},
                who.scope,
                self._query(),
                session_id=who.session_id,
            )

    @rx.event
    async def show(self, form: dict[str, Any]) -> EventSpec | None:
        """The days that were typed."""
        if await self._visitor() is None:
            return None
        try:
            days = typed_days(form)
        except WrongPeriod as error:
            self.problem = str(error)
            return None
        return rx.redirect(f"{PATH}?{urlencode(days)}")

    @rx.event
    async def turn(self, by: int) -> EventSpec | None:
        """The page before or after the one that is shown, of the same days."""
        if await self._visitor() is None:
            return None
        page = turned(self._query(), by)
        return rx.redirect(f"{PATH}?{urlencode(page)}", replace=True)

    def _query(self) -> StatementQuery:
        said = self.router.url.query_parameters
        return statement_query(*(said.get(name) for name in ("period", "from", "to", "page")))


def statement_page() -> rx.Component:
    view = StatementPage.view
    return portal_page(
        StatementPage,
        rx.el.div(
            page_title(
                "Statement",
                rx.cond(
                    view.pdf_url != "",
                    rx.el.div(statement_download(view), class_name="print:hidden"),
                ),
                above=view.customer,
            ),
            statement_days(view, lambda name: f"{PATH}?period={name}", StatementPage.show),
            statement_problem(view, StatementPage.problem, "empty:-mb-6"),
            rx.cond(
                view.problem == "",
                rx.fragment(
                    rx.el.p(view.period, class_name="-mb-3 font-medium"),
                    statement_sheet(view, StatementPage.turn),
                ),
            ),
            class_name="flex flex-col gap-6",
        ),
        here="Statement",
    )
