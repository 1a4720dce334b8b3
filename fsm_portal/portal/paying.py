"""The way to Stripe's page: asked for in the background, so that a slow Stripe blocks no tab."""

from collections.abc import Callable

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.paying.cannot_pay import CannotPay
from fsm_portal.portal.visitor import visitor
from fsm_portal.threads import at_stripe


class Paying(rx.State, mixin=True):
    """Part of a page with a Pay button. For background events only."""

    opening: bool = False
    problem: str = ""
    # Counts how often the page was come to: an answer for an earlier visit leads nowhere.
    _visit: int = 0

    def _visit_anew(self) -> None:
        """For ``on_load``."""
        self._visit += 1
        self.opening, self.problem = False, ""

    async def _lead_to_stripe(self, start: Callable[[Identity], str]) -> EventSpec | None:
        """Press Pay: ``start`` gives the address of a page at Stripe, or raises CannotPay."""
        async with self:
            who = await visitor(self)
            if who is None:
                self.locked = True
                return None
            if self.opening:
                # The second half of a double click: it would close the page that is being opened.
                return None
            self.opening, self.problem = True, ""
            visit = self._visit
        url, problem = "", ""
        try:
            url = await at_stripe(start, who)
        except CannotPay as error:
            live.ring(error.topics)
            problem = str(error)
        finally:
            async with self:
                here = self._visit == visit
                if here:
                    # Pressed until the browser has left; coming back loads the page anew.
                    self.opening, self.problem = bool(url), problem
        return rx.redirect(url) if url and here else None
