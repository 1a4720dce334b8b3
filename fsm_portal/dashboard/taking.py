"""Record a payment: the dialog for cash, a cheque or a transfer that the office took."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.asking import Asking, Done, problem_with
from fsm_portal.dashboard.form import typed
from fsm_portal.flows.by_hand.take_payment import CannotTake, Taken, take_payment
from fsm_portal.flows.identity import Identity
from fsm_portal.threads import at_stripe
from fsm_portal.ui.button import button
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.field import checkbox, money_field, select_field, text_field
from fsm_portal.ui.notice import problem_line

_METHODS = (("cash", "Cash"), ("cheque", "Cheque"), ("bank_transfer", "Bank transfer"))
_FIELDS = (
    *("taken_amount", "taken_method", "taken_day", "taken_note"),
    *("taken_receipt", "taken_keep"),
)


class Taking(Asking, rx.State):
    """The invoice whose dialog is open, and what is the matter with what was typed."""

    # What was typed beyond what is due: it has to be said what becomes of it.
    surplus: str = ""

    def _begin(self, about: str = "") -> None:
        super()._begin(about)
        self.surplus = ""

    @rx.event
    async def ask(self, invoice_id: str) -> EventSpec | None:
        """Open the dialog of an invoice."""
        return await self._ask(invoice_id)

    @rx.event
    async def record(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Record the payment that was typed."""
        invoice_id, said = self.about, typed(form, _FIELDS)
        taken = Taken(
            press_id=self._press,
            method=said["taken_method"],
            amount=said["taken_amount"],
            day=said["taken_day"],
            note=said["taken_note"],
            receipt=said["taken_receipt"] == "on",
            # Only what was asked about can be agreed to.
            keep=self.surplus != "" and said["taken_keep"] == "on",
        )

        def act(who: Identity) -> Done:
            return "Payment recorded", take_payment(who, invoice_id, taken)

        async for step in self._do(act, CannotTake, run=at_stripe):
            yield step

    def _refused(self, error: Exception) -> None:
        super()._refused(error)
        self.surplus = getattr(error, "surplus", "")


def take_button(view: Any) -> rx.Component:
    return button("Record a payment", kind="secondary", wide=True, on_click=Taking.ask(view.id))


def taking_dialog(view: Any) -> rx.Component:
    """The form; once on a page. ``view`` is the StaffInvoiceView."""
    hand = view.hand
    return dialog(
        rx.el.form(
            rx.el.div(
                money_field(
                    rx.Var.create("Amount in ") + hand.currency,
                    name="taken_amount",
                    default_value=hand.due,
                    hint=rx.Var.create("Due now: ") + hand.due_words,
                    error=problem_with(Taking, "amount"),
                ),
                rx.cond(
                    Taking.surplus != "",
                    checkbox(
                        rx.Var.create("Keep ") + Taking.surplus + " as credit",
                        name="taken_keep",
                        hint="It is the customer’s, to be used on another invoice.",
                    ),
                ),
                select_field(
                    "Paid by", _METHODS, name="taken_method", error=problem_with(Taking, "method")
                ),
                text_field(
                    "Received on",
                    name="taken_day",
                    type="date",
                    default_value=hand.today,
                    error=problem_with(Taking, "day"),
                ),
                text_field(
                    "Note",
                    name="taken_note",
                    hint="For the office only: the number of a cheque, who brought it.",
                    max_length=200,
                    auto_complete="off",
                    error=problem_with(Taking, "note"),
                ),
                rx.cond(
                    view.customer.email != "",
                    checkbox(
                        "Email a receipt",
                        name="taken_receipt",
                        hint=rx.Var.create("To ") + view.customer.email,
                    ),
                ),
                class_name="flex flex-col gap-4",
            ),
            problem_line(
                rx.cond((Taking.field == "") | (Taking.field == "receipt"), Taking.problem, "")
            ),
            dialog_actions(
                button("Cancel", kind="secondary", on_click=Taking.stop),
                button("Record payment", type="submit", loading=Taking.busy),
            ),
            on_submit=Taking.record,
            no_validate=True,
        ),
        name="taking",
        title="Record a payment",
        text="Money that you took yourself. If the customer has a payment page open, it is closed.",
        shown=Taking.about != "",
        on_close=Taking.stop,
    )
