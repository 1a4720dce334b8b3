"""Connect with Stripe: the press, the wait, and the way to Stripe's own page."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.settings.connect_stripe import (
    CannotConnect,
    Step,
    bring_account,
    connect_stripe,
    look_at_account,
)
from fsm_portal.flows.settings.disconnect_stripe import disconnect_stripe
from fsm_portal.threads import at_stripe
from fsm_portal.ui.button import button
from fsm_portal.ui.toast import say


class Connecting(rx.State):
    """Presses of the buttons below, and what came of them."""

    opening: bool = False
    looking: bool = False
    leaving: bool = False
    problem: str = ""

    def _begin(self) -> None:
        self.opening, self.looking, self.leaving, self.problem = False, False, False, ""

    @rx.event
    async def connect(self) -> AsyncIterator[EventSpec | None]:
        """On to Stripe's form, for an account that is opened now or not complete yet."""
        async for step in self._lead(connect_stripe):
            yield step

    @rx.event
    async def bring(self) -> AsyncIterator[EventSpec | None]:
        """On to Stripe, to let us in to an account that exists already."""
        async for step in self._lead(bring_account):
            yield step

    async def _lead(
        self, start: Callable[[Identity], Step | str]
    ) -> AsyncIterator[EventSpec | None]:
        who = await clerk(self)
        if who is None:
            yield to_sign_in()
            return
        if self.opening:
            return
        self.opening, self.problem = True, ""
        yield None
        try:
            step = await at_stripe(start, who)
        except CannotConnect as error:
            self.opening, self.problem = False, str(error)
            return
        except BaseException:
            self.opening = False
            raise
        url, topics = (step, frozenset()) if isinstance(step, str) else (step.url, step.topics)
        live.ring(topics)
        if url:
            # Pressed until the browser has left; coming back loads the page anew.
            yield rx.redirect(url)
            return
        self.opening = False
        await say(self, "Stripe is connected")

    @rx.event
    async def look(self) -> AsyncIterator[EventSpec | None]:
        """Ask Stripe what the account may do now."""
        who = await clerk(self)
        if who is None:
            yield to_sign_in()
            return
        if self.looking:
            return
        self.looking, self.problem = True, ""
        yield None
        try:
            live.ring(await at_stripe(look_at_account, who))
        except CannotConnect as error:
            self.problem = str(error)
            return
        finally:
            self.looking = False
        await say(self, "This is what Stripe says now")

    @rx.event
    async def disconnect(self) -> AsyncIterator[EventSpec | None]:
        """Let go of the account that was asked about."""
        who = await clerk(self)
        if who is None:
            yield to_sign_in()
            return
        if self.leaving:
            return
        self.leaving, self.problem = True, ""
        yield None
        try:
            still, topics = await at_stripe(disconnect_stripe, who)
        except CannotConnect as error:
            self.problem = str(error)
            return
        finally:
            self.leaving = False
        live.ring(topics)
        self.problem = still
        await say(self, "Stripe is disconnected", "warn")


def connect_button(view: Any, label: str) -> rx.Component:
    """``view`` is a PaymentProcessingView; where an account may be brought along, that too."""
    return rx.el.div(
        button(label, loading=Connecting.opening, on_click=Connecting.connect),
        rx.cond(
            view.brings & (view.standing != "unfinished"),
            button(
                "I have a Stripe account",
                kind="secondary",
                disabled=Connecting.opening,
                on_click=Connecting.bring,
            ),
        ),
        class_name="flex w-full flex-wrap gap-2 pl-8 pt-1",
    )


def connect_problem() -> rx.Component:
    """What is the matter with the last press."""
    return rx.el.p(
        Connecting.problem, class_name="mt-3 font-medium text-bad wrap-anywhere empty:hidden"
    )
