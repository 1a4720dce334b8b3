"""What happened, newest first: payments in a customer's history, events on a dashboard."""

from typing import Any

import reflex as rx

from fsm_portal.ui.values import Node, Text, if_any


def activity(items: rx.Var[Any], entry: Any) -> rx.Component:
    """``items``: a var of a short list; ``entry`` turns one of them into an ``activity_entry``
    or a ``payment_entry``."""
    return rx.el.ol(rx.foreach(items, entry), class_name="flex flex-col gap-4")


def activity_entry(
    title: Text, note: Text = "", *, tone: Text = "quiet", key: Any = None
) -> rx.Component:
    """One event: a sentence, its circumstances below, a stroke in its tone at the left."""
    return rx.el.li(
        rx.el.p(title, class_name="font-medium wrap-anywhere"),
        if_any(note, rx.el.p(note, class_name="mt-0.5 text-xs text-muted wrap-anywhere")),
        key=key,
        class_name="border-l-2 border-tone pl-3",
        custom_attrs={"data-tone": tone},
    )


def ledger(items: rx.Var[Any], entry: Any) -> rx.Component:
    """Amounts one under another, a rule between them."""
    return rx.el.ol(rx.foreach(items, entry), class_name="divide-y divide-line -my-3")


def ledger_entry(
    title: Text, amount: Text, note: Node = "", *, badge: Node = "", key: Any = None
) -> rx.Component:
    """One movement of money: how, when and by what reference at the left, how much at the right."""
    return rx.el.li(
        rx.el.div(
            rx.el.p(title, class_name="font-medium wrap-anywhere"),
            rx.el.p(note, class_name="mt-0.5 text-xs text-muted wrap-anywhere"),
            class_name="min-w-0",
        ),
        rx.el.div(
            rx.el.span(amount, class_name="font-medium tabular-nums whitespace-nowrap"),
            badge,
            class_name="flex shrink-0 flex-col items-end gap-1",
        ),
        key=key,
        class_name="flex items-start justify-between gap-4 py-3",
    )
