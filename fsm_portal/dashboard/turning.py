"""Below a list that is read from a row on: what is on show, and the ways to the pages beside it."""

from typing import Any

import reflex as rx

from fsm_portal.ui.icon import icon
from fsm_portal.ui.link import link
from fsm_portal.ui.values import Text

_WAY = (
    "inline-flex min-h-9 items-center gap-1.5 rounded-lg border border-line bg-surface px-3 "
    "text-sm font-semibold hover:border-edge hover:bg-sunken pointer-coarse:min-h-11"
)


def turning(view: Any, place: Text, *, back: Text = "Previous", on: Text = "Next") -> rx.Component:
    """``view`` has ``newer`` and ``older``: the addresses of the page before and after, or empty.

    Nothing where both are empty and there is no ``place`` to name.
    """
    return rx.el.nav(
        # Read out when it changes.
        rx.el.p(place, aria_live="polite", class_name="text-muted tabular-nums wrap-anywhere"),
        rx.el.div(
            rx.cond(
                view.newer != "",
                link(icon("left", "size-4"), back, to=view.newer, class_name=_WAY),
            ),
            rx.cond(
                view.older != "",
                link(on, icon("right", "size-4"), to=view.older, class_name=_WAY),
            ),
            class_name="flex gap-2 empty:hidden",
        ),
        aria_label="Pages",
        class_name="flex flex-wrap items-center justify-between gap-3 px-5 py-3",
    )
