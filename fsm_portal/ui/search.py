"""Finding one among many: a search box and a filter, for the head of a table."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from fsm_portal.ui.icon import icon
from fsm_portal.ui.values import Text

_LOOK = (
    "min-h-11 rounded-lg border border-edge bg-surface text-base text-ink sm:text-sm "
    "placeholder:text-muted"
)


_INSIDE = "pointer-events-none absolute left-3 top-1/2 -translate-y-1/2"


def search(label: Text, on_change: Any, **props: Any) -> rx.Component:
    """A search box that needs no button. Pass ``State.search.debounce(250)``: the handler gets
    the text once the typing rests. ``default_value`` fills it."""
    return rx.el.div(
        icon("search", f"{_INSIDE} size-4 text-muted"),
        rx.el.input(
            type="search",
            on_change=on_change,
            aria_label=label,
            placeholder=label,
            class_name=f"{_LOOK} w-full pl-9 pr-3",
            **props,
        ),
        role="search",
        class_name="relative min-w-40 flex-1 sm:min-w-64",
    )


def filter_by(
    label: Text, options: Sequence[tuple[str, str]], on_change: Any, **props: Any
) -> rx.Component:
    """One of few choices; ``options`` are (value, label) pairs, the handler gets the value."""
    return rx.el.select(
        *[rx.el.option(text, value=value) for value, text in options],
        on_change=on_change,
        aria_label=label,
        class_name=f"{_LOOK} w-auto px-3",
        **props,
    )
