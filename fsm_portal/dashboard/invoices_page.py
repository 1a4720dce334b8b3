"""All invoices: searched, filtered, paged, sent from here."""

from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.address import go, in_address, said
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.desk import staff_page, take_seat
from fsm_portal.dashboard.filter_tabs import filter_tabs
from fsm_portal.dashboard.invoice_table import invoice_table
from fsm_portal.dashboard.sending import address_dialog, begin_sending
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.list_invoices import (
    InvoiceListView,
    InvoiceQuery,
    invoice_query,
    list_invoices,
)
from fsm_portal.ui.empty import empty
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.link import link
from fsm_portal.ui.pagination import pagination
from fsm_portal.ui.search import search
from fsm_portal.ui.skeleton import loading, skeleton_card
from fsm_portal.ui.table import table_card
from fsm_portal.ui.title import page_title

PATH = "/dashboard/invoices/"
_TABS = (
    ("all", "All"),
    ("draft", "Drafts"),
    ("unpaid", "Unpaid"),
    ("overdue", "Overdue"),
    ("paid", "Paid"),
    ("refunded", "Refunded"),
    ("disputed", "Disputed"),
)


class InvoicesPage(rx.State):
    """What is shown stands in the address: see address.py."""

    view: InvoiceListView = InvoiceListView()

    @classmethod
    def load_view(cls, scope: Scope, params: InvoiceQuery) -> InvoiceListView:
        return list_invoices(scope, params)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        await begin_sending(self)
        return await take_seat(self, InvoicesPage, self._query())

    @rx.event
    async def search(self, text: str) -> EventSpec:
        """Look for what was typed, from the first page on."""
        if await clerk(self) is None:
            return to_sign_in()
        wanted = invoice_query(said(self, "show"), text, None)
        return go(PATH, show=wanted.show, q=wanted.search)

    @rx.event
    async def turn(self, by: int) -> EventSpec:
        """The page before or after the one that is shown."""
        if await clerk(self) is None:
            return to_sign_in()
        now = self._query()
        page = max(1, now.page + (1 if by == 1 else -1))
        return go(PATH, show=now.show, q=now.search, page=page)

    def _query(self) -> InvoiceQuery:
        return invoice_query(said(self, "show"), said(self, "q"), said(self, "page"))


def invoices_page() -> rx.Component:
    view = last_seen("invoices", InvoicesPage.view)
    return staff_page(
        page_title("Invoices"),
        rx.cond(view.loaded, _list(view), loading(skeleton_card(10))),
        address_dialog(),
        here="Invoices",
        page=InvoicesPage,
    )


def _list(view: Any) -> rx.Component:
    fresh = (in_address("show", "all") == view.show) & (in_address("q", "") == view.search)
    return table_card(
        rx.match(
            view.show,
            ("draft", "Drafts"),
            ("unpaid", "Unpaid invoices"),
            ("overdue", "Overdue invoices"),
            ("paid", "Paid invoices"),
            ("refunded", "Refunded in part or in full"),
            ("disputed", "Disputed invoices"),
            "All invoices",
        ),
        rx.el.div(
            rx.cond(
                view.rows.length() > 0,
                invoice_table(view.rows, view.desk),
                rx.cond(view.is_new, _none_yet(), _none_found()),
            ),
            # The rows of the filter before, while those of the new one are on their way.
            class_name=rx.cond(fresh, "transition-opacity", "transition-opacity opacity-50"),
            custom_attrs={"aria-busy": ~fresh},
        ),
        controls=[
            filter_tabs(PATH, _TABS),
            search(
                "Number or customer",
                InvoicesPage.search.debounce(200),
                default_value=view.search,
            ),
        ],
        foot=pagination(
            view.place,
            on_previous=InvoicesPage.turn(-1),
            on_next=InvoicesPage.turn(1),
            first=view.is_first,
            last=view.is_last,
        ),
    )


def _none_yet() -> rx.Component:
    return empty(
        "No invoices yet",
        "Bring yours in with bin/portal import invoices, and they will be here.",
    )


def _none_found() -> rx.Component:
    return empty(
        "No invoice fits",
        "Try another word, or another filter.",
        icon="search",
        action=link("Show all invoices", to=PATH),
    )
