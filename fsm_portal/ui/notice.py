"""A word to the reader that stays on the page: good news, a warning, something under way."""

from typing import Literal

import reflex as rx

from fsm_portal.ui.button import spinner
from fsm_portal.ui.icon import icon
from fsm_portal.ui.values import Node, Text, if_any

Tone = Literal["info", "good", "warn", "bad", "quiet"]
_ICONS: dict[Tone, str] = {
    "info": "info",
    "good": "check",
    "warn": "alert",
    "bad": "alert",
    "quiet": "info",
}


def notice(
    title: Text, text: Text = "", *, tone: Tone = "info", busy: bool = False, action: Node = ""
) -> rx.Component:
    """``busy`` turns a spinner in place of the icon ("Confirming your payment").

    To have it read out when it appears, put it inside a ``live_region``.
    """
    return rx.el.div(
        rx.el.span(
            spinner() if busy else icon(_ICONS[tone]),
            class_name="flex size-5 shrink-0 items-center justify-center text-tone",
        ),
        rx.el.div(
            rx.el.p(title, class_name="font-semibold text-tone"),
            if_any(text, rx.el.p(text, class_name="mt-0.5 text-ink")),
            class_name="min-w-0 flex-1",
        ),
        action,
        class_name="flex flex-wrap items-start gap-3 rounded-xl bg-tone-soft p-4",
        custom_attrs={"data-tone": tone},
    )


def answer(words: Text, tone: Tone, sign: str = "") -> rx.Component:
    """What came of a press, beside its button; ``sign`` is another icon than the tone's."""
    return rx.el.p(
        icon(sign or _ICONS[tone], "mt-px size-4"),
        rx.el.span(words, class_name="min-w-0 wrap-anywhere"),
        key=tone,
        class_name="flex items-start gap-1.5 text-left text-xs font-medium text-tone",
        custom_attrs={"data-tone": tone},
    )


def problem_line(words: Text, class_name: str = "mt-4") -> rx.Component:
    """What is the matter with a form or a question as a whole, read out when it comes."""
    return live_region(
        rx.el.p(words, class_name=f"{class_name} font-medium text-bad empty:hidden wrap-anywhere")
    )


def live_region(*children: Node, class_name: str = "") -> rx.Component:
    """Always on the page; what changes inside it is read out when the reader pauses."""
    return rx.el.div(
        # Never hidden, not even while empty: a region that appears with its words is not read.
        *children,
        role="status",
        aria_live="polite",
        class_name=class_name,
    )
