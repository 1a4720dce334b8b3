"""All payments and refunds, those that failed among them."""

from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.address import go, in_address, said
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.desk import staff_page, take_seat
from fsm_portal.dashboard.filter_tabs import filter_tabs
from fsm_portal.dashboard.payment_table import payment_table
from fsm_portal.dashboard.refunding import begin_refunding, refund_dialog
from fsm_portal.dashboard.reversing import begin_reversing, reverse_dialog
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.list_payments import (
    PaymentListView,
    PaymentQuery,
    list_payments,
    payment_query,
)
from fsm_portal.ui.empty import empty
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.pagination import pagination
from fsm_portal.ui.skeleton import loading, skeleton_card
from fsm_portal.ui.table import table_card
from fsm_portal.ui.title import page_title

PATH = "/dashboard/payments/"
_TABS = (
    ("all", "All"),
    ("received", "Received"),
    ("refunds", "Refunds"),
    ("failed", "Failed"),
)


class PaymentsPage(rx.State):
    """What is shown stands in the address: see address.py."""

    view: PaymentListView = PaymentListView()

    @classmethod
    def load_view(cls, scope: Scope, params: PaymentQuery) -> PaymentListView:
        return list_payments(scope, params)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        await begin_refunding(self)
        await begin_reversing(self)
        return await take_seat(self, PaymentsPage, self._query())

    @rx.event
    async def turn(self, by: int) -> EventSpec:
        """The page before or after the one that is shown."""
        if await clerk(self) is None:
            return to_sign_in()
        now = self._query()
        return go(PATH, show=now.show, page=max(1, now.page + (1 if by == 1 else -1)))

    def _query(self) -> PaymentQuery:
        return payment_query(said(self, "show"), said(self, "page"))


def payments_page() -> rx.Component:
    view = last_seen("payments", PaymentsPage.view)
    return staff_page(
        page_title("Payments and refunds"),
        rx.cond(view.loaded, _list(view), loading(skeleton_card(10))),
        refund_dialog(),
        reverse_dialog(),
        here="Payments",
        page=PaymentsPage,
    )


def _list(view: Any) -> rx.Component:
    fresh = in_address("show", "all") == view.show
    return table_card(
        rx.match(
            view.show,
            ("received", "Payments received"),
            ("failed", "Payments that failed"),
            ("refunds", "Refunds"),
            "All payments and refunds",
        ),
        rx.el.div(
            rx.cond(
                view.rows.length() > 0,
                rx.cond(
                    view.desk.sees_fees,
                    payment_table(view, with_fees=True),
                    payment_table(view, with_fees=False),
                ),
                empty(
                    "No payments here yet",
                    "A payment shows the moment it is made, and so does one that is refused, or "
                    "refunded.",
                    icon="card",
                ),
            ),
            class_name=rx.cond(fresh, "transition-opacity", "transition-opacity opacity-50"),
            custom_attrs={"aria-busy": ~fresh},
        ),
        controls=[filter_tabs(PATH, _TABS)],
        foot=pagination(
            view.place,
            on_previous=PaymentsPage.turn(-1),
            on_next=PaymentsPage.turn(1),
            first=view.is_first,
            last=view.is_last,
        ),
    )
