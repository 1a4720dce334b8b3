"""The parts of one page as links under its title, the one that is shown underlined."""

from collections.abc import Sequence

import reflex as rx

from fsm_portal.ui.link import link
from fsm_portal.ui.values import Flag, Text

_TAB = (
    "inline-flex min-h-11 items-center border-b-2 px-1 font-semibold whitespace-nowrap "
    "transition-colors"
)
_HERE = f"{_TAB} border-brand text-brand-ink"
_ELSEWHERE = f"{_TAB} border-transparent text-muted hover:text-ink"


def part_tabs(
    name: Text, parts: Sequence[tuple[Text, Text, Flag]], class_name: str = ""
) -> rx.Component:
    """``parts`` are (label, address, whether it is the one that is shown)."""
    return rx.el.nav(
        *[_tab(label, to, here) for label, to, here in parts],
        aria_label=name,
        class_name=f"flex gap-5 overflow-x-auto border-b border-line {class_name}",
    )


def _tab(label: Text, to: Text, here: Flag) -> rx.Component:
    return link(
        label,
        to=to,
        class_name=rx.cond(here, _HERE, _ELSEWHERE),
        custom_attrs={"aria-current": rx.cond(here, "page", "false")},
    )
