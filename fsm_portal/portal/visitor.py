"""Who looks at a customer's page: read from the session at every event, in a thread."""

import asyncio

import reflex as rx

from fsm_portal.flows.identity import Identity, who_is
from fsm_portal.ui.cookie import cookie_of


async def visitor(state: rx.State) -> Identity | None:
    """The signed-in customer behind this tab; None for anybody else, staff included."""
    who = await asyncio.to_thread(who_is, cookie_of(state, "customer"))
    return who if who is not None and who.audience == "customer" else None
