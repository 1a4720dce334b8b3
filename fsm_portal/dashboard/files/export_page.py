"""Export: what, of which days, and the way to the file."""

import asyncio
from urllib.parse import urlencode

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.desk import staff_page, take_seat
from fsm_portal.dashboard.visiting import begin
from fsm_portal.domain.role import May
from fsm_portal.flows.exporting.export import KINDS, WrongPeriod, period_for
from fsm_portal.flows.exporting.show import ExportView, show_export
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.statement.statement_period import PRESETS
from fsm_portal.ui.button import link_button
from fsm_portal.ui.card import card
from fsm_portal.ui.empty import empty
from fsm_portal.ui.field import checkbox, select_field, text_field
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.long_list import said
from fsm_portal.ui.notice import live_region
from fsm_portal.ui.skeleton import loading, skeleton_card
from fsm_portal.ui.title import page_title

_WHAT = (
    ("invoices", "Invoices"),
    ("payments", "Payments"),
    ("refunds", "Refunds"),
    ("ledger", "Ledger"),
)
_TYPED = "days"
_ABOUT = {
    "invoices": "One line for each invoice issued in these days, with its status, what was paid "
    "on it and what is still due. Drafts are not in it.",
    "payments": "One line for each payment received in these days, at Stripe and by hand, with "
    "fees, net, Stripe’s references and how we know of it.",
    "refunds": "One line for each refund of these days and how far it is; those that failed too.",
    "ledger": "Every entry of the double-entry ledger of these days: debit, credit, amount, and "
    "what it comes from. For the bookkeeper.",
}
_LONGEST = 40


class ExportPage(rx.State):
    """What is chosen; ``address`` is the file's, empty while ``problem`` says what is wrong."""

    view: ExportView = ExportView()
    what: str = "payments"
    period: str = "this-year"
    first: str = ""
    last: str = ""
    for_excel: bool = False
    problem: str = ""
    address: str = ""

    @classmethod
    def load_view(cls, scope: Scope, params: tuple[()]) -> ExportView:
        return show_export(scope)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        if await begin(self):
            asked = said(self, "what") or ""
            self.what = asked if asked in KINDS else "payments"
            self.period, self.first, self.last = "this-year", "", ""
            self.for_excel, self.problem = False, ""
            self.address = self._address()
        return await take_seat(self, ExportPage)

    @rx.event
    async def choose(self, part: str, value: str) -> EventSpec | None:
        """One of the answers; the file's address follows from all of them."""
        who = await clerk(self, May.EXPORT)
        if who is None:
            return to_sign_in()
        text = value[:_LONGEST] if isinstance(value, str) else ""
        if part == "what" and text in KINDS:
            self.what = text
        elif part == "period" and text in (_TYPED, *dict(PRESETS)):
            self.period = text
        elif part == "first":
            self.first = text
        elif part == "last":
            self.last = text
        days = (self.first, self.last) if self.period == _TYPED else ("", "")
        self.problem, self.address = "", ""
        if self.period == _TYPED and not any(days):
            return None
        try:
            await asyncio.to_thread(period_for, who.scope, self.period, *days)
        except WrongPeriod as error:
            # While the second day is still to be typed nothing is wrong yet.
            self.problem = str(error) if all(days) else ""
            return None
        self.address = self._address()
        return None

    @rx.event
    async def mark(self, ticked: bool) -> EventSpec | None:
        """Whether the file begins with the mark that Excel knows UTF-8 by."""
        if await clerk(self, May.EXPORT) is None:
            return to_sign_in()
        self.for_excel = ticked is True
        self.address = self._address() if self.address else ""
        return None

    def _address(self) -> str:
        days = {"from": self.first, "to": self.last}
        query = days if self.period == _TYPED else {"period": self.period}
        if self.for_excel:
            query["bom"] = "1"
        return f"/dashboard/export/{self.what}.csv?{urlencode(query)}"


def export_page() -> rx.Component:
    view = last_seen("export", ExportPage.view)
    return staff_page(
        page_title("Export"),
        rx.cond(
            view.loaded,
            rx.cond(view.allowed, _form(), _not_for_you()),
            loading(skeleton_card(6)),
        ),
        here="",
        page=ExportPage,
    )


def _form() -> rx.Component:
    return card(
        rx.el.div(
            select_field(
                "What",
                _WHAT,
                name="what",
                value=ExportPage.what,
                on_change=lambda value: ExportPage.choose("what", value),
            ),
            rx.el.p(
                rx.match(
                    ExportPage.what,
                    *_ABOUT.items(),
                    "",
                ),
                class_name="-mt-2 text-xs text-muted",
            ),
            select_field(
                "Period",
                (*PRESETS, (_TYPED, "Two days of my own")),
                name="period",
                value=ExportPage.period,
                on_change=lambda value: ExportPage.choose("period", value),
            ),
            rx.cond(ExportPage.period == _TYPED, _days()),
            live_region(
                rx.el.p(ExportPage.problem, class_name="text-xs font-medium text-bad empty:hidden")
            ),
            checkbox(
                "For Excel",
                name="bom",
                hint="Begins the file with the mark by which Excel knows UTF-8 (a BOM). Leave it "
                "out for bookkeeping programs.",
                checked=ExportPage.for_excel,
                on_change=ExportPage.mark,
            ),
            rx.el.div(
                rx.cond(
                    ExportPage.address != "",
                    link_button(
                        "Download CSV",
                        to=ExportPage.address,
                        kind="primary",
                        icon="download",
                        document=True,
                        download=True,
                    ),
                    rx.cond(
                        ExportPage.problem == "",
                        rx.el.p("Choose both days.", class_name="text-muted"),
                    ),
                ),
                class_name="flex min-h-11 items-center",
            ),
            rx.el.p(
                "Amounts are plain decimals beside a column with their currency, days and times "
                "as ISO 8601. A text that a spreadsheet would run as a formula has an apostrophe "
                "in front. Each export stands in the audit log.",
                class_name="text-xs text-muted",
            ),
            class_name="flex max-w-md flex-col gap-4",
        ),
    )


def _days() -> rx.Component:
    return rx.el.div(
        text_field(
            "From",
            name="from",
            type="date",
            default_value=ExportPage.first,
            on_change=lambda value: ExportPage.choose("first", value),
        ),
        text_field(
            "To",
            name="to",
            type="date",
            default_value=ExportPage.last,
            on_change=lambda value: ExportPage.choose("last", value),
        ),
        class_name="grid gap-3 sm:grid-cols-2",
    )


def _not_for_you() -> rx.Component:
    return empty(
        "Exports are not for your role",
        "Ask the owner or somebody in the office.",
        icon="lock",
    )
