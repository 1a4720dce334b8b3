"""All invoices of the customer: what is to be paid, what is overdue, what is paid; found again."""

from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.domain.topic import customer_topic
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoices.list_customer_invoices import (
    PATH,
    CustomerInvoiceQuery,
    CustomerInvoicesView,
    customer_invoice_query,
    list_customer_invoices,
)
from fsm_portal.flows.keyset import address
from fsm_portal.portal.portal_page import portal_page
from fsm_portal.portal.visited import Visited
from fsm_portal.ui.badge import invoice_badges
from fsm_portal.ui.empty import empty
from fsm_portal.ui.icon import icon
from fsm_portal.ui.link import PLAIN, document_link, link
from fsm_portal.ui.long_list import (
    in_address,
    said,
    search_follows_address,
    tab,
    tabs,
    turning,
    until_fresh,
)
from fsm_portal.ui.search import search
from fsm_portal.ui.table import Column, table, table_card
from fsm_portal.ui.title import page_title


class InvoicesPage(Visited, rx.State):
    """What is shown stands in the address; the view comes by push."""

    view: CustomerInvoicesView = CustomerInvoicesView()

    @classmethod
    def load_view(cls, scope: Scope, params: CustomerInvoiceQuery) -> CustomerInvoicesView:
        return list_customer_invoices(scope, params)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        who, known = await self._arrive()
        if not known or who is None:
            return None
        show, search, *place = (said(self, name) for name in ("show", "q", "before", "after"))
        query = customer_invoice_query(show, search, *place)
        live.watch(
            self,
            InvoicesPage,
            {customer_topic(who.company_id, who.person_id)},
            who.scope,
            query,
            session_id=who.session_id,
        )
        if (show or "", search or "") == (_in_words(query.show), query.search):
            return None
        # An address that was typed by hand: the page compares it with what it shows.
        return rx.redirect(_address_of(query), replace=True)

    @rx.event
    async def search(self, text: str) -> EventSpec | None:
        """Look for what was typed, from the newest on."""
        if await self._visitor() is None:
            return None
        wanted = customer_invoice_query(said(self, "show"), text, None, None)
        return rx.redirect(_address_of(wanted), replace=True)


def _in_words(show: str) -> str:
    return "" if show == "all" else show


def _address_of(query: CustomerInvoiceQuery) -> str:
    return address(PATH, show=_in_words(query.show), q=query.search)


def invoices_page() -> rx.Component:
    view = InvoicesPage.view
    return portal_page(
        InvoicesPage,
        rx.el.div(page_title("Invoices"), _list(view), class_name="flex flex-col gap-6"),
        search_follows_address(),
        here="Invoices",
    )


def _list(view: Any) -> rx.Component:
    fresh = (in_address("show", "all") == view.show) & (in_address("q") == view.search)
    counts = view.counts
    return table_card(
        rx.match(
            view.show,
            ("unpaid", "Unpaid invoices"),
            ("overdue", "Overdue invoices"),
            ("paid", "Paid invoices"),
            "All invoices",
        ),
        until_fresh(
            rx.cond(
                view.rows.length() > 0,
                _table(view.rows),
                rx.cond(view.is_new, _none_yet(), _none_found(view)),
            ),
            fresh,
        ),
        controls=[
            tabs(
                tab(PATH, "", "All", counts.all),
                tab(PATH, "unpaid", "Unpaid", counts.unpaid),
                tab(PATH, "overdue", "Overdue", counts.overdue),
                tab(PATH, "paid", "Paid", counts.paid),
            ),
            search(
                "Search number, work, amount",
                InvoicesPage.search.debounce(250),
                default_value=view.search,
                max_length=100,
            ),
        ],
        foot=rx.cond(view.rows.length() > 0, turning(view)),
    )


def _table(rows: rx.Var[Any]) -> rx.Component:
    return table(
        "Invoices",
        [
            Column("Number", lambda row: row.number),
            Column("Issued", _issued),
            Column("Status", lambda row: invoice_badges(row.status), card="right"),
            Column("Amount due", _due, figure=True, card="none"),
            Column("Total", lambda row: row.total, figure=True, card="top"),
            Column("Actions", _actions, figure=True, card="wide"),
        ],
        rows,
        key=lambda row: row.id,
        to=lambda row: f"{PATH}{row.id}/",
    )


def _issued(row: Any) -> rx.Component:
    """As a card it has no heading above it."""
    return rx.el.div(
        rx.el.p(rx.el.span("Issued ", class_name="sm:hidden"), row.issued_on),
        rx.cond(row.when != "", rx.el.p(row.when, class_name="mt-0.5 text-xs")),
    )


def _due(row: Any) -> rx.Component:
    return rx.cond(
        row.due != "",
        rx.el.span(row.due),
        rx.el.span("–", rx.el.span("Nothing", class_name="sr-only"), class_name="text-muted"),
    )


def _actions(row: Any) -> rx.Component:
    return rx.el.div(
        rx.cond(
            row.payable,
            link(
                "Pay now",
                rx.el.span(": ", row.number, ", ", class_name="sr-only"),
                rx.el.span(row.due, class_name="ml-1 sm:sr-only"),
                to=f"{PATH}{row.id}/",
                class_name=f"{PLAIN} inline-flex min-h-11 items-center whitespace-nowrap",
            ),
        ),
        document_link(
            icon("download", "size-4"),
            "PDF",
            rx.el.span(" of ", row.number, class_name="sr-only"),
            href=row.pdf_url,
            target="_blank",
            class_name=f"{PLAIN} inline-flex min-h-11 items-center gap-1.5",
        ),
        # Above the link that covers the whole row, and no taller than a row without.
        class_name="relative z-10 -my-3 flex w-fit items-center gap-5 sm:ml-auto",
    )


def _none_yet() -> rx.Component:
    return empty("No invoices yet", "Invoices that are sent to you will be here.")


def _none_found(view: Any) -> rx.Component:
    everything = link("Show all invoices", to=PATH)
    return rx.cond(
        view.search != "",
        empty(
            "No invoice fits",
            "Try a part of its number, a word of what was done, or the whole amount.",
            icon="search",
            action=everything,
        ),
        rx.match(
            view.show,
            (
                "unpaid",
                empty(
                    "Nothing to pay", "All your invoices are paid.", icon="check", action=everything
                ),
            ),
            (
                "overdue",
                empty(
                    "Nothing is overdue",
                    "No invoice is past its day.",
                    icon="check",
                    action=everything,
                ),
            ),
            empty("No paid invoices yet", "What you pay shows here at once.", action=everything),
        ),
    )
