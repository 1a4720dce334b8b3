"""Record a payment: the dialog for cash, a cheque or a transfer that the office took."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.domain.ids import is_id, new_id
from fsm_portal.flows.take_payment import CannotTake, Taken, take_payment
from fsm_portal.threads import at_stripe
from fsm_portal.ui.button import button
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.field import checkbox, money_field, select_field, text_field
from fsm_portal.ui.notice import live_region
from fsm_portal.ui.toast import say

_METHODS = (("cash", "Cash"), ("cheque", "Cheque"), ("bank_transfer", "Bank transfer"))
# Longer than anything that can be kept: what is cut off here was refused anyway.
_LONGEST = 400


class Taking(rx.State):
    """The invoice whose dialog is open, and what is the matter with what was typed.

    Each opening is one press: however often the form is sent from it, one payment comes of it.
    """

    taking: str = ""
    busy: bool = False
    # The field the problem stands beside; none if it is about no field.
    field: str = ""
    problem: str = ""
    # What was typed beyond what is due: it has to be said what becomes of it.
    surplus: str = ""
    _press: str = ""

    def _begin(self, invoice_id: str = "") -> None:
        self.taking, self._press = invoice_id, new_id() if invoice_id else ""
        self.busy, self.field, self.problem, self.surplus = False, "", "", ""

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
        """Close the dialog and record nothing."""
        if await clerk(self) is None:
            return to_sign_in()
        self._begin()
        return None

    @rx.event
    async def record(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Record the payment that was typed."""
        who = await clerk(self)
        if who is None:
            yield to_sign_in()
            return
        typed = form if isinstance(form, dict) else {}
        if not self.taking or self.busy:
            return
        self.busy, self.field, self.problem = True, "", ""
        yield None
        taken = Taken(
            press_id=self._press,
            method=_text(typed, "taken_method"),
            amount=_text(typed, "taken_amount"),
            day=_text(typed, "taken_day"),
            note=_text(typed, "taken_note"),
            receipt=_text(typed, "taken_receipt") == "on",
            # Only what was asked about can be agreed to.
            keep=self.surplus != "" and _text(typed, "taken_keep") == "on",
        )
        try:
            topics = await at_stripe(take_payment, who, self.taking, taken)
        except CannotTake as error:
            live.ring(error.topics)
            self.field, self.problem, self.surplus = error.field, str(error), error.surplus
            return
        finally:
            self.busy = False
        live.ring(topics)
        self._begin()
        await say(self, "Payment recorded")


def _text(form: dict[str, Any], key: str) -> str:
    value = form.get(key)
    return value[:_LONGEST] if isinstance(value, str) else ""


def take_button(view: Any) -> rx.Component:
    return button(
        "Record a payment", kind="secondary", size="large", wide=True, on_click=Taking.ask(view.id)
    )


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
                    error=_problem("amount"),
                ),
                rx.cond(
                    Taking.surplus != "",
                    checkbox(
                        rx.Var.create("Keep ") + Taking.surplus + " as credit",
                        name="taken_keep",
                        hint="It is the customer’s, to be used on another invoice.",
                    ),
                ),
                select_field("Paid by", _METHODS, name="taken_method", error=_problem("method")),
                text_field(
                    "Received on",
                    name="taken_day",
                    type="date",
                    default_value=hand.today,
                    error=_problem("day"),
                ),
                text_field(
                    "Note",
                    name="taken_note",
                    hint="For the office only: the number of a cheque, who brought it.",
                    max_length=200,
                    auto_complete="off",
                    error=_problem("note"),
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
            live_region(
                rx.el.p(
                    rx.cond((Taking.field == "") | (Taking.field == "receipt"), Taking.problem, ""),
                    class_name="mt-4 font-medium text-bad empty:hidden wrap-anywhere",
                )
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
        shown=Taking.taking != "",
        on_close=Taking.stop,
    )


def _problem(field: str) -> Any:
    return rx.cond(Taking.field == field, Taking.problem, "")
