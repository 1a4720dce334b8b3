"""A surface that holds what belongs together."""

from typing import Any

import reflex as rx

from fsm_portal.ui.values import Node, Text

SURFACE = "rounded-2xl border border-line bg-surface"


def card(*children: Node, class_name: str = "", **props: Any) -> rx.Component:
    """A padded surface. ``class_name`` adds to its look, or says where it stands in a grid."""
    return rx.el.section(*children, class_name=f"{SURFACE} p-5 sm:p-6 {class_name}", **props)


def titled_card(
    title: Text, *children: Node, action: Node = "", class_name: str = "", **props: Any
) -> rx.Component:
    """A card with a heading of its own, and at its right an optional link or control."""
    return card(card_title(title, action), *children, class_name=class_name, **props)


def card_title(title: Text, action: Node = "") -> rx.Component:
    return rx.el.div(
        rx.el.h2(title, class_name="text-sm font-semibold"),
        action,
        class_name="mb-4 flex flex-wrap items-center justify-between gap-3",
    )
