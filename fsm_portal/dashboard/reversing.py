"""Reverse: the question before a payment by hand is taken back."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.domain.ids import is_id
from fsm_portal.flows.reverse_payment import CannotReverse, reverse_payment
from fsm_portal.ui.button import button
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.notice import live_region
from fsm_portal.ui.toast import say


class Reversing(rx.State):
    """The payment that is asked about."""

    asked: str = ""
    busy: bool = False
    problem: str = ""

    def _begin(self, payment_id: str = "") -> None:
        self.asked, self.busy, self.problem = payment_id, False, ""

    @rx.event
    async def ask(self, payment_id: str) -> EventSpec | None:
        """Open the question about a payment."""
        if await clerk(self) is None:
            return to_sign_in()
        if isinstance(payment_id, str) and is_id(payment_id):
            self._begin(payment_id)
        return None

    @rx.event
    async def stop(self) -> EventSpec | None:
        """Leave the payment as it is."""
        if await clerk(self) is None:
            return to_sign_in()
        self._begin()
        return None

    @rx.event
    async def reverse(self) -> AsyncIterator[EventSpec | None]:
        """Reverse the payment that was asked about."""
        who = await clerk(self)
        if who is None:
            yield to_sign_in()
            return
        if not self.asked or self.busy:
            return
        self.busy, self.problem = True, ""
        yield None
        try:
            topics = await asyncio.to_thread(reverse_payment, who, self.asked)
        except CannotReverse as error:
            self.problem = str(error)
            return
        finally:
            self.busy = False
        live.ring(topics)
        self._begin()
        await say(self, "Payment reversed")


def reverse_button(row: Any) -> rx.Component:
    """For a PaymentRow; nothing where it did not come by hand, or not by these hands."""
    return rx.cond(
        row.may_reverse,
        button(
            "Reverse",
            kind="secondary",
            size="compact",
            on_click=Reversing.ask(row.id),
            aria_label="Reverse " + row.gross + " of " + row.customer,
        ),
    )


def reverse_dialog() -> rx.Component:
    """The question; once on a page with payments."""
    return dialog(
        rx.el.p(
            "Use this for a mistake, or a cheque that came back. Both entries stay in the books, "
            "and what the payment settled is owed again, also where its surplus was used as "
            "credit. Give the money itself back if you have it."
        ),
        live_region(
            rx.el.p(Reversing.problem, class_name="mt-4 font-medium text-bad empty:hidden")
        ),
        dialog_actions(
            button("Cancel", kind="secondary", on_click=Reversing.stop),
            button(
                "Reverse payment",
                kind="danger",
                loading=Reversing.busy,
                on_click=Reversing.reverse,
            ),
        ),
        name="reversing",
        title="Reverse this payment?",
        shown=Reversing.asked != "",
        on_close=Reversing.stop,
    )
