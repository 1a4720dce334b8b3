"""Notes that an invoice's page was looked at. Nobody waits for it, and a page shows without it."""

import asyncio
import logging

from fsm_portal import live
from fsm_portal.db import UNREACHABLE
from fsm_portal.domain.invoice_open import How
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.invoicing.note_open import note_seen

log = logging.getLogger(__name__)

# Notes that are being written: a task that nobody holds may vanish.
_noting: set[asyncio.Task[None]] = set()


def seen(who: Identity, invoice_id: str) -> None:
    """Note that ``who`` looks at this invoice, and tell the office's open pages."""
    _noting.add(note := asyncio.create_task(_note(who, invoice_id)))
    note.add_done_callback(_noting.discard)


async def _note(who: Identity, invoice_id: str) -> None:
    try:
        topics = await asyncio.to_thread(note_seen, who, invoice_id, How.PAGE)
    except UNREACHABLE as error:
        log.warning("a look at an invoice could not be noted: %s", getattr(error, "orig", error))
        return
    live.ring(topics)
