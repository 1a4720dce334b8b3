"""Invoices in a table, each with its Send button. For the list and the overview."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from fsm_portal.dashboard.sending import (
    Sending,
    letter_words,
    send_answer,
    send_button,
    was_sent,
)
from fsm_portal.ui.badge import invoice_badges
from fsm_portal.ui.table import Column, table
from fsm_portal.ui.values import Node, if_any


def invoice_table(
    rows: rx.Var[Any],
    desk: Any,
    before: Callable[[Any], Node] | None = None,
    *,
    with_customer: bool = True,
) -> rx.Component:
    """``rows`` is a var of InvoiceRow; ``desk`` says whether there are buttons. ``before`` is put
    before each number: a tick. On a page about one customer they are named once, above it."""
    columns = [
        Column(
            "Number",
            lambda row: rx.el.span(row.number, class_name="whitespace-nowrap"),
            before=before,
        ),
        *([Column("Customer", lambda row: row.customer)] if with_customer else []),
        Column("Status", _status, card="right"),
        Column("Due", _due),
        Column("Total", _total, figure=True, card="top"),
        Column("Sent", lambda row: _sending(row, desk), card="right"),
    ]
    return table(
        "Invoices",
        columns,
        rows,
        key=lambda row: row.id,
        to=lambda row: f"/dashboard/invoices/{row.id}/",
    )


def _status(row: Any) -> rx.Component:
    return invoice_badges(row.status)


def _due(row: Any) -> rx.Component:
    # As a card it has no heading above it, and the last column's note below.
    return rx.fragment(
        rx.el.span("Due ", class_name="sm:hidden"),
        rx.el.span(row.due_date, class_name="whitespace-nowrap"),
        rx.cond(
            (row.letter.words != "") & (Sending.answered != row.id),
            rx.el.div(_letter(row), class_name="mt-0.5 text-xs sm:hidden"),
        ),
    )


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
            send_answer(row.id, row.letter),
            if_any(
                row.letter.words,
                rx.el.div(_letter(row), class_name="text-xs text-muted max-sm:hidden"),
            ),
        ),
        rx.cond(
            desk.may_send & row.sendable & ~was_sent(row.id),
            rx.cond(
                row.letter.progress != "",
                rx.el.div(
                    send_button(row.id, row.email, "Send again", kind="link"),
                    key="again",
                    class_name="max-sm:-mr-3",
                ),
                rx.el.div(send_button(row.id, row.email, "Send"), key="first"),
            ),
        ),
        # Above the link that covers the whole row, and no taller than a row without a button.
        class_name="relative z-10 flex w-fit items-center gap-2 sm:-my-2 max-sm:max-w-44 "
        "max-sm:flex-col max-sm:items-end",
    )


def _letter(row: Any) -> rx.Component:
    """The last letter: a quiet word, unless it asks for somebody."""
    return rx.cond(
        row.letter.progress == "failed",
        letter_words(row.letter.progress, row.letter.words),
        rx.el.span(row.letter.words),
    )
