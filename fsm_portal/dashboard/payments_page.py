"""All payments and refunds, those that failed among them."""

from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.address import go
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.desk import staff_page, take_seat
from fsm_portal.dashboard.files.buttons import export_button
from fsm_portal.dashboard.filter_tabs import filter_tabs
from fsm_portal.dashboard.payment_table import payment_table
from fsm_portal.dashboard.refunding import Refunding, refund_dialog
from fsm_portal.dashboard.taking_back import TakingBack, taking_back_dialog
from fsm_portal.dashboard.visiting import begin
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.payments.list_payments import (
    PATH,
    PaymentListView,
    PaymentQuery,
    list_payments,
    payment_query,
)
from fsm_portal.ui.empty import empty
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.link import link
from fsm_portal.ui.long_list import in_address, said, search_follows_address, turning, until_fresh
from fsm_portal.ui.search import search
from fsm_portal.ui.skeleton import loading, skeleton_card
from fsm_portal.ui.table import table_card
from fsm_portal.ui.title import page_title

_TABS = (
    ("all", "All"),
    ("received", "Received"),
    ("manual", "By hand"),
    ("failed", "Failed"),
    ("refunds", "Refunds"),
    ("disputes", "Disputes"),
)


class PaymentsPage(rx.State):
    """What is shown stands in the address: see address.py."""

    view: PaymentListView = PaymentListView()

    @classmethod
    def load_view(cls, scope: Scope, params: PaymentQuery) -> PaymentListView:
        return list_payments(scope, params)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        await begin(self, Refunding, TakingBack)
        return await take_seat(self, PaymentsPage, self._query())

    @rx.event
    async def search(self, text: str) -> EventSpec:
        """Look for what was typed, from the newest on."""
        if await clerk(self) is None:
            return to_sign_in()
        wanted = payment_query(said(self, "show"), text)
        return go(PATH, show=wanted.show, q=wanted.search)

    def _query(self) -> PaymentQuery:
        return payment_query(*[said(self, name) for name in ("show", "q", "before", "after")])


def payments_page() -> rx.Component:
    view = last_seen("payments", PaymentsPage.view)
    return staff_page(
        page_title("Payments and refunds", export_button(view, "payments")),
        rx.cond(view.loaded, _list(view), loading(skeleton_card(10))),
        refund_dialog(),
        taking_back_dialog(),
        here="Payments",
        page=PaymentsPage,
    )


def _list(view: Any) -> rx.Component:
    fresh = (in_address("show", "all") == view.show) & (in_address("q", "") == view.search)
    return table_card(
        rx.match(
            view.show,
            ("received", "Payments received"),
            ("manual", "Payments taken by hand"),
            ("failed", "Payments that failed"),
            ("refunds", "Refunds"),
            ("disputes", "Disputes"),
            "All payments and refunds",
        ),
        until_fresh(
            rx.cond(
                view.rows.length() > 0,
                rx.cond(
                    view.desk.sees_fees,
                    payment_table(view, with_fees=True),
                    payment_table(view, with_fees=False),
                ),
                rx.cond(
                    view.is_new,
                    _none_yet(),
                    rx.cond(view.search != "", _none_found(), _none_of_them(view)),
                ),
            ),
            fresh,
        ),
        controls=[
            rx.el.div(filter_tabs(PATH, _TABS), class_name="w-full min-w-0 -mx-1"),
            search(
                "Customer, invoice, amount or Stripe’s reference",
                PaymentsPage.search.debounce(200),
                default_value=view.search,
            ),
            search_follows_address(),
        ],
        foot=turning(view),
    )


def _none_yet() -> rx.Component:
    return empty(
        "No payments yet",
        "A payment shows the moment it is made, and so does one that is refused, refunded or "
        "disputed. What you are given by hand is recorded on its invoice.",
        icon="card",
    )


def _none_of_them(view: Any) -> rx.Component:
    """A filter that nothing has come to yet: what would stand here, and what one does then."""
    return empty(
        "None so far",
        rx.match(
            view.show,
            (
                "manual",
                (
                    "Cash, cheques and bank transfers that the office was given. Record one with "
                    "Record a payment on its invoice."
                ),
            ),
            (
                "failed",
                "Attempts that a bank or Stripe refused, with the reason and what to do.",
            ),
            (
                "refunds",
                (
                    "Money that went back. Refund a payment with the button at its end, or on its "
                    "invoice."
                ),
            ),
            (
                "disputes",
                (
                    "Payments that a customer’s bank takes back or asks about, what to answer, "
                    "and by when."
                ),
            ),
            "Payments show here the moment they are made.",
        ),
        icon="card",
        action=link("Show all payments", to=PATH),
    )


def _none_found() -> rx.Component:
    return empty(
        "Nothing fits",
        "A search finds words of a customer’s name or address, the beginning of an invoice’s "
        "number, an exact amount, and Stripe’s references (pi_…, re_…) to the letter.",
        icon="search",
        action=link("Show all payments", to=PATH),
    )
