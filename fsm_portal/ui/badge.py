"""The status of an invoice, payment or refund: a word, a dot, a tone. Never colour alone."""

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


def status_badges(status: Text, overdue: Flag = False, processing: Flag = False) -> rx.Component:
    """An invoice's status with its flags: Overdue and Processing stand in for a bare Unpaid."""
    flags = [either(overdue, badge("overdue"), ""), either(processing, badge("processing"), "")]
    return rx.el.span(
        _unless_replaced(status, overdue, processing),
        *flags,
        class_name="inline-flex flex-wrap items-center gap-1.5",
    )


def _word(status: Text) -> Text:
    if isinstance(status, rx.Var):
        return rx.Var.create(LABELS)[status].to(str)
    return LABELS[status]


def _unless_replaced(status: Text, overdue: Flag, processing: Flag) -> rx.Component | Text:
    if isinstance(status, rx.Var):
        flagged = rx.Var.create(overdue).bool() | rx.Var.create(processing).bool()
        return rx.cond((status == "unpaid") & flagged, "", badge(status))
    if status == "unpaid" and (isinstance(overdue, rx.Var) or isinstance(processing, rx.Var)):
        flagged = rx.Var.create(overdue).bool() | rx.Var.create(processing).bool()
        return rx.cond(flagged, "", badge(status))
    return "" if status == "unpaid" and (overdue or processing) else badge(status)
