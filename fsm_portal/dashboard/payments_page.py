"""All payments, the refused ones among them."""

from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.address import go, in_address, said
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.copyable import copyable
from fsm_portal.dashboard.desk import staff_page, take_seat
from fsm_portal.dashboard.filter_tabs import filter_tabs
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.list_payments import (
    PaymentListView,
    PaymentQuery,
    list_payments,
    payment_query,
)
from fsm_portal.ui.badge import badge
from fsm_portal.ui.empty import empty
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.link import link
from fsm_portal.ui.pagination import pagination
from fsm_portal.ui.skeleton import loading, skeleton_card
from fsm_portal.ui.table import Column, table, table_card
from fsm_portal.ui.title import page_title
from fsm_portal.ui.values import if_any

PATH = "/dashboard/payments/"
_TABS = (("all", "All"), ("received", "Received"), ("failed", "Failed"))


class PaymentsPage(rx.State):
    """What is shown stands in the address: see address.py."""

    view: PaymentListView = PaymentListView()

    @classmethod
    def load_view(cls, scope: Scope, params: PaymentQuery) -> PaymentListView:
        return list_payments(scope, params)

    @rx.event
    async def on_load(self) -> EventSpec | None:
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
        page_title("Payments"),
        rx.cond(view.loaded, _list(view), loading(skeleton_card(10))),
        here="Payments",
        view=PaymentsPage.view,
    )


def _list(view: Any) -> rx.Component:
    fresh = in_address("show", "all") == view.show
    return table_card(
        rx.match(
            view.show,
            ("received", "Payments received"),
            ("failed", "Payments that failed"),
            "All payments",
        ),
        rx.el.div(
            rx.cond(
                view.rows.length() > 0,
                rx.cond(
                    view.desk.sees_fees,
                    _table(view, with_fees=True),
                    _table(view, with_fees=False),
                ),
                empty(
                    "No payments here yet",
                    "A payment shows the moment it is made, and so does one that is refused.",
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


def _table(view: Any, *, with_fees: bool) -> rx.Component:
    columns = [
        Column("When", _when),
        Column("Customer", _customer, card="wide"),
        Column("Paid with", lambda row: _method(row, view, with_fees), card="wide"),
        Column("Gross", _gross, figure=True, card="top"),
    ]
    if with_fees:
        columns += [
            Column(
                "Fees", lambda row: _fees(row, view.shows_platform_fee), figure=True, card="none"
            ),
            Column("Net", lambda row: row.net, figure=True, card="none"),
        ]
    return table("Payments", columns, view.rows, key=lambda row: row.id)


def _when(row: Any) -> rx.Component:
    return _stack(rx.el.span(row.when, class_name="whitespace-nowrap"), row.source)


def _customer(row: Any) -> rx.Component:
    return rx.el.div(
        rx.el.p(row.customer, class_name="font-medium text-ink wrap-anywhere"),
        rx.el.p(
            rx.foreach(
                row.invoices,
                lambda one: link(one.number, to=f"/dashboard/invoices/{one.id}/", key=one.id),
            ),
            class_name="mt-0.5 flex flex-wrap gap-x-2 text-xs",
        ),
    )


def _method(row: Any, view: Any, with_fees: bool) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.span(row.method, class_name="text-ink"),
            rx.cond(row.failed, badge("failed")),
            class_name="flex flex-wrap items-center gap-2",
        ),
        if_any(row.reason, rx.el.p(row.reason, class_name="mt-0.5 text-xs text-muted")),
        rx.el.div(copyable(text=row.reference), class_name="mt-0.5 max-w-44"),
        _fees_in_line(row, view.shows_platform_fee) if with_fees else rx.fragment(),
    )


def _gross(row: Any) -> rx.Component:
    return rx.el.div(
        rx.el.p(row.gross, class_name=rx.cond(row.failed, "text-muted line-through", "")),
        if_any(
            row.credit,
            rx.el.p(row.credit, " to credit", class_name="text-xs font-normal text-muted"),
        ),
    )


def _fees(row: Any, shows_platform_fee: Any) -> rx.Component:
    return rx.cond(
        row.fees_pending,
        rx.el.span("Fee pending", class_name="font-normal text-muted"),
        rx.cond(
            row.failed,
            rx.fragment(),
            rx.el.dl(
                _fee("Stripe", row.stripe_fee),
                rx.cond(shows_platform_fee, _fee("Platform", row.platform_fee)),
                class_name="ml-auto flex w-fit flex-col gap-0.5 font-normal",
            ),
        ),
    )


def _fees_in_line(row: Any, shows_platform_fee: Any) -> rx.Component:
    """The fees again for a phone, where there are no columns."""
    return rx.cond(
        row.fees_pending | (row.net != ""),
        rx.el.p(
            rx.cond(
                row.fees_pending,
                "Fee pending",
                rx.fragment(
                    "Stripe ",
                    row.stripe_fee,
                    rx.cond(shows_platform_fee, rx.fragment(" · Platform ", row.platform_fee)),
                    " · ",
                    rx.el.span("Net ", row.net, class_name="font-medium text-ink"),
                ),
            ),
            class_name="mt-1 text-xs text-muted tabular-nums sm:hidden",
        ),
    )


def _fee(label: str, amount: Any) -> rx.Component:
    return rx.el.div(
        rx.el.dt(label, class_name="text-xs text-muted"),
        rx.el.dd(amount),
        class_name="flex items-baseline justify-between gap-3",
    )


def _stack(main: rx.Component, below: Any) -> rx.Component:
    return rx.el.div(
        rx.el.p(main), if_any(below, rx.el.p(below, class_name="mt-0.5 text-xs text-muted"))
    )
