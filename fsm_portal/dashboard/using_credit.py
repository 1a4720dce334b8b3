"""Use credit: the dialog that puts what the customer paid too much to an invoice."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.asking import Asking, Done
from fsm_portal.dashboard.form import text
from fsm_portal.flows.crediting.use_credit import CannotUse, use_credit
from fsm_portal.flows.identity import Identity
from fsm_portal.threads import at_stripe
from fsm_portal.ui.button import button
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.field import money_field


class UsingCredit(Asking, rx.State):
    """The invoice whose dialog is open."""

    @rx.event
    async def ask(self, invoice_id: str) -> EventSpec | None:
        """Open the dialog of an invoice."""
        return await self._ask(invoice_id)

    @rx.event
    async def use(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Put the amount that was typed to the invoice."""
        invoice_id, press, amount = self.about, self._press, text(form, "credit_amount")

        def act(who: Identity) -> Done:
            return "Credit used", use_credit(who, invoice_id, press, amount)

        async for step in self._do(act, CannotUse, run=at_stripe):
            yield step


def credit_button(view: Any) -> rx.Component:
    return button("Use credit", kind="secondary", wide=True, on_click=UsingCredit.ask(view.id))


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
        shown=UsingCredit.about != "",
        on_close=UsingCredit.stop,
    )
