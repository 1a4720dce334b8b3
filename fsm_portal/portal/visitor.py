"""Who looks at a customer's page: read from the session at every event, in a thread."""

import asyncio

import reflex as rx

from fsm_portal.db import UNREACHABLE
from fsm_portal.flows.identity import Identity, who_is
from fsm_portal.ui.cookie import cookie_of
from fsm_portal.ui.out_of_reach import missed, reached


async def visitor(state: rx.State) -> Identity | None:
    """The signed-in customer behind this tab; None for anybody else, staff included."""
    who = await asyncio.to_thread(who_is, cookie_of(state, "customer"))
    return who if who is not None and who.audience == "customer" else None


async def arrive(state: rx.State) -> tuple[Identity | None, bool]:
    """Who has come to the page, and whether there was any telling: for its ``on_load``."""
    try:
        who = await visitor(state)
    except UNREACHABLE as error:
        await missed(state, error)
        return None, False
    await reached(state)
    return who, True
