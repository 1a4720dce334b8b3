"""A list's few views as links, so that each has an address."""

from collections.abc import Sequence

import reflex as rx

from fsm_portal.dashboard.address import in_address
from fsm_portal.ui.link import link
from fsm_portal.ui.values import in_browser

_TAB = (
    "inline-flex min-h-9 items-center rounded-lg px-3 font-medium whitespace-nowrap "
    "transition-colors pointer-coarse:min-h-11"
)


def filter_tabs(path: str, choices: Sequence[tuple[str, str]]) -> rx.Component:
    """``choices`` are (value of ``show`` in the address, label) pairs, the first the default.

    What is searched for stays in the address.
    """
    current = in_address("show", choices[0][0])
    return rx.el.nav(
        *[_tab(path, value, label, value == choices[0][0], current) for value, label in choices],
        aria_label="Show",
        class_name="flex gap-1 overflow-x-auto max-sm:-mx-1 max-sm:w-full",
    )


def _tab(path: str, value: str, label: str, is_default: bool, current: rx.Var[str]) -> rx.Component:
    search = in_address("q", "")
    to = in_browser(
        "('"
        + path
        + "?' + new URLSearchParams({{"
        + ("" if is_default else f"show: '{value}', ")
        + "...({0} ? {{q: {0}}} : {{}})}}).toString()).replace(/[?]$/, '')",
        search,
    )
    here = current == value
    return link(
        label,
        to=to,
        class_name=rx.cond(
            here, f"{_TAB} bg-brand-soft text-brand-ink", f"{_TAB} text-muted hover:bg-sunken"
        ),
        custom_attrs={"aria-current": rx.cond(here, "page", "false")},
    )
