"""Undo: the question before credit is taken off an invoice again."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.domain.ids import is_id
from fsm_portal.flows.undo_credit import CannotUndo, undo_credit
from fsm_portal.ui.button import button
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.notice import live_region
from fsm_portal.ui.toast import say


class UndoingCredit(rx.State):
    """The use of credit that is asked about."""

    asked: str = ""
    busy: bool = False
    problem: str = ""

    def _begin(self, use_id: str = "") -> None:
        self.asked, self.busy, self.problem = use_id, False, ""

    @rx.event
    async def ask(self, use_id: str) -> EventSpec | None:
        """Open the question about a use of credit."""
        if await clerk(self) is None:
            return to_sign_in()
        if isinstance(use_id, str) and is_id(use_id):
            self._begin(use_id)
        return None

    @rx.event
    async def stop(self) -> EventSpec | None:
        """Leave it as it is."""
        if await clerk(self) is None:
            return to_sign_in()
        self._begin()
        return None

    @rx.event
    async def undo(self) -> AsyncIterator[EventSpec | None]:
        """Undo what was asked about."""
        who = await clerk(self)
        if who is None:
            yield to_sign_in()
            return
        if not self.asked or self.busy:
            return
        self.busy, self.problem = True, ""
        yield None
        try:
            topics = await asyncio.to_thread(undo_credit, who, self.asked)
        except CannotUndo as error:
            self.problem = str(error)
            return
        finally:
            self.busy = False
        live.ring(topics)
        self._begin()
        await say(self, "Credit taken off again")


def undo_button(used: Any) -> rx.Component:
    """For a CreditUsed."""
    return button(
        "Undo",
        kind="secondary",
        size="compact",
        on_click=UndoingCredit.ask(used.id),
        aria_label="Undo " + used.amount + " of credit",
    )


def undo_credit_dialog() -> rx.Component:
    """The question; once on a page."""
    return dialog(
        rx.el.p(
            "It is the customer’s credit again, to be used on another invoice, and this invoice is "
            "owed. Both entries stay in the books. No money moves."
        ),
        live_region(
            rx.el.p(UndoingCredit.problem, class_name="mt-4 font-medium text-bad empty:hidden")
        ),
        dialog_actions(
            button("Cancel", kind="secondary", on_click=UndoingCredit.stop),
            button(
                "Undo",
                kind="danger",
                loading=UndoingCredit.busy,
                on_click=UndoingCredit.undo,
            ),
        ),
        name="undoing-credit",
        title="Take this credit off the invoice?",
        shown=UndoingCredit.asked != "",
        on_close=UndoingCredit.stop,
    )
