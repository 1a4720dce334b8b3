"""Use credit: the dialog that puts what the customer paid too much to an invoice."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.domain.ids import is_id, new_id
from fsm_portal.flows.use_credit import CannotUse, use_credit
from fsm_portal.threads import at_stripe
from fsm_portal.ui.button import button
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.field import money_field
from fsm_portal.ui.toast import say

# Longer than any amount there is: what is cut off here would be refused anyway.
_LONGEST = 40


class UsingCredit(rx.State):
    """The invoice whose dialog is open. Each opening is one press: credit is used once from it."""

    using: str = ""
    busy: bool = False
    problem: str = ""
    _press: str = ""

    def _begin(self, invoice_id: str = "") -> None:
        self.using, self._press = invoice_id, new_id() if invoice_id else ""
        self.busy, self.problem = False, ""

    @rx.event
    async def ask(self, invoice_id: str) -> EventSpec | None:
        """Open the dialog of an invoice."""
        if await clerk(self) is None:
            return to_sign_in()
        if isinstance(invoice_id, str) and is_id(invoice_id):
            self._begin(invoice_id)
        return None

    @rx.event
    async def stop(self) -> EventSpec | None:
        """Close the dialog and use nothing."""
        if await clerk(self) is None:
            return to_sign_in()
        self._begin()
        return None

    @rx.event
    async def use(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Put the amount that was typed to the invoice."""
        who = await clerk(self)
        if who is None:
            yield to_sign_in()
            return
        value = form.get("credit_amount") if isinstance(form, dict) else None
        if not self.using or self.busy:
            return
        self.busy, self.problem = True, ""
        yield None
        typed = value[:_LONGEST] if isinstance(value, str) else ""
        try:
            topics = await at_stripe(use_credit, who, self.using, self._press, typed)
        except CannotUse as error:
            live.ring(error.topics)
            self.problem = str(error)
            return
        finally:
            self.busy = False
        live.ring(topics)
        self._begin()
        await say(self, "Credit used")


def credit_button(view: Any) -> rx.Component:
    return button(
        "Use credit", kind="secondary", size="large", wide=True, on_click=UsingCredit.ask(view.id)
    )


def credit_dialog(view: Any) -> rx.Component:
    """The question how much; once on a page. ``view`` is the StaffInvoiceView."""
    hand = view.hand
    return dialog(
        rx.el.form(
            money_field(
                rx.Var.create("Amount in ") + hand.currency,
                name="credit_amount",
                default_value=hand.usable,
                hint=hand.credit.to(str) + " of credit, " + hand.due_words.to(str) + " due.",
                error=UsingCredit.problem,
            ),
            dialog_actions(
                button("Cancel", kind="secondary", on_click=UsingCredit.stop),
                button("Use credit", type="submit", loading=UsingCredit.busy),
            ),
            on_submit=UsingCredit.use,
            no_validate=True,
        ),
        name="credit",
        title="Use credit",
        text="What the customer paid too much is put to this invoice. No money moves.",
        shown=UsingCredit.using != "",
        on_close=UsingCredit.stop,
    )
