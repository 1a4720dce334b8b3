"""Invoices in a table, each with its Send button. For the list and the overview."""

from typing import Any

import reflex as rx

from fsm_portal.dashboard.sending import Sending, send_answer, send_button
from fsm_portal.ui.badge import status_badges
from fsm_portal.ui.table import Column, table
from fsm_portal.ui.values import if_any


def invoice_table(rows: rx.Var[Any], desk: Any) -> rx.Component:
    """``rows`` is a var of InvoiceRow; ``desk`` says whether there are buttons."""
    columns = [
        Column("Number", lambda row: row.number),
        Column("Customer", lambda row: row.customer, card="wide"),
        Column("Status", _status, card="right"),
        Column("Due", lambda row: row.due_date),
        Column("Total", _total, figure=True, card="top"),
        Column("Sent", lambda row: _sending(row, desk), card="wide"),
    ]
    return table(
        "Invoices",
        columns,
        rows,
        key=lambda row: row.id,
        to=lambda row: f"/dashboard/invoices/{row.id}/",
    )


def _status(row: Any) -> rx.Component:
    return status_badges(row.status.code, row.status.overdue, row.status.processing)


def _total(row: Any) -> rx.Component:
    return rx.el.div(
        rx.el.p(row.total),
        rx.cond(
            row.status.code == "partially_paid",
            rx.el.p(row.due, " due", class_name="text-xs font-normal text-muted"),
        ),
    )


def _sending(row: Any, desk: Any) -> rx.Component:
    return rx.el.div(
        rx.cond(
            Sending.answered == row.id,
            send_answer(row.id),
            if_any(row.sent, rx.el.span(row.sent, class_name="text-xs text-muted")),
        ),
        rx.cond(
            desk.may_send
            & row.sendable
            & ~((Sending.answered == row.id) & (Sending.problem == "")),
            send_button(row.id, row.email, rx.cond(row.sent, "Send again", "Send")),
        ),
        # Above the link that covers the whole row.
        class_name="relative z-10 flex w-fit items-center gap-3 max-sm:w-full "
        "max-sm:justify-between max-sm:empty:hidden",
    )
