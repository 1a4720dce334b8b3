"""What stands around the list of invoices: its filters, its order, the pages beside it."""

from typing import Any

import reflex as rx

from fsm_portal.dashboard.filter_tabs import filter_tabs
from fsm_portal.ui.icon import icon
from fsm_portal.ui.link import link
from fsm_portal.ui.search import filter_by

_FILTERS = (
    ("all", "All"),
    ("draft", "Drafts"),
    ("unpaid", "Unpaid"),
    ("overdue", "Overdue"),
    ("processing", "Processing"),
    ("paid", "Paid"),
    ("refunded", "Refunded"),
    ("disputed", "Disputed"),
    ("void", "Void"),
)
_ORDERS = (
    ("newest", "Newest first"),
    ("due", "Due soonest first"),
    ("amount", "Largest first"),
    ("customer", "By customer"),
)
_TURN = (
    "inline-flex min-h-11 items-center gap-1.5 rounded-lg border border-edge bg-surface px-3 "
    "font-medium hover:bg-sunken"
)


def filters(path: str) -> rx.Component:
    return filter_tabs(path, _FILTERS)


def sort_by(view: Any, on_change: Any) -> rx.Component:
    """The order; a filter begins with the one that suits it."""
    return filter_by("Sort", _ORDERS, on_change, value=view.sort)


def turning(view: Any) -> rx.Component:
    """What is on this page, and the ways to the pages beside it."""
    return rx.el.nav(
        # Read out when it changes.
        rx.el.p(view.place, aria_live="polite", class_name="text-muted tabular-nums"),
        rx.el.div(
            rx.cond(
                view.earlier != "",
                link(icon("left", "size-4"), "Previous", to=view.earlier, class_name=_TURN),
            ),
            rx.cond(
                view.further != "",
                link("Next", icon("right", "size-4"), to=view.further, class_name=_TURN),
            ),
            class_name="flex gap-2 empty:hidden",
        ),
        aria_label="Pages",
        class_name="flex min-h-14 flex-wrap items-center justify-between gap-3 px-5 py-3",
    )
