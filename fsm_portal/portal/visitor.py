"""Who looks at a customer's page: read from the session at every event, in a thread."""

import asyncio
import logging
from typing import Any

import reflex as rx

from fsm_portal.db import UNREACHABLE
from fsm_portal.domain.company_scope import NOBODY, stay_within
from fsm_portal.flows.access.my_sessions import is_noted, note_visit
from fsm_portal.flows.companies.company_frame import CompanyFrame
from fsm_portal.flows.identity import Identity, closed_to, who_is
from fsm_portal.ui.cookie import cookie_of
from fsm_portal.ui.out_of_reach import missed, reached

log = logging.getLogger(__name__)

# Notes of visits that are being written: nobody waits for them.
_noting: set[asyncio.Task[None]] = set()


async def visitor(page: rx.State) -> Identity | None:
    """The signed-in customer behind this tab; None for anybody else, staff included.

    Where that is because the company offers no portal (any more), ``page.closed`` says whom to ask.
    From here on the event is within the customer's company (nobody's, for None).
    """
    cookie = cookie_of(page, "customer")
    who = await asyncio.to_thread(who_is, cookie)
    if who is not None and who.audience != "customer":
        who = None
    closed = await asyncio.to_thread(closed_to, cookie) if cookie and who is None else None
    state: Any = page
    if closed or state.closed.name:
        state.closed = closed or CompanyFrame()
    stay_within(who.company_id if who else NOBODY)
    return who


async def arrive(page: rx.State) -> tuple[Identity | None, bool]:
    """Who has come to the page, and whether there was any telling: for its ``on_load``."""
    try:
        who = await visitor(page)
    except UNREACHABLE as error:
        await missed(page, error)
        return None, False
    await reached(page)
    if who is not None and not is_noted(who):
        _noting.add(note := asyncio.create_task(_note(who)))
        note.add_done_callback(_noting.discard)
    return who, True


async def _note(who: Identity) -> None:
    try:
        await asyncio.to_thread(note_visit, who)
    except UNREACHABLE as error:
        log.warning("a visit could not be noted: %s", getattr(error, "orig", error))
