"""The customer's statement for any days: what was owed, what moved, what is owed."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.domain.topic import customer_topic
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.show_statement import StatementQuery, StatementView, show_statement
from fsm_portal.flows.statement_period import PRESETS, WrongPeriod, period_of
from fsm_portal.portal.portal_page import portal_page
from fsm_portal.portal.statement_table import currency_figures, currency_table
from fsm_portal.portal.visited import Visited
from fsm_portal.ui.button import button, link_button
from fsm_portal.ui.card import card
from fsm_portal.ui.empty import empty
from fsm_portal.ui.field import text_field
from fsm_portal.ui.link import link
from fsm_portal.ui.notice import live_region, notice
from fsm_portal.ui.pagination import pagination
from fsm_portal.ui.title import page_title

PATH = "/portal/statement/"
# Of what the address says: a day has ten characters.
_LONGEST = 40


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
        days = [form.get(name) if isinstance(form, dict) else None for name in ("from", "to")]
        first, last = (each[:_LONGEST] if isinstance(each, str) else "" for each in days)
        if not first and not last:
            self.problem = "Please choose the first day and the last one."
            return None
        try:
            period = period_of("", first, last, date.max)
        except WrongPeriod as error:
            self.problem = str(error)
            return None
        return rx.redirect(f"{PATH}?{urlencode(period.query)}")

    @rx.event
    async def turn(self, by: int) -> EventSpec | None:
        """The page before or after the one that is shown, of the same days."""
        if await self._visitor() is None:
            return None
        asked = self._query()
        page = int(asked.page[:6]) if asked.page.isascii() and asked.page.isdigit() else 1
        query = {"period": asked.preset, "from": asked.first, "to": asked.last}
        said = {name: value for name, value in query.items() if value}
        page = max(1, page + (1 if by == 1 else -1))
        return rx.redirect(f"{PATH}?{urlencode(said | {'page': page})}", replace=True)

    def _query(self) -> StatementQuery:
        said = self.router.url.query_parameters
        values = (said.get(name, "") for name in ("period", "from", "to", "page"))
        return StatementQuery(*(str(value)[:_LONGEST] for value in values))


def statement_page() -> rx.Component:
    view = StatementPage.view
    return portal_page(
        StatementPage,
        rx.el.div(
            page_title(
                "Statement",
                rx.cond(view.pdf_url != "", rx.el.div(_download(view), class_name="print:hidden")),
                above=view.customer,
            ),
            _days(view),
            _problem(view),
            rx.cond(view.problem == "", _statement(view)),
            class_name="flex flex-col gap-6",
        ),
        here="Statement",
    )


def _download(view: Any) -> rx.Component:
    return link_button(
        "Download PDF",
        to=view.pdf_url,
        icon="download",
        size="compact",
        document=True,
        target="_blank",
    )


def _days(view: Any) -> rx.Component:
    return card(
        rx.el.nav(
            *[_preset(name, label, view) for name, label in PRESETS],
            aria_label="Period",
            class_name="-mx-1 flex flex-wrap gap-1",
        ),
        rx.el.form(
            text_field("From", name="from", type="date", default_value=view.first),
            text_field("To", name="to", type="date", default_value=view.last),
            button("Show", type="submit", kind="secondary"),
            on_submit=StatementPage.show,
            no_validate=True,
            # The fields follow what is shown; what was typed and not asked for gives way.
            key=view.first + view.last,
            class_name="mt-4 grid grid-cols-2 items-start gap-3 sm:flex sm:items-end "
            "max-sm:*:last:col-span-2 sm:*:[div]:w-44 [&_p:empty]:hidden",
        ),
        class_name="print:hidden",
    )


def _preset(name: str, label: str, view: Any) -> rx.Component:
    here = view.preset == name
    look = (
        "inline-flex min-h-9 items-center rounded-lg px-3 font-medium whitespace-nowrap "
        "transition-colors pointer-coarse:min-h-11"
    )
    return link(
        label,
        to=f"{PATH}?period={name}",
        class_name=rx.cond(
            here, f"{look} bg-brand-soft text-brand-ink", f"{look} text-muted hover:bg-sunken"
        ),
        custom_attrs={"aria-current": rx.cond(here, "true", "false")},
    )


def _problem(view: Any) -> rx.Component:
    words = rx.cond(StatementPage.problem != "", StatementPage.problem, view.problem)
    return rx.el.div(
        rx.cond(words != "", notice("No statement for these days", words, tone="warn")),
        role="alert",
        class_name="empty:-mb-6",
    )


def _statement(view: Any) -> rx.Component:
    return rx.fragment(
        rx.el.p(view.period, class_name="-mb-3 font-medium"),
        # Read out when a payment changes it while the page is open.
        live_region(view.said, class_name="sr-only"),
        rx.foreach(view.currencies, currency_figures),
        rx.foreach(view.currencies, currency_table),
        rx.cond(
            view.nothing,
            card(
                empty(
                    "Nothing happened in these days",
                    "Invoices, payments and refunds show here on the day they are made. "
                    "Choose other days to see more.",
                    icon="statement",
                )
            ),
        ),
        rx.cond(
            view.place != "",
            card(
                pagination(
                    view.place,
                    on_previous=StatementPage.turn(-1),
                    on_next=StatementPage.turn(1),
                    first=view.is_first,
                    last=view.is_last,
                ),
                class_name="!p-0 print:hidden",
            ),
        ),
    )
