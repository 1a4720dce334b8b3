"""Form fields: a label above, a hint below, an error beside what it is about."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from fsm_portal.ui.values import Node, Text, if_any, plain_id

_CONTROL = (
    "block w-full min-h-11 rounded-lg border border-edge bg-surface px-3 text-base text-ink "
    "sm:text-sm aria-invalid:border-bad placeholder:text-muted"
)


def text_field(
    label: Text, *, name: str, hint: Text = "", error: Text = "", **props: Any
) -> rx.Component:
    """A line of text. Take its value from the form's ``on_submit``; ``default_value`` fills it.

    ``value`` with ``on_change`` would ask the server at every key and load a debouncing library.
    """
    props.setdefault("type", "text")
    return _field(label, name, hint, error, rx.el.input(**_attributes(name, error), **props))


def money_field(
    label: Text, *, name: str, hint: Text = "", error: Text = "", **props: Any
) -> rx.Component:
    """An amount. The keypad of a phone opens with digits; the server parses and checks it."""
    props.setdefault("auto_complete", "off")
    props.setdefault("input_mode", "decimal")
    return text_field(label, name=name, hint=hint, error=error, **props)


def select_field(
    label: Text,
    options: Sequence[tuple[str, str]],
    *,
    name: str,
    hint: Text = "",
    error: Text = "",
    more: Node | None = None,
    **props: Any,
) -> rx.Component:
    """The browser's own select. ``options`` are (value, label) pairs; ``more`` is an option that
    is known in the browser only."""
    if isinstance(chosen := props.get("default_value"), rx.Var):
        # React heeds the default of a select only when it makes one: without this a form that
        # stood there before its view came would go back to the choice of an empty view.
        props.setdefault("key", chosen)
    choices: list[Node] = [rx.el.option(text, value=value) for value, text in options]
    if more is not None:
        choices.append(more)
    return _field(
        label, name, hint, error, rx.el.select(*choices, **_attributes(name, error), **props)
    )


def text_area(
    label: Text, *, name: str, hint: Text = "", error: Text = "", **props: Any
) -> rx.Component:
    """Several lines of text."""
    attributes = _attributes(name, error)
    attributes["class_name"] += " py-2.5"
    props.setdefault("rows", "4")
    return _field(label, name, hint, error, rx.el.textarea(**attributes, **props))


def checkbox(label: Text, *, name: str, hint: Text = "", **props: Any) -> rx.Component:
    """A choice to tick; the label can be pressed too."""
    return rx.el.label(
        rx.el.input(
            type="checkbox",
            name=name,
            custom_attrs=plain_id(_id(name)),
            class_name="mt-0.5 size-5 shrink-0",
            **props,
        ),
        rx.el.span(
            rx.el.span(label, class_name="block font-medium"),
            if_any(hint, rx.el.span(hint, class_name="block text-xs text-muted")),
        ),
        html_for=_id(name),
        class_name="flex min-h-11 items-start gap-3 py-2.5",
    )


def _field(label: Text, name: str, hint: Text, error: Text, control: rx.Component) -> rx.Component:
    return rx.el.div(
        rx.el.label(label, html_for=_id(name), class_name="mb-1.5 block font-medium"),
        control,
        if_any(
            hint,
            rx.el.p(
                hint,
                class_name="mt-1.5 text-xs text-muted",
                custom_attrs=plain_id(f"{_id(name)}-hint"),
            ),
        ),
        # Always there, so that a new error is read out when it comes.
        rx.el.p(
            error,
            custom_attrs=plain_id(f"{_id(name)}-error"),
            aria_live="polite",
            class_name="mt-1.5 text-xs font-medium text-bad empty:hidden",
        ),
    )


def _attributes(name: str, error: Text) -> dict[str, Any]:
    wrong = error != "" if isinstance(error, rx.Var) else bool(error)
    return {
        "custom_attrs": plain_id(_id(name)),
        "name": name,
        "class_name": _CONTROL,
        "aria_invalid": wrong,
        "aria_describedby": f"{_id(name)}-hint {_id(name)}-error",
    }


def _id(name: str) -> str:
    return f"field-{name}"
