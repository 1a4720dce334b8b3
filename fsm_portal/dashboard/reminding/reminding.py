"""Send reminder: the button on an invoice's page, and what came of it; and the presses by which a
customer is reminded no more, or again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.reminding.remind import CannotRemind, remind_of_invoice
from fsm_portal.flows.reminding.stop import CannotPause, pause_reminders, resume_reminders
from fsm_portal.ui.button import button
from fsm_portal.ui.notice import answer, live_region
from fsm_portal.ui.toast import say
from fsm_portal.ui.values import if_any


class Reminding(rx.State):
    """One invoice at a time; the last answer stands beside the button."""

    busy: bool = False
    reminded: str = ""
    problem: str = ""

    def _begin(self) -> None:
        self.busy, self.reminded, self.problem = False, "", ""

    @rx.event
    async def remind(self, invoice_id: str) -> AsyncIterator[EventSpec | None]:
        """Put a reminder of the invoice in the post."""
        who = await clerk(self)
        if who is None:
            yield to_sign_in()
            return
        if self.busy or self.reminded:
            return
        self.busy, self.problem = True, ""
        yield None
        try:
            email, topics = await asyncio.to_thread(remind_of_invoice, who, invoice_id)
        except CannotRemind as error:
            self.problem = str(error)
            return
        finally:
            self.busy = False
        self.reminded = email
        live.ring(topics)

    @rx.event
    async def pause(self, customer_id: str) -> EventSpec | None:
        """Remind this customer no more."""
        return await self._change(pause_reminders, customer_id, "Reminders paused")

    @rx.event
    async def resume(self, customer_id: str) -> EventSpec | None:
        """Remind this customer again."""
        return await self._change(resume_reminders, customer_id, "Reminders go on")

    async def _change(
        self, change: Callable[[Identity, object], frozenset[str]], customer_id: str, said: str
    ) -> EventSpec | None:
        who = await clerk(self)
        if who is None:
            return to_sign_in()
        try:
            topics = await asyncio.to_thread(change, who, customer_id)
        except CannotPause as error:
            await say(self, str(error), "warn")
            return None
        live.ring(topics)
        await say(self, said)
        return None


def remind_part(view: Any) -> rx.Component:
    """The button where there is something to remind of, or why nobody is reminded."""
    offer = view.reminding
    return rx.el.div(
        rx.cond(
            offer.may & (Reminding.reminded == ""),
            button(
                "Send reminder",
                kind="secondary",
                icon="clock",
                wide=True,
                loading=Reminding.busy,
                on_click=Reminding.remind(view.id),
            ),
        ),
        live_region(
            rx.cond(
                Reminding.problem != "",
                answer(Reminding.problem, "bad"),
                rx.cond(
                    Reminding.reminded != "",
                    answer("Reminder on its way to " + Reminding.reminded, "good"),
                ),
            ),
            class_name="empty:hidden",
        ),
        if_any(offer.note, rx.el.p(offer.note, class_name="text-xs text-muted text-pretty")),
        class_name="mt-3 flex flex-col gap-2 empty:hidden",
    )
