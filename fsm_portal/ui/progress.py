"""How far along something is."""

import reflex as rx

from fsm_portal.ui.values import Number, Text


def progress(label: Text, percent: Number, note: Text = "") -> rx.Component:
    """A bar of 0 to 100 percent, its label above at the left and ``note`` at the right."""
    return rx.el.div(
        rx.el.div(
            rx.el.span(label, class_name="font-medium"),
            rx.el.span(note, class_name="text-muted tabular-nums"),
            class_name="mb-2 flex items-baseline justify-between gap-3",
        ),
        rx.el.progress(
            value=percent,
            max="100",
            aria_label=label,
            class_name="block h-2 w-full appearance-none overflow-hidden rounded-full "
            "bg-brand-soft [&::-moz-progress-bar]:bg-brand "
            "[&::-webkit-progress-bar]:bg-transparent "
            "[&::-webkit-progress-value]:rounded-full [&::-webkit-progress-value]:bg-brand "
            "[&::-webkit-progress-value]:transition-[width]",
        ),
    )
