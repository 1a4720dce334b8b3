"""What stands where a list would, when there is nothing in it yet."""

import reflex as rx

from fsm_portal.ui.icon import icon as draw
from fsm_portal.ui.values import Node, Text


def empty(title: Text, text: Text, *, icon: str = "invoice", action: Node = "") -> rx.Component:
    """Says what will be here and, with ``action``, how to bring it about."""
    return rx.el.div(
        rx.el.span(
            draw(icon, "size-6"),
            class_name="flex size-12 items-center justify-center rounded-full bg-brand-soft "
            "text-brand-ink",
        ),
        rx.el.p(title, class_name="mt-2 text-base font-semibold"),
        rx.el.p(text, class_name="max-w-sm text-muted text-pretty"),
        rx.el.div(action, class_name="mt-3 empty:hidden"),
        class_name="flex flex-col items-center gap-1 px-6 py-12 text-center",
    )
