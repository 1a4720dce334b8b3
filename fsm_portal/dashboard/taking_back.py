"""Taken back: the questions before an invoice is voided, a payment by hand reversed, credit taken
off an invoice again."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.asking import Asking, Done
from fsm_portal.flows.by_hand.reverse_payment import CannotReverse, reverse_payment
from fsm_portal.flows.crediting.undo_credit import CannotUndo, undo_credit
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.invoicing.void_invoice import CannotVoid, void_invoice
from fsm_portal.threads import at_stripe
from fsm_portal.ui.button import button
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.notice import problem_line


class TakingBack(Asking, rx.State):
    """Which of the questions is open."""

    question: str = ""

    @rx.event
    async def ask_void(self, invoice_id: str) -> EventSpec | None:
        """Open the question about an invoice."""
        return await self._open("void", invoice_id)

    @rx.event
    async def ask_reverse(self, payment_id: str) -> EventSpec | None:
        """Open the question about a payment by hand."""
        return await self._open("reverse", payment_id)

    @rx.event
    async def ask_undo(self, use_id: str) -> EventSpec | None:
        """Open the question about a use of credit."""
        return await self._open("undo", use_id)

    @rx.event
    async def void(self) -> AsyncIterator[EventSpec | None]:
        """Void the invoice that was asked about."""
        about = self._asked("void")

        def act(who: Identity) -> Done:
            return "Invoice voided", void_invoice(who, about)

        async for step in self._do(act, CannotVoid, run=at_stripe):
            yield step

    @rx.event
    async def reverse(self) -> AsyncIterator[EventSpec | None]:
        """Reverse the payment that was asked about."""
        about = self._asked("reverse")

        def act(who: Identity) -> Done:
            return "Payment reversed", reverse_payment(who, about)

        async for step in self._do(act, CannotReverse):
            yield step

    @rx.event
    async def undo(self) -> AsyncIterator[EventSpec | None]:
        """Take the credit that was asked about off its invoice."""
        about = self._asked("undo")

        def act(who: Identity) -> Done:
            return "Credit taken off again", undo_credit(who, about)

        async for step in self._do(act, CannotUndo):
            yield step

    async def _open(self, question: str, about: str) -> EventSpec | None:
        answer = await self._ask(about)
        self.question = question
        return answer

    def _asked(self, question: str) -> str:
        """What ``question`` is open about; nothing there is, while it is another that is open."""
        return self.about if self.question == question else ""


@dataclass(frozen=True)
class _Question:
    title: str
    text: str
    label: str
    answer: Any


_QUESTIONS = {
    "void": _Question(
        "Void this invoice?",
        "Use this for an invoice that should not have been sent. Nothing is owed on it any more, "
        "its payment page is closed, and the customer sees it as void. Its number stays used, and "
        "it cannot be taken back.",
        "Void this invoice",
        TakingBack.void,
    ),
    "reverse": _Question(
        "Reverse this payment?",
        "Use this for a mistake, or a cheque that came back. Both entries stay in the books, and "
        "what the payment settled is owed again, also where its surplus was used as credit. Give "
        "the money itself back if you have it.",
        "Reverse payment",
        TakingBack.reverse,
    ),
    "undo": _Question(
        "Take this credit off the invoice?",
        "It is the customer’s credit again, to be used on another invoice, and this invoice is "
        "owed. Both entries stay in the books. No money moves.",
        "Undo",
        TakingBack.undo,
    ),
}


def void_button(view: Any) -> rx.Component:
    """For a StaffInvoiceView that may be voided. It is rarely what one came for."""
    return button("Void invoice", kind="link", wide=True, on_click=TakingBack.ask_void(view.id))


def reverse_button(row: Any) -> rx.Component:
    """For a PaymentRow; nothing where it did not come by hand, or not by these hands."""
    return rx.cond(
        row.may_reverse,
        button(
            "Reverse",
            kind="secondary",
            size="compact",
            on_click=TakingBack.ask_reverse(row.id),
            aria_label="Reverse " + row.gross + " of " + row.customer,
        ),
    )


def undo_button(used: Any) -> rx.Component:
    """For a CreditUsed."""
    return button(
        "Undo",
        kind="secondary",
        size="compact",
        on_click=TakingBack.ask_undo(used.id),
        aria_label="Undo " + used.amount + " of credit",
    )


def taking_back_dialog() -> rx.Component:
    """Whichever is open; once on a page with any of the buttons."""
    return dialog(
        rx.el.p(_of_the_open_one("text")),
        problem_line(TakingBack.problem),
        dialog_actions(
            button("Cancel", kind="secondary", on_click=TakingBack.stop),
            rx.match(
                TakingBack.question,
                *[(name, rx.el.div(_sure(each), key=name)) for name, each in _QUESTIONS.items()],
                rx.fragment(),
            ),
        ),
        name="taking-back",
        title=_of_the_open_one("title"),
        shown=TakingBack.about != "",
        on_close=TakingBack.stop,
    )


def _of_the_open_one(part: str) -> Any:
    return rx.match(
        TakingBack.question,
        *[(name, getattr(each, part)) for name, each in _QUESTIONS.items()],
        "",
    )


def _sure(question: _Question) -> rx.Component:
    return button(question.label, kind="danger", loading=TakingBack.busy, on_click=question.answer)
