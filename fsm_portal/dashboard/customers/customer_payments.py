"""The payments of one customer, beside them on their page: less of each than on Payments."""

from typing import Any

import reflex as rx

from fsm_portal.dashboard.copyable import copyable
from fsm_portal.dashboard.gone_back import refund_note, refund_receipt
from fsm_portal.dashboard.refunding import refund_button
from fsm_portal.dashboard.taking_back import reverse_button
from fsm_portal.ui.badge import badge
from fsm_portal.ui.link import document_link, link
from fsm_portal.ui.table import Column, table
from fsm_portal.ui.values import if_any


def payments_of_customer(rows: rx.Var[Any]) -> rx.Component:
    """``rows`` is a var of PaymentRow."""
    return table(
        "Payments",
        [
            Column("When", _when),
            Column("Paid with", _how, card="wide"),
            Column("Amount", _amount, figure=True, card="top"),
            Column(
                "Refund", lambda row: rx.fragment(refund_button(row), reverse_button(row)),
                   card="right"),
        ],
        rows,
        key=lambda row: row.id,
    )  # fmt: skip


def _when(row: Any) -> rx.Component:
    return rx.el.div(
        rx.el.p(row.when, class_name="whitespace-nowrap"),
        if_any(
            row.source.words,
            rx.el.p(
                row.source.words, title=row.source.term, class_name="mt-0.5 text-xs text-muted"
            ),
        ),
    )


def _how(row: Any) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.span(row.method, class_name="text-ink"),
            rx.cond(row.failed, badge("failed")),
            rx.cond(row.is_refund, badge(row.refund.tone, row.refund.label)),
            rx.cond(row.undone != "", badge("quiet", "Reversed")),
            rx.foreach(
                row.disputes,
                lambda one: rx.cond(one.open, rx.el.span(badge("disputed"), key=one.id)),
            ),
            class_name="flex flex-wrap items-center gap-2",
        ),
        rx.el.p(
            rx.foreach(
                row.invoices,
                lambda one: link(one.number, to=f"/dashboard/invoices/{one.id}/", key=one.id),
            ),
            rx.cond(
                ~row.failed & ~row.is_refund,
                document_link(
                    "Receipt",
                    href=f"/documents/receipts/{row.id}.pdf",
                    target="_blank",
                    aria_label="Receipt of " + row.when.to(str) + ", " + row.gross.to(str),
                ),
            ),
            if_any(row.refund.receipt_url, refund_receipt(row.refund)),
            class_name="mt-0.5 flex flex-wrap gap-x-3 text-xs",
        ),
        if_any(row.reason, rx.el.p(row.reason, class_name="mt-0.5 text-xs text-muted")),
        rx.cond(row.is_refund, refund_note(row.refund)),
        if_any(row.undone, rx.el.p(row.undone, class_name="mt-0.5 text-xs text-muted")),
        if_any(row.reference, rx.el.div(copyable(text=row.reference), class_name="mt-0.5 w-48")),
    )


def _amount(row: Any) -> rx.Component:
    return rx.el.div(
        rx.el.p(
            row.gross,
            class_name=rx.cond(
                row.failed | row.refund.nothing | (row.undone != ""),
                "text-muted line-through",
                "",
            ),
        ),
        if_any(
            row.credit,
            rx.el.p(row.credit, " to credit", class_name="text-xs font-normal text-muted"),
        ),
        rx.cond(
            row.fees_pending,
            rx.el.p("Fee pending", class_name="text-xs font-normal text-muted"),
            rx.cond(
                (row.net != "") & (row.net != row.gross),
                rx.el.p(row.net, " net", class_name="text-xs font-normal text-muted"),
            ),
        ),
    )
