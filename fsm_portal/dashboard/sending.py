"""Send: the button on a row and on an invoice's page, its result beside it, the missing address."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.form import text
from fsm_portal.domain.ids import is_id
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.invoicing.send_invoice import CannotSend, send_invoice
from fsm_portal.ui.button import Kind, Size, button
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.field import text_field
from fsm_portal.ui.notice import answer, live_region
from fsm_portal.ui.values import Text


class Sending(rx.State):
    """One invoice at a time goes into the post; the last answer stands beside its button.

    Ids only: names and addresses are in the pushed view.
    """

    # Under way, answered, and waiting for an address to be typed.
    busy: str = ""
    answered: str = ""
    asking: str = ""
    # What the answer is if it did not go; what is the matter with a typed address.
    problem: str = ""
    address_problem: str = ""

    def _begin(self) -> None:
        self.busy, self.answered, self.asking = "", "", ""
        self.problem, self.address_problem = "", ""

    @rx.event
    async def send(self, invoice_id: str) -> AsyncIterator[EventSpec | None]:
        """Send an invoice to the address its customer has."""
        who = await clerk(self)
        if who is None:
            yield to_sign_in()
            return
        # The second click of a double one is no second letter.
        if not _is_id(invoice_id) or (self.answered == invoice_id and not self.problem):
            return
        self.busy, self.answered, self.problem = invoice_id, "", ""
        yield None
        self.problem = await self._send(who, invoice_id, None)
        self.answered = invoice_id

    @rx.event
    async def ask(self, invoice_id: str) -> EventSpec | None:
        """The customer has no address yet: let one be typed."""
        if await clerk(self) is None:
            return to_sign_in()
        if _is_id(invoice_id):
            self.asking, self.address_problem = invoice_id, ""
        return None

    @rx.event
    async def stop_asking(self) -> EventSpec | None:
        if await clerk(self) is None:
            return to_sign_in()
        self.asking = ""
        return None

    @rx.event
    async def send_there(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Send the invoice that an address was asked for to the one that was typed."""
        who = await clerk(self)
        if who is None:
            yield to_sign_in()
            return
        typed = text(form, "email", 300)
        if not typed.strip():
            self.address_problem = "Type an address to send it to."
            return
        if not self.asking:
            return
        self.busy, self.address_problem = self.asking, ""
        yield None
        self.address_problem = await self._send(who, self.asking, typed)
        if not self.address_problem:
            self.answered, self.problem, self.asking = self.asking, "", ""

    async def _send(self, who: Identity, invoice_id: str, email: str | None) -> str:
        """What is the matter, in words for staff; empty if it is on its way."""
        try:
            _, topics = await asyncio.to_thread(send_invoice, who, invoice_id, email)
        except CannotSend as error:
            return str(error)
        finally:
            self.busy = ""
        live.ring(topics)
        return ""


def _is_id(value: object) -> bool:
    return isinstance(value, str) and is_id(value)


def send_button(
    invoice_id: rx.Var[str],
    email: rx.Var[str],
    label: Text,
    *,
    kind: Kind = "secondary",
    size: Size = "compact",
    wide: bool = False,
) -> rx.Component:
    """Sends, or asks for the address where ``email`` is empty. Never sends twice by itself."""
    return button(
        label,
        kind=kind,
        size=size,
        icon="" if kind == "link" else "send",
        wide=wide,
        loading=Sending.busy == invoice_id,
        on_click=rx.cond(email == "", Sending.ask(invoice_id), Sending.send(invoice_id)),
    )


def was_sent(invoice_id: rx.Var[str]) -> rx.Var[bool]:
    """Whether it has just been sent from this page: then there is no button until it is left."""
    return (Sending.answered == invoice_id) & (Sending.problem == "")


def send_answer(invoice_id: rx.Var[str], letter: Any) -> rx.Component:
    """What came of it, to stand beside the button. ``letter`` is the LetterView that is pushed."""
    return live_region(
        rx.cond(
            Sending.answered == invoice_id,
            rx.cond(
                Sending.problem,
                answer(Sending.problem, "bad"),
                letter_words(letter.progress, letter.in_full),
            ),
        )
    )


def letter_words(progress: rx.Var[str], words: Text) -> rx.Component:
    """How far a letter has come, in its tone. Nothing where there is none."""
    return rx.match(
        progress,
        ("", rx.fragment()),
        ("sent", answer(words, "good")),
        ("failed", answer(words, "bad")),
        answer(words, "info", "clock"),
    )


def address_dialog() -> rx.Component:
    """The question for a missing address; once on each page that can send."""
    return dialog(
        rx.el.form(
            text_field(
                "Email address",
                name="email",
                type="email",
                error=Sending.address_problem,
                hint="It is kept with the customer, for the next time too.",
                auto_complete="off",
                # The server's answer is the better worded one, and the same everywhere.
                no_validate=True,
            ),
            dialog_actions(
                button("Cancel", kind="secondary", on_click=Sending.stop_asking),
                button("Send", type="submit", icon="send", loading=Sending.busy != ""),
            ),
            on_submit=Sending.send_there,
            no_validate=True,
        ),
        name="missing-address",
        title="Where should it go?",
        text="This customer has no email address yet.",
        shown=Sending.asking != "",
        on_close=Sending.stop_asking,
    )
