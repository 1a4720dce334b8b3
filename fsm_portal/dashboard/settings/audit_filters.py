"""What the audit log is asked for: words, a person, a deed, a period."""

from typing import Any

import reflex as rx

from fsm_portal.domain.audit_entry import Deed
from fsm_portal.flows.auditing.log_query import LONGEST_SEARCH
from fsm_portal.ui.long_list import in_address
from fsm_portal.ui.search import search
from fsm_portal.ui.values import Node

_LOOK = (
    "min-h-11 min-w-0 rounded-lg border border-edge bg-surface px-3 text-base text-ink sm:text-sm"
)
# Dates are typed a figure at a time; who types is given the time.
_TYPING = 700


def audit_filters(page: Any, view: Any) -> list[Node]:
    """``page`` is the page's State with its handler ``ask(part, value)``."""
    return [
        search(
            "Search the log",
            page.ask("q").debounce(250),
            default_value=view.search,
            max_length=LONGEST_SEARCH,
        ),
        rx.el.div(
            _choice("Person", "who", "Everybody", _people(view), page),
            _choice("Action", "deed", "All actions", _DEEDS, page),
            _day("From", "since", page),
            _day("To", "until", page),
            class_name="grid w-full grid-cols-2 gap-2",
        ),
        rx.el.p(
            view.problem,
            aria_live="polite",
            class_name="w-full text-xs font-medium text-bad empty:hidden",
        ),
    ]


_DEEDS = [
    rx.el.option(each.value[:1].upper() + each.value[1:], value=each.value)
    for each in sorted(Deed, key=lambda each: each.value)
]


def _people(view: Any) -> list[rx.Component]:
    return [
        rx.foreach(view.people, lambda one: rx.el.option(one.name, value=one.id, key=one.id)),
    ]


def _choice(
    label: str, part: str, every: str, options: list[rx.Component], page: Any
) -> rx.Component:
    return rx.el.select(
        rx.el.option(every, value=""),
        *options,
        value=in_address(part),
        on_change=page.ask(part),
        aria_label=label,
        class_name=_LOOK,
    )


def _day(label: str, part: str, page: Any) -> rx.Component:
    return rx.el.label(
        rx.el.span(label, class_name="w-10 shrink-0 text-muted"),
        rx.el.input(
            type="date",
            default_value=in_address(part),
            on_change=page.ask(part).debounce(_TYPING),
            key=in_address(part),
            class_name=f"{_LOOK} flex-1",
        ),
        class_name="flex items-center gap-2 max-sm:col-span-2",
    )
