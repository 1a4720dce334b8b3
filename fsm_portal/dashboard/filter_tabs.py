"""A list's few views as links, so that each has an address."""

from collections.abc import Sequence

import reflex as rx

from fsm_portal.ui.long_list import tab


def filter_tabs(path: str, choices: Sequence[tuple[str, str]]) -> rx.Component:
    """``choices`` are (value of ``show`` in the address, label) pairs, the first the default.

    What is searched for stays in the address.
    """
    first = choices[0][0]
    return rx.el.nav(
        *[
            tab(path, "" if value == first else value, label, first=first)
            for value, label in choices
        ],
        aria_label="Show",
        class_name="flex gap-1 overflow-x-auto max-sm:-mx-1 max-sm:w-full",
    )
