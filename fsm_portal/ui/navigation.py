"""The ways between the pages of one face: entries of a sidebar, a row of tabs, a bar on a phone."""

from dataclasses import dataclass

import reflex as rx

from fsm_portal.domain.role import May
from fsm_portal.ui.icon import icon
from fsm_portal.ui.link import link
from fsm_portal.ui.values import Node, Text


@dataclass(frozen=True)
class Place:
    """One entry of the navigation. ``briefly`` is its name where there is little room.

    ``needs``: whoever may do any of these is shown it; everybody where there are none.
    """

    name: str
    to: str
    icon: str
    briefly: str = ""
    needs: tuple[May, ...] = ()


HERE = "bg-brand-soft text-brand-ink"
ELSEWHERE = "text-muted hover:bg-sunken hover:text-ink"


def entry(place: Place, here: str, look: str, name: Text = "") -> rx.Component:
    """A link to ``place``, marked where it is the place one is at; ``look`` are its classes."""
    current = place.name == here
    return link(
        icon(place.icon),
        name or place.name,
        to=place.to,
        class_name=f"flex items-center font-medium {look} {HERE if current else ELSEWHERE}",
        custom_attrs={"aria-current": "page"} if current else {},
    )


def bottom_bar(*entries: Node) -> rx.Component:
    """Under the thumb, on anything narrower than a desk."""
    return rx.el.nav(
        *entries,
        aria_label="Main",
        class_name="fixed inset-x-0 bottom-0 z-10 flex border-t border-line bg-surface "
        "pb-[env(safe-area-inset-bottom)] lg:hidden print:hidden",
    )


IN_BAR = "min-h-14 min-w-0 flex-1 flex-col justify-center gap-0.5 text-xs"
