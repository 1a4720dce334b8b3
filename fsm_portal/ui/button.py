"""Buttons, and links that look like them. Never under 44 px where a finger presses."""

from typing import Any, Literal

import reflex as rx

from fsm_portal.ui.icon import icon as draw
from fsm_portal.ui.link import document_link, link
from fsm_portal.ui.values import Flag, Text, either

Kind = Literal["primary", "secondary", "danger", "link"]
Size = Literal["normal", "large", "compact"]

_BASE = (
    "inline-flex items-center justify-center gap-2 rounded-lg font-semibold text-center "
    "transition-colors disabled:opacity-60"
)
_KINDS: dict[Kind, str] = {
    "primary": "bg-brand text-on-brand hover:bg-brand-strong",
    "secondary": "border border-line bg-surface text-ink hover:bg-sunken hover:border-edge",
    "danger": "bg-danger text-on-danger hover:bg-danger-strong",
    "link": "text-brand-ink underline-offset-4 hover:underline",
}
_SIZES: dict[Size, str] = {
    "normal": "min-h-11 px-4 text-sm",
    "large": "min-h-12 px-5 text-base",
    "compact": "min-h-9 px-3 text-sm pointer-coarse:min-h-11",
}


def button(
    label: Text,
    *,
    kind: Kind = "primary",
    size: Size = "normal",
    icon: str = "",
    loading: Flag = False,
    disabled: Flag = False,
    wide: bool = False,
    **props: Any,
) -> rx.Component:
    """A button; ``type="submit"`` inside a form. While ``loading`` it turns and cannot be pressed.

    ``wide`` fills the width it is given. Other properties (``on_click``, ``id`` ...) pass through.
    """
    props.setdefault("type", "button")
    return rx.el.button(
        either(loading, spinner(), draw(icon) if icon else rx.fragment()),
        rx.el.span(label),
        disabled=_any(loading, disabled),
        aria_busy=loading,
        class_name=button_class(kind, size, wide),
        **props,
    )


def link_button(
    label: Text,
    *,
    to: Text,
    kind: Kind = "secondary",
    size: Size = "normal",
    icon: str = "",
    wide: bool = False,
    document: bool = False,
    brief: bool = False,
    **props: Any,
) -> rx.Component:
    """A link with a button's weight. ``document`` for a PDF or a plain page outside the router;
    on a phone a ``brief`` one is its icon alone, and its label is read out."""
    words = rx.el.span(label, class_name="max-sm:sr-only" if brief else "")
    content = (draw(icon) if icon else rx.fragment(), words)
    if brief:
        props.setdefault("title", label)
    look = button_class(kind, size, wide)
    if document:
        return document_link(*content, href=to, class_name=look, **props)
    return link(*content, to=to, class_name=look, **props)


def icon_button(name: str, label: Text, **props: Any) -> rx.Component:
    """A square button that shows only an icon; ``label`` is what is read out."""
    props.setdefault("type", "button")
    return rx.el.button(draw(name), aria_label=label, title=label, class_name=ICON_ONLY, **props)


ICON_ONLY = (
    "inline-flex size-11 items-center justify-center rounded-lg text-muted "
    "hover:bg-sunken hover:text-ink transition-colors"
)


def spinner() -> rx.Component:
    """The sign of work under way, for beside a label."""
    return rx.el.span(
        class_name="spinner size-4 shrink-0 rounded-full border-2 border-current "
        "border-r-transparent",
        custom_attrs={"aria-hidden": "true"},
    )


def button_class(kind: Kind, size: Size, wide: bool = False) -> str:
    """A button's look, for the few elements that are one without being ``button``."""
    return f"{_BASE} {_KINDS[kind]} {_SIZES[size]}{' w-full' if wide else ''}"


def _any(one: Flag, other: Flag) -> Flag:
    if isinstance(one, rx.Var) or isinstance(other, rx.Var):
        return rx.Var.create(one).bool() | rx.Var.create(other).bool()
    return one or other
