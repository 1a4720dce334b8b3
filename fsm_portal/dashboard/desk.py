"""What every staff page begins with: who is here, what the tab watches, the frame around it."""

from collections.abc import Hashable
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.signature import signature
from fsm_portal.domain.topic import company_topic
from fsm_portal.live import LiveTab
from fsm_portal.ui.button import link_button
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.problem_page import problem_page
from fsm_portal.ui.staff_shell import staff_shell
from fsm_portal.ui.values import Node


async def take_seat(
    state: rx.State, page: type[rx.State], params: Hashable = ()
) -> EventSpec | None:
    """The whole of a staff page's ``on_load``, and what it returns."""
    who = await clerk(state)
    if who is None:
        return to_sign_in()
    topics = {company_topic(who.company_id)}
    live.watch(state, page, topics, who.scope, params, session_id=who.session_id)
    return None


def staff_page(*children: Node, here: str, view: Any) -> rx.Component:
    """The shell around a page. ``view`` is its pushed view, which carries the desk."""
    company = last_seen("desk", view).desk.company
    return rx.cond(
        LiveTab.signed_out,
        problem_page(
            "You are signed out",
            "Your session has ended, here or on another device.",
            icon="lock",
            # The front door knows whether there is a newer session in this browser.
            action=link_button("Sign in", to="/", kind="primary", document=True),
        ),
        staff_shell(
            *children,
            here=here,
            company=company.name,
            color=company.color,
            person=signature(),
        ),
    )
