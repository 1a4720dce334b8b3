"""Keeps when a member of staff was here last; nobody waits for it."""

import asyncio
import logging

from fsm_portal.db import UNREACHABLE
from fsm_portal.flows.access.my_sessions import is_noted, note_visit
from fsm_portal.flows.identity import Identity

log = logging.getLogger(__name__)

_noting: set[asyncio.Task[None]] = set()


def note_arrival(who: Identity) -> None:
    """Note that a page is being opened, unless that was noted a few minutes ago."""
    if not is_noted(who):
        _noting.add(note := asyncio.create_task(_note(who)))
        note.add_done_callback(_noting.discard)


async def _note(who: Identity) -> None:
    try:
        await asyncio.to_thread(note_visit, who)
    except UNREACHABLE as error:
        log.warning("a visit could not be noted: %s", getattr(error, "orig", error))
