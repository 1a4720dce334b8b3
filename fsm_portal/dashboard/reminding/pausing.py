"""On a customer's page: whether they are reminded, and the button that changes it."""

import asyncio
from collections.abc import Callable
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.reminding.stop import CannotPause, pause_reminders, resume_reminders
from fsm_portal.ui.button import button
from fsm_portal.ui.card import titled_card
from fsm_portal.ui.toast import say


class PausingReminders(rx.State):
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


def reminders_card(view: Any, may_edit: Any) -> rx.Component:
    """``view.reminders`` is a PauseView."""
    pause = view.reminders
    return titled_card(
        "Reminders",
        rx.cond(
            pause.paused,
            rx.el.div(
                rx.el.p("Not reminded of anything", class_name="font-medium"),
                rx.el.p(pause.note, class_name="mt-0.5 text-xs text-muted wrap-anywhere"),
                key="paused",
            ),
            rx.el.p(
                "Reminded of open invoices, by the schedule in Settings.",
                key="on",
                class_name="text-muted",
            ),
        ),
        rx.cond(
            may_edit,
            rx.el.div(
                rx.cond(
                    pause.paused,
                    button(
                        "Resume",
                        kind="secondary",
                        size="compact",
                        on_click=PausingReminders.resume(view.id),
                        key="resume",
                    ),
                    button(
                        "Pause",
                        kind="secondary",
                        size="compact",
                        on_click=PausingReminders.pause(view.id),
                        key="pause",
                    ),
                ),
                class_name="mt-3",
            ),
        ),
    )
