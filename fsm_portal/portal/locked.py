"""What stands in place of a page when nobody is signed in (any more)."""

from typing import Any

import reflex as rx

from fsm_portal.live import LiveTab
from fsm_portal.ui.button import link_button
from fsm_portal.ui.out_of_reach import out_of_reach, out_of_reach_page
from fsm_portal.ui.problem_page import not_found, problem_page
from fsm_portal.ui.skeleton import skeleton_page


def unlocked(
    page: rx.Component,
    *,
    locked: rx.Var[bool],
    loaded: rx.Var[bool],
    found: rx.Var[bool],
    again: Any,
) -> rx.Component:
    """``page`` once there is something to show and somebody to show it to.

    ``again`` is its ``on_load``, for as long as there is no telling.
    """
    return rx.cond(
        locked | LiveTab.signed_out,
        problem_page(
            "Please sign in",
            "Open the link in the email from your service company, or ask for a new one.",
            icon="lock",
            action=link_button("Email me a link", to="/sign-in", kind="primary", document=True),
        ),
        rx.cond(
            loaded,
            rx.cond(found, page, not_found()),
            rx.cond(out_of_reach(), out_of_reach_page(again), skeleton_page()),
        ),
    )
