"""One number that matters: what it is, how much, and a word beside it."""

import reflex as rx

from fsm_portal.ui.card import SURFACE
from fsm_portal.ui.values import Node, Text, if_any


def figure(label: Text, amount: Text, note: Node = "") -> rx.Component:
    """A figure on a surface of its own. Put several into ``figures``."""
    return rx.el.div(
        rx.el.dt(label, class_name="text-muted"),
        rx.el.dd(
            amount,
            class_name="mt-1 text-2xl font-semibold tracking-tight tabular-nums wrap-anywhere",
        ),
        _note(note),
        class_name=f"{SURFACE} p-4 sm:p-5",
    )


def _note(note: Node) -> rx.Component:
    shown = rx.el.dd(note, class_name="mt-1 text-xs text-muted")
    return shown if isinstance(note, rx.Component) else if_any(note, shown)


def figures(*children: rx.Component) -> rx.Component:
    """A row of figures: two abreast on a phone, all in one row on a desk."""
    return rx.el.dl(
        *children,
        class_name="grid grid-cols-2 gap-3 lg:grid-cols-[repeat(auto-fit,minmax(12rem,1fr))]",
    )


def amount_due(label: Text, amount: Text, note: Text = "") -> rx.Component:
    """The one figure a page is about, as large as it deserves."""
    return rx.el.dl(
        rx.el.dt(label, class_name="text-muted"),
        rx.el.dd(
            amount,
            class_name="mt-0.5 text-4xl font-semibold tracking-tight tabular-nums wrap-anywhere",
        ),
        if_any(note, rx.el.dd(note, class_name="mt-1 text-muted")),
    )
