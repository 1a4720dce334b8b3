"""Send reminder: the button on an invoice's page, and what came of it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.flows.reminding.remind import CannotRemind, remind_of_invoice
from fsm_portal.ui.button import button
from fsm_portal.ui.icon import icon
from fsm_portal.ui.notice import live_region
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
                _word("alert", Reminding.problem, "bad"),
                rx.cond(
                    Reminding.reminded != "",
                    _word("check", "Reminder on its way to " + Reminding.reminded, "good"),
                ),
            ),
            class_name="empty:hidden",
        ),
        if_any(offer.note, rx.el.p(offer.note, class_name="text-xs text-muted text-pretty")),
        class_name="mt-3 flex flex-col gap-2 empty:hidden",
    )


def _word(sign: str, text: Any, tone: str) -> rx.Component:
    return rx.el.p(
        icon(sign, "mt-px size-4"),
        rx.el.span(text, class_name="min-w-0 wrap-anywhere"),
        key=tone,
        class_name="flex items-start gap-1.5 text-left text-xs font-medium text-tone",
        custom_attrs={"data-tone": tone},
    )
