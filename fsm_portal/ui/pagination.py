"""Going through a long list a page at a time."""

from typing import Any

import reflex as rx

from fsm_portal.ui.button import button
from fsm_portal.ui.values import Flag, Text


def pagination(
    where: Text,
    *,
    on_previous: Any,
    on_next: Any,
    first: Flag,
    last: Flag,
) -> rx.Component:
    """``where`` says what is on show ("51–100 of 5,120"); ``first`` and ``last`` whether it is the
    first or last page. The count is read out when it changes."""
    return rx.el.nav(
        rx.el.p(where, aria_live="polite", class_name="text-muted tabular-nums"),
        rx.el.div(
            button(
                "Previous", size="compact", kind="secondary", on_click=on_previous, disabled=first
            ),
            button("Next", size="compact", kind="secondary", on_click=on_next, disabled=last),
            class_name="flex gap-2",
        ),
        aria_label="Pages",
        class_name="flex flex-wrap items-center justify-between gap-3 px-5 py-3",
    )
