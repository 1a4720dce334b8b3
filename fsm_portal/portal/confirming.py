"""Back from Stripe's page: how far the confirmation of a payment is."""

import asyncio
import logging

import reflex as rx

from fsm_portal import live
from fsm_portal.db import UNREACHABLE
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.paying.confirm_checkout import Confirmation, confirm_checkout
from fsm_portal.portal.address import checkout_id
from fsm_portal.portal.visitor import visitor
from fsm_portal.threads import at_stripe

log = logging.getLogger(__name__)

# Seconds before each look-up of a checkout one comes back from. The webhook usually is here before
# the first; there are more because Stripe may be out of reach for a while.
LOOK_UPS = (2.5, 5.0, 10.0, 20.0)
# Seconds that a look-up may take before the page says that Stripe does not answer.
PATIENCE = 5.0
# Seconds in which a payment that was just recorded reaches the page by push. Only if it does not,
# because it is held back for somebody to look at, the page speaks of it.
ARRIVES_WITHIN = 1.0


class Confirming(rx.State, mixin=True):
    """Part of a page that Stripe's success page may lead back to."""

    # "", or how far the confirmation is (see Confirmation).
    confirming: str = ""
    # Counts the looks at a checkout, so that a later one ends those before it.
    _look: int = 0

    def _arrive_anew(self) -> bool:
        """For ``on_load``: whether ``confirm`` is to follow."""
        self._look += 1
        self.confirming = Confirmation.WAITING if checkout_id(self) else ""
        return self.confirming != ""

    @rx.event(background=True)
    async def confirm(self) -> None:
        """Back before the webhook: give it a moment, then look the checkout up ourselves."""
        async with self:
            self._look += 1
            look, checkout = self._look, checkout_id(self)
            self.confirming = Confirmation.WAITING if checkout else ""
        for wait in LOOK_UPS if checkout else ():
            await asyncio.sleep(wait)
            async with self:
                if self._look != look:
                    return
                try:
                    who = await visitor(self)
                except UNREACHABLE as error:
                    # Our own records do not answer: the next look-up may tell.
                    log.warning("a checkout could not be looked up: %s", error)
                    self.confirming = Confirmation.UNREACHABLE
                    continue
            if who is None:
                return
            if await self._ask_stripe(who, checkout, look) is not Confirmation.UNREACHABLE:
                return

    async def _ask_stripe(self, who: Identity, checkout: str, look: int) -> Confirmation:
        asking = asyncio.create_task(
            at_stripe(confirm_checkout, who.company_id, who.person_id, checkout)
        )
        await asyncio.wait({asking}, timeout=PATIENCE)
        if not asking.done():
            await self._say(Confirmation.UNREACHABLE, look)
        try:
            confirmation, topics = await asking
        except Exception:
            log.exception("a checkout could not be looked up")
            confirmation, topics = Confirmation.UNREACHABLE, frozenset()
        live.ring(topics)
        if confirmation is Confirmation.PAID:
            await asyncio.sleep(ARRIVES_WITHIN)
        await self._say(confirmation, look)
        return confirmation

    async def _say(self, confirmation: Confirmation, look: int) -> None:
        async with self:
            if self._look == look:
                self.confirming = confirmation
