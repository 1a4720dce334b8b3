"""All invoices: searched, filtered, sorted, paged, sent from here one by one or many at once."""

import asyncio
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.address import go
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.desk import staff_page, take_seat
from fsm_portal.dashboard.files.buttons import export_button, import_button
from fsm_portal.dashboard.invoice_table import invoice_table
from fsm_portal.dashboard.invoicing.list_controls import filters, sort_by
from fsm_portal.dashboard.invoicing.many import (
    IN_REACH,
    all_of_them,
    bulk_news,
    chosen_bar,
    one_of_them,
)
from fsm_portal.dashboard.sending import Sending, address_dialog
from fsm_portal.dashboard.visiting import begin
from fsm_portal.domain.ids import is_id, new_id
from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoices.list_invoices import (
    PATH,
    InvoiceListView,
    InvoiceQuery,
    invoice_query,
    list_invoices,
)
from fsm_portal.flows.invoicing.bulk_send import MOST, begin_bulk
from fsm_portal.ui.button import link_button
from fsm_portal.ui.empty import empty
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.link import link
from fsm_portal.ui.long_list import in_address, said, search_follows_address, turning, until_fresh
from fsm_portal.ui.search import search
from fsm_portal.ui.skeleton import loading, skeleton_card
from fsm_portal.ui.table import table_card
from fsm_portal.ui.title import page_title


class InvoicesPage(rx.State):
    """What is shown stands in the address: see address.py. ``chosen`` are ids of ticked rows."""

    view: InvoiceListView = InvoiceListView()
    chosen: list[str] = []
    # The press that the next sending of many will be; the one whose news are shown.
    _press: str = ""
    _told: str = ""
    # The page of the list that the ticks are on.
    _ticked_on: InvoiceQuery = InvoiceQuery()

    @classmethod
    def load_view(cls, scope: Scope, params: tuple[InvoiceQuery, str]) -> InvoiceListView:
        return list_invoices(scope, *params)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        await begin(self, Sending)
        if self._ticked_on != self._query() or not self._press:
            # A lost connection takes no ticks away, another page of the list does.
            self.chosen, self._press = [], new_id()
            self._ticked_on = self._query()
        return await take_seat(self, InvoicesPage, (self._query(), self._told))

    @rx.event
    async def search(self, text: str) -> EventSpec:
        """Look for what was typed, from the first page on."""
        if await clerk(self) is None:
            return to_sign_in()
        wanted = invoice_query(said(self, "show"), text, said(self, "sort"))
        return go(PATH, show=wanted.show, sort=wanted.sort, q=wanted.search)

    @rx.event
    async def sort(self, by: str) -> EventSpec:
        """Put the list in another order, from the first page on."""
        if await clerk(self) is None:
            return to_sign_in()
        wanted = invoice_query(said(self, "show"), said(self, "q"), by)
        return go(PATH, show=wanted.show, sort=wanted.sort, q=wanted.search)

    @rx.event
    async def choose(self, ids: list[str], ticked: bool) -> EventSpec | None:
        """Tick rows, or take their ticks away."""
        if await clerk(self, May.SEND_INVOICES) is None:
            return to_sign_in()
        some = ids[:MOST] if isinstance(ids, list) else []
        known = [each for each in some if isinstance(each, str) and is_id(each)]
        left = [each for each in self.chosen if each not in known]
        self.chosen = [*left, *known][:MOST] if ticked is True else left
        return None

    @rx.event
    async def send_chosen(self) -> EventSpec | None:
        """Have what is ticked sent, one after the other; a second press is the same one."""
        return await self._begin_many(reminds=False)

    @rx.event
    async def remind_chosen(self) -> EventSpec | None:
        """Have what is ticked reminded of, in the same way."""
        return await self._begin_many(reminds=True)

    @rx.event
    async def heard(self) -> EventSpec | None:
        """Put the news of the last sending away."""
        self._told = ""
        return await take_seat(self, InvoicesPage, (self._query(), ""))

    async def _begin_many(self, *, reminds: bool) -> EventSpec | None:
        who = await clerk(self, May.SEND_INVOICES)
        if who is None:
            return to_sign_in()
        press, chosen = self._press, list(self.chosen)
        if chosen and await asyncio.to_thread(begin_bulk, who, press, chosen, reminds=reminds):
            self.chosen, self._press, self._told = [], new_id(), press
            return await take_seat(self, InvoicesPage, (self._query(), press))
        return None

    def _query(self) -> InvoiceQuery:
        return invoice_query(
            *[said(self, name) for name in ("show", "q", "sort", "after", "before")]
        )


def invoices_page() -> rx.Component:
    view = last_seen("invoices", InvoicesPage.view)
    return staff_page(
        page_title(
            "Invoices",
            import_button(view, "invoices"),
            export_button(view, "invoices"),
            rx.cond(
                view.desk.may.contains(May.WRITE_INVOICES.value),
                link_button(
                    "New invoice", to="/dashboard/invoices/new/", kind="primary", icon="plus"
                ),
            ),
        ),
        rx.cond(view.loaded, _list(view), loading(skeleton_card(10))),
        rx.el.div(
            bulk_news(view.bulk, InvoicesPage),
            chosen_bar(view.bulk, InvoicesPage),
            class_name=IN_REACH,
        ),
        address_dialog(),
        here="Invoices",
        page=InvoicesPage,
    )


def _list(view: Any) -> rx.Component:
    fresh = (
        (in_address("show", "all") == view.show)
        & (in_address("q", "") == view.search)
        & ((in_address("sort", "") == view.sort) | (in_address("sort", "") == ""))
    )
    return table_card(
        rx.match(
            view.show,
            ("draft", "Drafts"),
            ("unpaid", "Unpaid invoices"),
            ("overdue", "Overdue invoices"),
            ("paid", "Paid invoices"),
            ("processing", "Bank payments on their way"),
            ("refunded", "Refunded in part or in full"),
            ("disputed", "Disputed invoices"),
            ("void", "Void and discarded"),
            "All invoices",
        ),
        until_fresh(
            rx.cond(
                view.rows.length() > 0,
                rx.el.div(
                    rx.cond(view.desk.may_send, all_of_them(view, InvoicesPage)),
                    invoice_table(
                        view.rows, view.desk, lambda row: one_of_them(row, view, InvoicesPage)
                    ),
                ),
                rx.cond(
                    view.is_new,
                    _none_yet(view),
                    rx.cond(view.search == "", _none_of_them(view), _none_found()),
                ),
            ),
            fresh,
        ),
        controls=[
            rx.el.div(filters(PATH), class_name="w-full min-w-0 -mx-1"),
            search(
                "Number, customer or amount",
                InvoicesPage.search.debounce(200),
                default_value=view.search,
            ),
            search_follows_address(),
            sort_by(view, InvoicesPage.sort),
        ],
        foot=turning(view, back="Previous", on="Next"),
    )


def _none_yet(view: Any) -> rx.Component:
    return empty(
        "No invoices yet",
        "Write the first one here: a customer, a line, and Send. Those you have elsewhere come "
        "with an import from CSV.",
        icon="invoice",
        action=rx.cond(
            view.desk.may.contains(May.WRITE_INVOICES.value),
            link_button("New invoice", to="/dashboard/invoices/new/", icon="plus"),
        ),
    )


def _none_of_them(view: Any) -> rx.Component:
    """A filter that nothing has come to: what would stand here."""
    return empty(
        "None at present",
        rx.match(
            view.show,
            ("draft", "Invoices that were written and not sent yet. Nobody owes anything on them."),
            ("unpaid", "Invoices on which something is still owed, due or not."),
            ("overdue", "Invoices on which something is owed after their due date."),
            ("paid", "Invoices that are settled, online or by hand."),
            (
                "processing",
                "Invoices for which a bank payment is on its way: they turn Paid by themselves.",
            ),
            ("refunded", "Paid invoices of which money went back, in part or in full."),
            ("disputed", "Invoices whose payment a customer’s bank takes back or asks about."),
            ("void", "Invoices that were withdrawn, and drafts that were discarded."),
            "Every invoice shows here once it is written.",
        ),
        icon="invoice",
        action=link("Show all invoices", to=PATH),
    )


def _none_found() -> rx.Component:
    return empty(
        "No invoice fits",
        "A search finds the beginning of a number, words of a customer’s name or address, and an "
        "exact amount. Or try another filter.",
        icon="search",
        action=link("Show all invoices", to=PATH),
    )
