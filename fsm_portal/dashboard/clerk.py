"""Who works at this tab: asked at every event, from the session only."""

import asyncio

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Identity, who_is
from fsm_portal.ui.cookie import cookie_of

SIGN_IN = "/sign-in"


async def clerk(state: rx.State, what: May | None = None) -> Identity | None:
    """The member of staff behind this tab; None for anybody else, customers included.

    With ``what``, None as well for staff whose role may not do that.
    """
    who = await asyncio.to_thread(who_is, cookie_of(state, "staff"))
    if who is None or who.audience != "staff":
        return None
    return who if what is None or who.may(what) else None


def to_sign_in() -> EventSpec:
    """Where whoever has no business here is sent. Not a page of the router: loaded in full."""
    return rx.redirect(SIGN_IN)
