"""Void: the question before an invoice is taken off the books."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.domain.ids import is_id
from fsm_portal.flows.void_invoice import CannotVoid, void_invoice
from fsm_portal.threads import at_stripe
from fsm_portal.ui.button import button
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.notice import live_region
from fsm_portal.ui.toast import say


class Voiding(rx.State):
    """The invoice that is asked about."""

    asked: str = ""
    busy: bool = False
    problem: str = ""

    def _begin(self, invoice_id: str = "") -> None:
        self.asked, self.busy, self.problem = invoice_id, False, ""

    @rx.event
    async def ask(self, invoice_id: str) -> EventSpec | None:
        """Open the question about an invoice."""
        if await clerk(self) is None:
            return to_sign_in()
        if isinstance(invoice_id, str) and is_id(invoice_id):
            self._begin(invoice_id)
        return None

    @rx.event
    async def stop(self) -> EventSpec | None:
        """Leave the invoice as it is."""
        if await clerk(self) is None:
            return to_sign_in()
        self._begin()
        return None

    @rx.event
    async def void(self) -> AsyncIterator[EventSpec | None]:
        """Void the invoice that was asked about."""
        who = await clerk(self)
        if who is None:
            yield to_sign_in()
            return
        if not self.asked or self.busy:
            return
        self.busy, self.problem = True, ""
        yield None
        try:
            topics = await at_stripe(void_invoice, who, self.asked)
        except CannotVoid as error:
            live.ring(error.topics)
            self.problem = str(error)
            return
        finally:
            self.busy = False
        live.ring(topics)
        self._begin()
        await say(self, "Invoice voided")


def void_button(view: Any) -> rx.Component:
    """For a StaffInvoiceView that may be voided. It is rarely what one came for."""
    return button("Void invoice", kind="link", wide=True, on_click=Voiding.ask(view.id))


def void_dialog() -> rx.Component:
    """The question; once on a page."""
    return dialog(
        rx.el.p(
            "Use this for an invoice that should not have been sent. Nothing is owed on it any "
            "more, its payment page is closed, and the customer sees it as void. Its number stays "
            "used, and it cannot be taken back."
        ),
        live_region(rx.el.p(Voiding.problem, class_name="mt-4 font-medium text-bad empty:hidden")),
        dialog_actions(
            button("Cancel", kind="secondary", on_click=Voiding.stop),
            button("Void this invoice", kind="danger", loading=Voiding.busy, on_click=Voiding.void),
        ),
        name="voiding",
        title="Void this invoice?",
        shown=Voiding.asked != "",
        on_close=Voiding.stop,
    )
