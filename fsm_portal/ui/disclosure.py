"""A line that opens to more of itself: for what is read now and then, and is long."""

import reflex as rx

from fsm_portal.ui.icon import icon
from fsm_portal.ui.values import Node, Text


def disclosure(label: Text, *children: Node, class_name: str = "") -> rx.Component:
    """``label`` is what can be pressed; whether it is open, the browser keeps."""
    return rx.el.details(
        rx.el.summary(
            icon("right", "size-4 transition-transform group-open:rotate-90"),
            label,
            class_name="inline-flex min-h-8 cursor-pointer list-none items-center gap-1.5 "
            "rounded-sm text-xs text-muted hover:text-ink pointer-coarse:min-h-11 "
            "[&::-webkit-details-marker]:hidden",
        ),
        *children,
        class_name=f"group {class_name}",
    )
