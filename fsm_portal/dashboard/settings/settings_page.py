"""The frame of every page of the settings: the sections at the side, the one that is open beside.

On a phone the list of sections is a page of its own, and each leads back to it.
"""

import operator
from functools import reduce
from typing import Any

import reflex as rx

from fsm_portal.dashboard.desk import staff_page
from fsm_portal.dashboard.settings.sections import HOME, SECTIONS, Place
from fsm_portal.dashboard.settings.setting_up import setup_bar
from fsm_portal.ui.card import SURFACE, card
from fsm_portal.ui.empty import empty
from fsm_portal.ui.icon import icon
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.link import link
from fsm_portal.ui.skeleton import loading, skeleton_card
from fsm_portal.ui.title import back_link, page_title
from fsm_portal.ui.values import Node

_HERE = "bg-brand-soft text-brand-ink"
_ELSEWHERE = "text-muted hover:bg-sunken hover:text-ink"


def settings_page(
    *children: Node,
    here: str,
    page: Any,
    actions: tuple[Node, ...] = (),
    up: tuple[str, str] | None = None,
    title: str = "",
) -> Any:
    """``here`` is the name of a section (see SECTIONS), or empty for the list of them; ``page`` is
    the page's State, whose pushed view carries the desk; ``actions`` stand beside the title. A page
    within a section says where it leads ``up`` to, a name and its address, and has a ``title`` of
    its own."""
    desk = last_seen("desk", page.view).desk
    may = desk.may
    return staff_page(
        _way_up(here, up),
        page_title(title or here or "Settings", *actions),
        rx.el.div(
            _side_list(here, may),
            rx.el.div(
                setup_bar(desk.setup, here),
                *children,
                class_name="flex min-w-0 max-w-3xl flex-col gap-4",
            ),
            class_name="grid gap-6 lg:grid-cols-[13rem_minmax(0,1fr)]",
        ),
        here="Settings",
        page=page,
    )


def _way_up(here: str, up: tuple[str, str] | None) -> Node:
    if up is not None:
        return rx.el.div(back_link(*up), class_name="-my-3")
    return rx.el.div(back_link("Settings", HOME), class_name="-my-3 lg:hidden") if here else ""


def for_whoever_may(view: Any, content: Node) -> rx.Component:
    """``content`` once ``view`` is loaded, for whoever is ``allowed`` to see it."""
    return rx.cond(
        view.loaded,
        rx.cond(
            view.allowed,
            rx.el.div(content, key="section", class_name="flex flex-col gap-4"),
            not_yours(),
        ),
        loading(skeleton_card(6)),
    )


def not_yours() -> rx.Component:
    """In place of what somebody may not see."""
    return card(
        empty(
            "This page is for owners and admins",
            "Ask one of them if something here should be different.",
            icon="lock",
        ),
        key="not-allowed",
    )


def has_sections(may: Any) -> rx.Var[bool]:
    """Whether any section is for whoever may do ``may``."""
    needed = {place.may for place in SECTIONS}
    return reduce(operator.or_, (may.contains(each.value) for each in sorted(needed)))


def section_list(may: Any) -> rx.Component:
    """The sections as a list to press, for a phone."""
    return rx.el.nav(
        *[_if_may(place, may, _row(place)) for place in SECTIONS],
        aria_label="Settings",
        class_name=f"{SURFACE} divide-y divide-line overflow-hidden lg:hidden",
    )


def section_cards(may: Any) -> rx.Component:
    """The same at a desk, where they are at the side too: what each of them is about."""
    return rx.el.div(
        *[_if_may(place, may, _card(place)) for place in SECTIONS],
        class_name="hidden gap-3 lg:grid lg:grid-cols-2",
    )


def _card(place: Place) -> rx.Component:
    return link(
        rx.el.span(icon(place.icon), class_name="mt-0.5 text-brand-ink"),
        rx.el.span(
            rx.el.span(place.name, class_name="block font-semibold text-ink"),
            rx.el.span(place.words, class_name="mt-0.5 block text-muted"),
            class_name="min-w-0",
        ),
        to=place.to,
        class_name=f"{SURFACE} flex gap-4 p-5 hover:border-edge",
    )


def _side_list(here: str, may: Any) -> rx.Component:
    return rx.el.nav(
        *[_if_may(place, may, _entry(place, here)) for place in SECTIONS],
        aria_label="Settings",
        class_name="flex flex-col gap-1 max-lg:hidden",
    )


def _if_may(place: Place, may: Any, shown: rx.Component) -> rx.Component:
    return rx.cond(may.contains(place.may.value), shown)


def _entry(place: Place, here: str) -> rx.Component:
    current = place.name == here
    return link(
        place.name,
        to=place.to,
        class_name="flex min-h-10 items-center rounded-lg px-3 font-medium "
        f"{_HERE if current else _ELSEWHERE}",
        custom_attrs={"aria-current": "page"} if current else {},
    )


def _row(place: Place) -> rx.Component:
    return link(
        rx.el.span(icon(place.icon), class_name="text-muted"),
        rx.el.span(
            rx.el.span(place.name, class_name="block font-medium text-ink"),
            rx.el.span(place.words, class_name="block text-xs text-muted"),
            class_name="min-w-0 flex-1",
        ),
        icon("right", "size-4"),
        to=place.to,
        class_name="flex min-h-16 items-center gap-4 px-5 py-3 text-muted hover:bg-sunken",
    )
