"""The status of an invoice, payment or refund: a word, a dot, a tone. Never colour alone."""

from functools import reduce
from operator import or_
from typing import Any

import reflex as rx

from fsm_portal.ui.values import Flag, Text, either

LABELS = {
    "draft": "Draft",
    "unpaid": "Unpaid",
    "partially_paid": "Partially paid",
    "paid": "Paid",
    "partially_refunded": "Partially refunded",
    "refunded": "Refunded",
    "void": "Void",
    "overdue": "Overdue",
    "processing": "Processing",
    "pending": "Pending",
    "succeeded": "Succeeded",
    "failed": "Failed",
    "disputed": "Disputed",
}


def badge(tone: Text, label: Text = "") -> rx.Component:
    """A pill. ``tone`` is a status (see LABELS, which then supplies the word) or one of
    ``info good warn bad quiet`` with a ``label`` of its own."""
    return rx.el.span(
        rx.el.span(
            class_name="size-1.5 rounded-full bg-tone", custom_attrs={"aria-hidden": "true"}
        ),
        label if isinstance(label, rx.Var) or label else _word(tone),
        class_name="inline-flex h-6 items-center gap-1.5 rounded-full bg-tone-soft px-2.5 text-xs "
        "font-semibold whitespace-nowrap text-tone",
        custom_attrs={"data-tone": tone},
    )


def invoice_badges(status: rx.Var[Any]) -> rx.Component:
    """The badges of an invoice. ``status`` is a var of a StatusView."""
    return status_badges(status.code, status.overdue, status.processing, status.disputed)


def status_badges(
    status: Text, overdue: Flag = False, processing: Flag = False, disputed: Flag = False
) -> rx.Component:
    """An invoice's status with its flags: each of them stands in for a bare Unpaid."""
    flags = [
        either(overdue, badge("overdue"), ""),
        either(processing, badge("processing"), ""),
        either(disputed, badge("disputed"), ""),
    ]
    return rx.el.span(
        _unless_replaced(status, overdue, processing, disputed),
        *flags,
        class_name="inline-flex flex-wrap items-center gap-1.5",
    )


def _word(status: Text) -> Text:
    if isinstance(status, rx.Var):
        return rx.Var.create(LABELS)[status].to(str)
    return LABELS[status]


def _unless_replaced(status: Text, *flags: Flag) -> rx.Component | Text:
    in_browser = [rx.Var.create(flag).bool() for flag in flags if isinstance(flag, rx.Var)]
    if any(flag for flag in flags if not isinstance(flag, rx.Var)):
        flagged: Flag = True
    else:
        flagged = reduce(or_, in_browser) if in_browser else False
    if isinstance(status, rx.Var):
        return rx.cond((status == "unpaid") & flagged, "", badge(status))
    return either(flagged, "", badge(status)) if status == "unpaid" else badge(status)
