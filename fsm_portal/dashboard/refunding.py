"""Refund: the button beside a payment, and the dialog that asks how much, why and what then."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.domain.ids import is_id, new_id
from fsm_portal.domain.role import May
from fsm_portal.flows.ask_refund import RefundWish, ask_refund
from fsm_portal.flows.refund_terms import RefundTerms, refund_terms
from fsm_portal.flows.refund_words import REASONS
from fsm_portal.flows.refundable import CannotRefund
from fsm_portal.ui.button import button
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.field import checkbox, money_field, select_field
from fsm_portal.ui.notice import live_region
from fsm_portal.ui.toast import say
from fsm_portal.ui.values import if_any


class Refunding(rx.State):
    """The payment whose dialog is open, what it may come to, what is the matter with the answers.

    Each opening is one press: however often the form is sent from it, one refund comes of it.
    """

    terms: RefundTerms = RefundTerms()
    # Why there is no dialog to open.
    refusal: str = ""
    busy: bool = False
    # The field the problem stands beside; none if it is about no field.
    field: str = ""
    problem: str = ""
    _invoice: str = ""
    _press: str = ""

    def _begin(self, terms: RefundTerms | None = None, invoice_id: str = "") -> None:
        self.terms, self.refusal = terms or RefundTerms(), ""
        self.busy, self.field, self.problem = False, "", ""
        self._invoice, self._press = invoice_id, new_id() if terms else ""

    @rx.event
    async def ask(self, payment_id: str, invoice_id: str) -> EventSpec | None:
        """Open the dialog of a payment; ``invoice_id`` is the page it is on, or empty."""
        who = await clerk(self)
        if who is None:
            return to_sign_in()
        if not isinstance(payment_id, str) or not is_id(payment_id):
            return None
        page = invoice_id if isinstance(invoice_id, str) and is_id(invoice_id) else ""
        try:
            terms = await asyncio.to_thread(refund_terms, who, payment_id, page)
        except CannotRefund as error:
            # Between two pushes somebody else may have refunded it, or the bank taken it.
            self._begin()
            self.refusal = str(error)
            return None
        self._begin(terms, page)
        return None

    @rx.event
    async def stop(self) -> EventSpec | None:
        """Close the dialog and refund nothing."""
        if await clerk(self) is None:
            return to_sign_in()
        self._begin()
        return None

    @rx.event
    async def refund(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Ask for the refund that the dialog says."""
        who = await clerk(self, May.REFUND)
        if who is None:
            yield to_sign_in()
            return
        typed = form if isinstance(form, dict) else {}
        if not self.terms.payment_id or self.busy:
            return
        self.busy, self.field, self.problem = True, "", ""
        yield None
        wish = RefundWish(
            press_id=self._press,
            payment_id=self.terms.payment_id,
            amount=_text(typed, "refund_amount"),
            reason=_text(typed, "refund_reason"),
            still_owed=_text(typed, "still_owed") == "on",
            invoice_id=self._invoice,
        )
        try:
            _, topics = await asyncio.to_thread(ask_refund, who, wish)
        except CannotRefund as error:
            self.field, self.problem = error.field, str(error)
            return
        finally:
            self.busy = False
        live.ring(topics)
        self._begin()
        await say(self, "Refund on its way to Stripe", "info")


def _text(form: dict[str, Any], key: str) -> str:
    value = form.get(key)
    return value if isinstance(value, str) else ""


def refund_button(row: Any, invoice_id: Any = "") -> rx.Component:
    """For a PaymentRow; nothing where there is nothing to refund, or not by these hands."""
    return rx.cond(
        row.may_refund,
        button(
            "Refund",
            kind="secondary",
            size="compact",
            on_click=Refunding.ask(row.id, invoice_id),
            aria_label="Refund " + row.gross + " of " + row.customer,
        ),
    )


def refund_dialog() -> rx.Component:
    """The question; once on each page with refund buttons."""
    terms = Refunding.terms
    return dialog(
        rx.cond(
            Refunding.refusal != "",
            rx.el.div(
                rx.el.p(Refunding.refusal, class_name="wrap-anywhere"),
                dialog_actions(button("Close", kind="secondary", on_click=Refunding.stop)),
                key="refusal",
            ),
            _form(terms),
        ),
        name="refund",
        title="Refund a payment",
        text=terms.paid,
        shown=(terms.payment_id != "") | (Refunding.refusal != ""),
        on_close=Refunding.stop,
    )


def _form(terms: Any) -> rx.Component:
    return rx.el.form(
        rx.el.div(
            money_field(
                rx.Var.create("Amount in ") + terms.currency,
                name="refund_amount",
                default_value=terms.amount,
                hint=rx.Var.create("At most ") + terms.limit + ".",
                error=_problem("amount"),
            ),
            select_field(
                "Reason",
                [(value, words) for value, words in REASONS.items()],
                name="refund_reason",
                hint="Stripe tells the bank. Fraudulent also blocks the card at Stripe.",
                error=_problem("reason"),
            ),
            checkbox(
                "Still owed",
                name="still_owed",
                hint="Tick it if the customer is to pay this amount again another way. "
                "Otherwise a credit note goes with the refund and nothing more is owed.",
            ),
            rx.el.div(
                if_any(terms.spread, rx.el.p(terms.spread)),
                rx.el.p(
                    terms.fees,
                    " The money goes back to the card or account it came from.",
                ),
                class_name="flex flex-col gap-2 rounded-xl bg-sunken p-4 text-xs text-muted",
            ),
            class_name="flex flex-col gap-4",
        ),
        live_region(
            rx.el.p(_problem(""), class_name="mt-4 font-medium text-bad empty:hidden wrap-anywhere")
        ),
        dialog_actions(
            button("Cancel", kind="secondary", on_click=Refunding.stop),
            button("Refund", kind="danger", type="submit", loading=Refunding.busy),
        ),
        on_submit=Refunding.refund,
        no_validate=True,
        key="form",
    )


def _problem(field: str) -> Any:
    return rx.cond(Refunding.field == field, Refunding.problem, "")
