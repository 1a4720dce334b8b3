"""The customer's history of payments: when, how, for what, and what became of it."""

from typing import Any

import reflex as rx

from fsm_portal import live
from fsm_portal.domain.topic import customer_topic
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.keyset import MomentQuery, moment_query
from fsm_portal.flows.payments.list_customer_payments import (
    CustomerPaymentsView,
    list_customer_payments,
)
from fsm_portal.portal.portal_page import portal_page
from fsm_portal.portal.visited import Visited
from fsm_portal.ui.activity import ledger, ledger_entry
from fsm_portal.ui.badge import badge
from fsm_portal.ui.button import link_button
from fsm_portal.ui.card import card, titled_card
from fsm_portal.ui.empty import empty
from fsm_portal.ui.icon import icon
from fsm_portal.ui.link import PLAIN, document_link, link
from fsm_portal.ui.long_list import said, turning
from fsm_portal.ui.table import Column, table, table_card
from fsm_portal.ui.title import page_title
from fsm_portal.ui.values import if_any


class PaymentsPage(Visited, rx.State):
    """What is shown stands in the address; the view comes by push."""

    view: CustomerPaymentsView = CustomerPaymentsView()

    @classmethod
    def load_view(cls, scope: Scope, params: MomentQuery) -> CustomerPaymentsView:
        return list_customer_payments(scope, params)

    @rx.event
    async def on_load(self) -> None:
        who, known = await self._arrive()
        if not known or who is None:
            return
        live.watch(
            self,
            PaymentsPage,
            {customer_topic(who.company_id, who.person_id)},
            who.scope,
            moment_query(said(self, "before"), said(self, "after")),
            session_id=who.session_id,
        )


def payments_page() -> rx.Component:
    view = PaymentsPage.view
    return portal_page(
        PaymentsPage,
        rx.el.div(
            page_title(
                "Payment history",
                # A phone's bar has no room for it.
                rx.el.div(
                    link_button("Statement", to="/portal/statement/", icon="statement"),
                    class_name="lg:hidden",
                ),
            ),
            rx.cond(view.on_the_way.length() > 0, _on_the_way(view.on_the_way)),
            rx.cond(
                view.rows.length() > 0,
                table_card("Payments", _table(view.rows), foot=turning(view)),
                rx.cond(view.on_the_way.length() == 0, _none_yet()),
            ),
            class_name="flex flex-col gap-6",
        ),
        here="Payment history",
    )


def _on_the_way(payments: rx.Var[Any]) -> rx.Component:
    return titled_card(
        "On its way",
        ledger(
            payments,
            lambda one: ledger_entry(
                "Bank payment",
                one.amount,
                rx.fragment(one.note, _for(one.invoices)),
                badge=badge("processing"),
                key=one.id,
            ),
        ),
    )


def _table(rows: rx.Var[Any]) -> rx.Component:
    return table(
        "Payments",
        [
            Column("Date", lambda row: rx.el.span(row.day, class_name="whitespace-nowrap")),
            Column("Paid with", _method, card="wide", strong=True),
            Column("Amount", _amount, figure=True, card="top"),
            Column("Receipt", _receipt, card="wide"),
        ],
        rows,
        key=lambda row: row.id,
    )


def _method(row: Any) -> rx.Component:
    return rx.el.div(
        rx.el.p(
            row.method,
            rx.cond(row.undone != "", badge("quiet", "Reversed")),
            class_name="flex flex-wrap items-center gap-2",
        ),
        _for(row.invoices),
        if_any(row.credit, rx.el.p(row.credit, class_name=_NOTE)),
        if_any(
            row.undone,
            rx.el.p(row.undone, ": it does not count any more.", class_name=_NOTE),
        ),
        rx.cond(
            row.since.length() > 0,
            rx.el.ul(rx.foreach(row.since, _since), class_name="mt-2 flex flex-col gap-2"),
        ),
        class_name="min-w-0",
    )


_NOTE = "mt-0.5 text-xs font-normal text-muted wrap-anywhere"


def _for(invoices: Any) -> rx.Component:
    return rx.cond(
        invoices.length() > 0,
        rx.el.span(
            "For ",
            rx.foreach(
                invoices,
                lambda one: link(
                    one.number,
                    to=f"/portal/invoices/{one.id}/",
                    key=one.id,
                    # As large as a finger, in a line of small words.
                    class_name=f"{PLAIN} -my-2 inline-block py-2 pointer-coarse:-my-3 "
                    "pointer-coarse:py-3",
                ),
            ),
            class_name="mt-0.5 flex flex-wrap gap-x-2 text-xs font-normal text-muted",
        ),
    )


def _since(one: Any) -> rx.Component:
    """What happened to it later, below it."""
    return rx.el.li(
        rx.el.span(
            one.title,
            " ",
            rx.el.span(one.amount, class_name="tabular-nums whitespace-nowrap"),
            class_name="font-medium",
        ),
        rx.el.p(one.note, class_name=_NOTE),
        if_any(
            one.receipt_url,
            document_link(
                "Receipt",
                rx.el.span(" of the refund of ", one.amount, class_name="sr-only"),
                href=one.receipt_url,
                target="_blank",
                class_name=f"{PLAIN} -my-1 inline-flex min-h-8 items-center text-xs "
                "pointer-coarse:min-h-11",
            ),
        ),
        key=one.id,
        class_name="border-l-2 border-tone pl-3 text-sm font-normal text-ink",
        custom_attrs={"data-tone": rx.match(one.kind, ("refund", "info"), "warn")},
    )


def _amount(row: Any) -> rx.Component:
    return rx.el.span(
        row.amount, class_name=rx.cond(row.undone != "", "text-muted line-through", "")
    )


def _receipt(row: Any) -> rx.Component:
    return document_link(
        icon("download", "size-4"),
        "Receipt",
        rx.el.span(" of ", row.amount, ", ", row.day, class_name="sr-only"),
        href=row.receipt_url,
        target="_blank",
        class_name=f"{PLAIN} -my-3 inline-flex min-h-11 items-center gap-1.5",
    )


def _none_yet() -> rx.Component:
    return card(
        empty(
            "No payments yet",
            "What you pay shows here at once, with its receipt.",
            icon="card",
            action=link("See your invoices", to="/portal/invoices/"),
        )
    )
