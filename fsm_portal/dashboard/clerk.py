"""Who works at this tab: asked at every event, from the session only."""

import asyncio

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.domain.company_scope import NOBODY, stay_within
from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Identity, who_is
from fsm_portal.ui.cookie import cookie_of

SIGN_IN = "/sign-in"


async def clerk(state: rx.State, what: May | None = None) -> Identity | None:
    """The member of staff behind this tab; None for anybody else, customers included.

    With ``what``, None as well for staff whose role may not do that. From here on the event is
    within their company (nobody's, for None).
    """
    who = await asyncio.to_thread(who_is, cookie_of(state, "staff"))
    if who is not None and (who.audience != "staff" or not (what is None or who.may(what))):
        who = None
    stay_within(who.company_id if who else NOBODY)
    return who


def to_sign_in() -> EventSpec:
    """Where whoever has no business here is sent. Not a page of the router: loaded in full."""
    return rx.redirect(SIGN_IN)
