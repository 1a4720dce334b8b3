"""Payments in a table: when, who, how, what it came to."""

from typing import Any

import reflex as rx

from fsm_portal.dashboard.copyable import copyable
from fsm_portal.dashboard.gone_back import refund_note
from fsm_portal.dashboard.refunding import refund_button
from fsm_portal.dashboard.taking_back import reverse_button
from fsm_portal.ui.badge import badge
from fsm_portal.ui.disclosure import disclosure
from fsm_portal.ui.icon import icon
from fsm_portal.ui.link import document_link, link
from fsm_portal.ui.table import Column, table
from fsm_portal.ui.values import if_any


def payment_table(view: Any, *, with_fees: bool) -> rx.Component:
    """``view`` is a PaymentListView. Columns cannot come and go in the browser, so whoever sees
    no fees is shown another table."""
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
            Column(
                "Refund",
                lambda row: rx.fragment(refund_button(row), reverse_button(row)),
                card="right",
            ),
        ]
    return table("Payments", columns, view.rows, key=lambda row: row.id)


def _when(row: Any) -> rx.Component:
    return rx.el.div(
        rx.el.p(row.when, class_name="whitespace-nowrap"),
        rx.cond(
            row.is_refund,
            rx.el.p(row.refund.by, class_name="mt-0.5 text-xs text-muted wrap-anywhere"),
        ),
        if_any(
            row.source.words,
            rx.el.p(
                row.source.words,
                if_any(row.source.short, rx.fragment(" · ", row.source.short)),
                title=row.source.term,
                class_name="mt-0.5 text-xs text-muted",
            ),
        ),
    )


def _customer(row: Any) -> rx.Component:
    return rx.el.div(
        rx.el.p(
            link(
                row.customer,
                to=rx.Var.create("/dashboard/customers/") + row.customer_id.to(str) + "/",
                class_name="underline-offset-4 hover:underline rounded-sm",
            ),
            class_name="font-medium text-ink wrap-anywhere sm:min-w-28",
        ),
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
            rx.cond(row.is_refund, badge(row.refund.tone, row.refund.label)),
            rx.cond(row.is_dispute, badge(row.dispute.tone, row.dispute.label)),
            rx.cond(row.undone != "", badge("quiet", "Reversed")),
            rx.cond(row.refunds.length() > 0, _refunds_of(row)),
            rx.foreach(row.disputes, _dispute),
            class_name="flex flex-wrap items-center gap-2",
        ),
        if_any(row.reason, rx.el.p(row.reason, class_name="mt-0.5 text-xs text-muted")),
        rx.cond(row.is_refund, refund_note(row.refund)),
        if_any(row.to_do, rx.el.p(row.to_do, class_name="mt-0.5 text-xs text-muted")),
        rx.cond(row.is_dispute, _what_to_do(row.dispute)),
        if_any(row.undone, rx.el.p(row.undone, class_name="mt-0.5 text-xs text-muted")),
        if_any(
            row.reference, rx.el.div(copyable(text=row.reference), class_name="mt-0.5 max-w-44")
        ),
        _fees_in_line(row, view.shows_platform_fee) if with_fees else rx.fragment(),
    )


def _refunds_of(row: Any) -> rx.Component:
    """A word that something of it went back, or is to: the refunds have rows of their own."""
    return rx.cond(
        row.refunds.length() == 1,
        badge("quiet", "1 refund"),
        badge("quiet", row.refunds.length().to(str) + " refunds"),
    )


def _dispute(dispute: Any) -> rx.Component:
    return rx.cond(dispute.open, rx.el.span(badge("disputed"), key=dispute.id))


def _what_to_do(dispute: Any) -> rx.Component:
    return rx.el.div(
        if_any(dispute.why, rx.el.p(dispute.why, class_name="wrap-anywhere")),
        # At length it would make its row taller than ten others.
        disclosure(
            rx.cond(dispute.open, "What to do", "What came of it"),
            rx.el.p(dispute.title, ". ", dispute.to_do, class_name="wrap-anywhere"),
            document_link(
                rx.cond(
                    dispute.open, "Answer in Stripe’s dashboard", "Open it in Stripe’s dashboard"
                ),
                icon("external", "ml-1 inline size-3.5"),
                href=dispute.link,
                target="_blank",
                rel="noreferrer",
                class_name="mt-1 inline-block",
            ),
        ),
        class_name="mt-0.5 max-w-96 text-xs text-muted",
    )


def _gross(row: Any) -> rx.Component:
    return rx.el.div(
        rx.el.p(
            row.gross,
            class_name=rx.cond(
                row.failed | row.refund.nothing | row.dispute.nothing | (row.undone != ""),
                "text-muted line-through",
                "",
            ),
        ),
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
            row.is_refund,
            if_any(row.platform_fee, _figures(_fee("Platform, back", row.platform_fee))),
            rx.cond(
                row.failed | row.by_hand | row.is_dispute,
                rx.fragment(),
                _figures(
                    _fee("Stripe", row.stripe_fee),
                    rx.cond(shows_platform_fee, _fee("Platform", row.platform_fee)),
                ),
            ),
        ),
    )


def _figures(*fees: rx.Component) -> rx.Component:
    return rx.el.dl(*fees, class_name="ml-auto flex w-fit flex-col gap-0.5 font-normal")


def _fees_in_line(row: Any, shows_platform_fee: Any) -> rx.Component:
    """The fees again for a phone, where there are no columns."""
    return rx.cond(
        row.fees_pending | (row.net != ""),
        rx.el.p(
            rx.cond(
                row.fees_pending,
                "Fee pending",
                rx.fragment(
                    rx.cond(
                        row.is_refund,
                        if_any(
                            row.platform_fee,
                            rx.fragment("Platform fee back ", row.platform_fee, " · "),
                        ),
                        rx.cond(
                            row.by_hand,
                            rx.fragment(),
                            rx.fragment(
                                "Stripe ",
                                row.stripe_fee,
                                rx.cond(
                                    shows_platform_fee,
                                    rx.fragment(" · Platform ", row.platform_fee),
                                ),
                                " · ",
                            ),
                        ),
                    ),
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
