"""A customer is chosen by a few letters: the box, and who fits."""

from typing import Any

import reflex as rx

from fsm_portal.ui.search import search
from fsm_portal.ui.values import if_any


def chooser(choice: Any, *, on_search: Any, on_choose: Any) -> rx.Component:
    """``choice`` is a CustomerChoice; ``on_choose`` is told the id of whoever is pressed."""
    return rx.el.div(
        search("Find a customer", on_search, auto_complete="off"),
        rx.el.p(
            rx.cond(
                choice.found.length() > 0,
                rx.cond(choice.search == "", "The latest ones", ""),
                rx.cond(choice.search == "", "", "Nobody fits. Try a part of the name."),
            ),
            class_name="mt-3 text-xs text-muted empty:hidden",
            aria_live="polite",
        ),
        rx.el.ul(
            rx.foreach(choice.found, lambda one: _choice(one, on_choose)),
            class_name="mt-2 divide-y divide-line empty:hidden",
        ),
        rx.cond(
            choice.more,
            rx.el.p("There are more: type a longer part.", class_name="mt-2 text-xs text-muted"),
        ),
    )


def _choice(one: Any, on_choose: Any) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            rx.el.span(one.name, class_name="block font-medium wrap-anywhere"),
            if_any(
                one.note, rx.el.span(one.note, class_name="block text-xs text-muted wrap-anywhere")
            ),
            type="button",
            on_click=on_choose(one.id),
            class_name="min-h-11 w-full rounded-lg px-3 py-2 text-left hover:bg-sunken",
        ),
        key=one.id,
    )
