"""What stands around the list of invoices: its filters, its order, the pages beside it."""

from typing import Any

import reflex as rx

from fsm_portal.dashboard.filter_tabs import filter_tabs
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


def filters(path: str) -> rx.Component:
    return filter_tabs(path, _FILTERS)


def sort_by(view: Any, on_change: Any) -> rx.Component:
    """The order; a filter begins with the one that suits it."""
    return filter_by("Sort", _ORDERS, on_change, value=view.sort)
