"""Terms and their values: who is billed, when issued, when due."""

import reflex as rx

from fsm_portal.ui.values import Node, Text


def details(*pairs: tuple[Text, Node]) -> rx.Component:
    """A definition list, two columns on a phone and three on a desk."""
    return rx.el.dl(
        *[_pair(term, value) for term, value in pairs],
        class_name="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-3",
    )


def _pair(term: Text, value: Node) -> rx.Component:
    return rx.el.div(
        rx.el.dt(term, class_name="text-xs text-muted"),
        rx.el.dd(value, class_name="mt-1 font-medium wrap-anywhere"),
    )
