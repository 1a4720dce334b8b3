"""What every staff page begins with: who is here, what the tab watches, the frame around it."""

from collections.abc import Callable, Hashable
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.arriving import note_arrival
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.noticing.bell import bell
from fsm_portal.dashboard.signature import signature
from fsm_portal.dashboard.visiting import arrived
from fsm_portal.db import UNREACHABLE
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.identity import Identity
from fsm_portal.live import LiveTab
from fsm_portal.ui.button import link_button
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.out_of_reach import (
    missed,
    out_of_reach,
    out_of_reach_notice,
    out_of_reach_page,
    reached,
)
from fsm_portal.ui.problem_page import problem_page
from fsm_portal.ui.staff_shell import staff_shell
from fsm_portal.ui.values import Node


async def take_seat(
    state: rx.State,
    page: type[rx.State],
    params: Hashable | Callable[[Identity], Hashable] = (),
    also: Callable[[str], str] | None = None,
) -> EventSpec | None:
    """The whole of a staff page's ``on_load``, and what it returns.

    ``params`` go to the page's ``load_view``; a function of whoever is here where they depend on
    that. ``also`` makes of the company's id another topic that the page is about.
    """
    try:
        who = await clerk(state)
    except UNREACHABLE as error:
        await missed(state, error)
        return None
    await reached(state)
    if who is None:
        return to_sign_in()
    note_arrival(who)
    await arrived(state)
    topics = {company_topic(who.company_id)}
    if also is not None:
        topics.add(also(who.company_id))
    asked = params(who) if callable(params) else params
    live.watch(state, page, topics, who.scope, asked, session_id=who.session_id)
    return None


def staff_page(*children: Node, here: str, page: Any) -> rx.Component:
    """The shell around a page. ``page`` is its State, whose pushed view carries the desk."""
    seen = last_seen("desk", page.view)
    company = seen.desk.company
    return rx.cond(
        LiveTab.signed_out,
        problem_page(
            "You are signed out",
            "Your session has ended, here or on another device.",
            icon="lock",
            # The front door knows whether there is a newer session in this browser.
            action=link_button("Sign in", to="/", kind="primary", document=True),
        ),
        rx.cond(
            out_of_reach() & ~seen.loaded,
            out_of_reach_page(page.on_load),
            staff_shell(
                out_of_reach_notice(page.on_load, "empty:-mb-4"),
                *children,
                here=here,
                company=company.name,
                color=company.color,
                person=signature(),
                logo=company.logo,
                may=seen.desk.may,
                bell=bell(seen.desk),
            ),
        ),
    )
