"""Part of every page of the customer's: who has come, and the page's locked door."""

import reflex as rx

from fsm_portal.flows.companies.company_frame import CompanyFrame
from fsm_portal.flows.identity import Identity
from fsm_portal.portal.visitor import arrive, visitor


class Visited(rx.State, mixin=True):
    """``locked``: nobody is signed in (any more), and the page says so instead of showing.

    ``closed`` is then the company that offers no portal, where that is why: whom to ask instead.
    """

    locked: bool = False
    closed: CompanyFrame = CompanyFrame()

    async def _arrive(self) -> tuple[Identity | None, bool]:
        """For ``on_load``: who has come to the page, and whether there was any telling (the
        database may be out of reach; then nothing is to be changed)."""
        who, known = await arrive(self)
        if known:
            self.locked = who is None
        return who, known

    async def _visitor(self) -> Identity | None:
        """For every other event: who is behind it, or nobody, and then the page locks."""
        who = await visitor(self)
        self.locked = who is None
        return who
