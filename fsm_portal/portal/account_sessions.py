"""Your sessions: every browser in which the customer is signed in, and the ways to end that."""

from typing import Any

import reflex as rx

from fsm_portal.ui.badge import badge
from fsm_portal.ui.button import button
from fsm_portal.ui.card import titled_card
from fsm_portal.ui.notice import live_region
from fsm_portal.ui.plain_form import plain_form


def sessions_card(view: Any, sign_out: Any) -> rx.Component:
    """``sign_out`` is the event that ends the session of an id."""
    return titled_card(
        "Your sessions",
        rx.el.ul(
            rx.foreach(view.sessions, lambda one: _session(one, sign_out)),
            class_name="-my-3 divide-y divide-line",
        ),
        live_region(rx.el.p(_count(view), class_name="sr-only")),
        rx.el.div(
            plain_form(
                button("Sign out everywhere", kind="secondary", icon="sign-out", type="submit"),
                action="/sign-out/everywhere",
            ),
            rx.el.p(
                "Every browser in this list is signed out at once, this one too.",
                class_name="text-xs text-muted",
            ),
            class_name="mt-5 flex flex-wrap items-center gap-x-4 gap-y-3",
        ),
    )


def _count(view: Any) -> rx.Var[str]:
    return "Signed in browsers: " + view.sessions.length().to(str)


def _session(one: Any, sign_out: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(one.browser, class_name="font-medium wrap-anywhere"),
            rx.el.p(one.signed_in, class_name="mt-0.5 text-xs text-muted"),
            rx.cond(~one.here, rx.el.p(one.seen, class_name="text-xs text-muted")),
            class_name="min-w-0",
        ),
        rx.cond(
            one.here,
            badge("good", "This browser"),
            button(
                "Sign out",
                kind="secondary",
                size="compact",
                on_click=sign_out(one.id),
                aria_label="Sign out " + one.browser.to(str) + ", " + one.signed_in.to(str),
            ),
        ),
        key=one.id,
        class_name="flex items-center justify-between gap-4 py-3",
    )
