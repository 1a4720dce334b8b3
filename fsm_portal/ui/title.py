"""A page's own heading, with what may be done about the page beside it."""

import reflex as rx

from fsm_portal.ui.icon import icon
from fsm_portal.ui.link import link
from fsm_portal.ui.values import Node, Text, if_any


def page_title(title: Text, *actions: Node, above: Text = "", beside: Node = "") -> rx.Component:
    """The page's h1. ``above`` is the small line over it, ``beside`` a badge after it."""
    return rx.el.div(
        rx.el.div(
            if_any(above, rx.el.p(above, class_name="text-muted")),
            rx.el.div(
                rx.el.h1(title, class_name="text-2xl font-semibold tracking-tight wrap-anywhere"),
                beside,
                class_name="flex flex-wrap items-center gap-x-3 gap-y-1",
            ),
        ),
        rx.el.div(*actions, class_name="flex flex-wrap items-center gap-2 empty:hidden"),
        class_name="flex min-h-11 flex-wrap items-center justify-between gap-3",
    )


def back_link(label: Text, to: Text) -> rx.Component:
    """The way up, over a page's title."""
    return link(
        icon("back", "size-4"),
        label,
        to=to,
        class_name="inline-flex min-h-11 items-center gap-2 font-medium text-muted hover:text-ink",
    )
