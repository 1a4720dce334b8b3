"""What stands in place of a page when nobody is signed in (any more), or has nothing to come to."""

from typing import Any

import reflex as rx

from fsm_portal.live import LiveTab
from fsm_portal.portal.closed_page import closed_page
from fsm_portal.ui.button import link_button
from fsm_portal.ui.out_of_reach import out_of_reach, out_of_reach_page
from fsm_portal.ui.problem_page import not_found, problem_page
from fsm_portal.ui.skeleton import skeleton_page


def unlocked(
    page: rx.Component,
    *,
    locked: rx.Var[bool],
    closed: Any,
    loaded: rx.Var[bool],
    found: rx.Var[bool],
    again: Any,
) -> rx.Component:
    """``page`` once there is something to show and somebody to show it to.

    ``closed`` is the frame of a company without a portal, or an empty one. ``again`` is the page's
    ``on_load``, for as long as there is no telling.
    """
    return rx.cond(
        closed.name != "",
        closed_page(closed),
        rx.cond(
            locked,
            _please_sign_in(),
            rx.cond(
                LiveTab.signed_out,
                # The session is over, and the page asks once more to learn why.
                rx.el.div(_please_sign_in(), on_mount=again),
                rx.cond(
                    loaded,
                    rx.cond(found, page, not_found()),
                    rx.cond(out_of_reach(), out_of_reach_page(again), skeleton_page()),
                ),
            ),
        ),
    )


def _please_sign_in() -> rx.Component:
    return problem_page(
        "Please sign in",
        "Open the link in the email from your service company, or ask for a new one.",
        icon="lock",
        action=link_button("Email me a link", to="/sign-in", kind="primary", document=True),
    )
