"""One currency of a statement: its sums, and its movements with the balance after each."""

from typing import Any

import reflex as rx

from fsm_portal.ui.figure import figure, figures
from fsm_portal.ui.link import PLAIN, document_link, link
from fsm_portal.ui.table import Column, table, table_card
from fsm_portal.ui.values import if_any

_WIDE = "max-sm:[&_dd:first-of-type]:text-xl"
# In the narrower column beside the customer: two abreast, or four.
_NARROW = (
    "[&_dd:first-of-type]:text-lg lg:[&>dl]:grid-cols-2 xl:[&>dl]:grid-cols-4 sm:[&>dl>div]:p-4"
)


def currency_figures(of: Any, narrow: bool = False) -> rx.Component:
    """``of`` is a CurrencyView; ``narrow`` where the statement shares the width."""
    return rx.el.div(
        figures(
            figure("Opening balance", of.opening),
            figure("Charges", of.raised),
            figure("Payments and credits", of.lowered),
            figure("Closing balance", of.closing, of.closing_words),
        ),
        class_name=_NARROW if narrow else _WIDE,
        key=of.currency,
    )


def currency_table(of: Any) -> rx.Component:
    """``of`` is a CurrencyView; nothing where this page has none of its movements."""
    return rx.cond(
        of.rows.length() > 0,
        table_card(
            of.name,
            table(
                "Movements",
                [
                    Column("Date", lambda row: row.day, card="none"),
                    Column("Description", _what, strong=True, card="tall"),
                    Column("Amount", lambda row: row.amount, figure=True, card="top"),
                    Column("Balance", _balance, figure=True, card="right"),
                ],
                of.rows,
                key=lambda row: row.id,
            ),
        ),
    )


def _what(row: Any) -> rx.Component:
    return rx.el.div(
        rx.cond(
            row.page != "",
            link(row.title, to=row.page),
            rx.el.span(
                row.title,
                class_name=rx.cond(row.kind == "balance", "font-semibold", "font-medium"),
            ),
        ),
        rx.el.p(
            # On a phone the day has no column of its own.
            rx.el.span(row.day, class_name="sm:hidden"),
            if_any(
                row.note, rx.el.span(row.note, class_name="not-first:max-sm:before:content-['·_']")
            ),
            if_any(
                row.document,
                document_link(
                    row.paper,
                    href=row.document,
                    target="_blank",
                    # As large as a finger needs, on the line of the words beside it.
                    class_name=f"{PLAIN} -my-1 inline-flex min-h-6 items-center print:hidden",
                    aria_label=row.paper.to(str)
                    + " of "
                    + row.day.to(str)
                    + ", "
                    + row.amount.to(str),
                ),
            ),
            class_name="flex flex-wrap gap-x-2 text-xs font-normal text-muted empty:hidden",
        ),
    )


def _balance(row: Any) -> rx.Component:
    return rx.fragment(
        rx.el.span("Balance ", class_name="font-normal text-muted sm:hidden"), row.balance
    )
