"""Signing out: a plain form, because the session cookie belongs to plain routes."""

import reflex as rx

from fsm_portal.ui.button import ICON_ONLY
from fsm_portal.ui.icon import icon
from fsm_portal.ui.plain_form import plain_form

# What was typed and not kept yet goes with whoever typed it (see as_typed and dialog). At the
# press: the browser posts the form by itself, whatever becomes of this.
_FORGET = rx.Var(
    "() => { for (const name of Object.keys(sessionStorage))"
    " if (/^(typed |dialog-)/.test(name)) sessionStorage.removeItem(name); }"
)


def sign_out(*, with_word: bool = False) -> rx.Component:
    """Posts to /sign-out. With its word beside the icon where there is room."""
    look = (
        "flex min-h-11 w-full items-center gap-3 rounded-lg px-3 font-medium text-muted "
        "hover:bg-sunken hover:text-ink"
    )
    return plain_form(
        rx.el.button(
            icon("sign-out"),
            rx.el.span("Sign out", class_name="" if with_word else "sr-only"),
            type="submit",
            title="Sign out",
            class_name=look if with_word else ICON_ONLY,
            custom_attrs={"onClick": _FORGET},
        ),
        action="/sign-out",
    )
