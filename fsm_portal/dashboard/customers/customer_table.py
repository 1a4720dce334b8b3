"""Customers in a table: who they are, what they owe, whether they came to their portal."""

from typing import Any

import reflex as rx

from fsm_portal.ui.table import Column, table
from fsm_portal.ui.values import if_any


def customer_table(rows: rx.Var[Any]) -> rx.Component:
    """``rows`` is a var of CustomerRow."""
    return table(
        "Customers",
        [
            Column("Customer", _name, card="left"),
                        Column("Owed", _owed, figure=True, card="top"),
            Column("Overdue", _overdue, figure=True, card="none"),
            Column("Portal", _portal, card="left"),
            Column("In Stripe", _stripe, card="none"),
        ],
        rows,
        key=lambda row: row.id,
        to=lambda row: f"/dashboard/customers/{row.id}/",
    )  # fmt: skip


def _name(row: Any) -> rx.Component:
    return rx.fragment(
        rx.el.span(row.name, class_name="wrap-anywhere"),
        rx.el.span(
            row.contact,
            rx.cond((row.contact != "") & (row.email != ""), " · ", ""),
            row.email,
            class_name="mt-0.5 block text-xs font-normal text-muted wrap-anywhere empty:hidden",
        ),
    )


def _owed(row: Any) -> rx.Component:
    return rx.fragment(
        if_any(row.owing.owed, rx.el.p(row.owing.owed)),
        if_any(
            row.owing.open,
            rx.el.p(row.owing.open, class_name="text-xs font-normal text-muted max-sm:hidden"),
        ),
        # As a card there is no column for it.
        if_any(
            row.owing.overdue,
            rx.el.p(
                row.owing.overdue,
                " overdue",
                class_name="text-xs font-medium text-bad sm:hidden",
            ),
        ),
    )


def _overdue(row: Any) -> rx.Component:
    return rx.fragment(
        if_any(row.owing.overdue, rx.el.p(row.owing.overdue, class_name="text-bad")),
        if_any(
            row.owing.late, rx.el.p(row.owing.late, class_name="text-xs font-normal text-muted")
        ),
    )


def _portal(row: Any) -> rx.Component:
    return rx.el.span(portal_words(row.portal), class_name="text-xs sm:whitespace-nowrap")


def portal_words(portal: Any) -> rx.Component:
    """``portal`` is a PortalState."""
    return rx.match(
        portal.state,
        (
            "in",
            rx.el.span(
                portal.words, class_name="text-tone", custom_attrs={"data-tone": "good"}, key="in"
            ),
        ),
        ("never", rx.el.span(portal.words, class_name="text-muted", key="never")),
        rx.el.span(portal.words, key="sent"),
    )


def _stripe(row: Any) -> rx.Component:
    return rx.cond(
        row.stripe_id != "",
        rx.el.span(row.stripe_id, class_name="font-mono text-xs whitespace-nowrap"),
        rx.el.span("–", class_name="text-muted", aria_label="No"),
    )
