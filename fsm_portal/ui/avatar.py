"""A company's sign: its logo, or its initials on its colour."""

import reflex as rx

from fsm_portal.ui.values import Text, either, in_browser

_FIRST_LETTERS = (
    "({0} ?? '').split(/[^\\p{{L}}\\p{{N}}]+/u).filter(Boolean).slice(0,2)"
    ".map((word) => word[0]).join('').toUpperCase()"
)


def avatar(name: Text, logo: Text = "") -> rx.Component:
    """Decoration beside the name. ``logo`` is the address of a picture of any shape, or empty."""
    initials = rx.el.span(
        _initials(name),
        class_name="flex size-10 shrink-0 items-center justify-center rounded-full bg-brand "
        "text-sm font-semibold text-on-brand",
        custom_attrs={"aria-hidden": "true"},
    )
    if not isinstance(logo, rx.Var) and not logo:
        return initials
    image = rx.el.img(
        src=logo,
        alt="",
        # White behind it in both schemes: most logos are made for paper.
        class_name="h-10 w-auto max-w-24 shrink-0 rounded-lg bg-paper object-contain p-0.5 "
        "sm:max-w-40",
    )
    return rx.fragment(either(logo if isinstance(logo, rx.Var) else True, image, initials))


def _initials(name: Text) -> Text:
    if isinstance(name, rx.Var):
        return in_browser(_FIRST_LETTERS, name)
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper()
