"""Refund: the button beside a payment, and the dialog that asks how much, why and what then."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.asking import Asking, Done, problem_with
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.form import typed
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.refunding.ask_refund import RefundWish, ask_refund
from fsm_portal.flows.refunding.refund_terms import RefundTerms, refund_terms
from fsm_portal.flows.refunding.refund_words import REASONS
from fsm_portal.flows.refunding.refundable import CannotRefund
from fsm_portal.ui.button import button
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.field import checkbox, money_field, select_field
from fsm_portal.ui.notice import problem_line
from fsm_portal.ui.values import if_any


class Refunding(Asking, rx.State):
    """The payment whose dialog is open, what it may come to, and what the answers lack."""

    terms: RefundTerms = RefundTerms()
    # Why there is no dialog to open.
    refusal: str = ""
    _invoice: str = ""

    def _begin(self, about: str = "") -> None:
        super()._begin(about)
        self.terms, self.refusal, self._invoice = RefundTerms(), "", ""

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
        self._begin(payment_id)
        self.terms, self._invoice = terms, page
        return None

    @rx.event
    async def refund(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Ask for the refund that the dialog says."""
        said = typed(form, ("refund_amount", "refund_reason", "still_owed"))
        wish = RefundWish(
            press_id=self._press,
            payment_id=self.about,
            amount=said["refund_amount"],
            reason=said["refund_reason"],
            still_owed=said["still_owed"] == "on",
            invoice_id=self._invoice,
        )

        def act(who: Identity) -> Done:
            return "Refund on its way to Stripe", ask_refund(who, wish)[1]

        async for step in self._do(act, CannotRefund, May.REFUND, tone="info"):
            yield step


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
                error=problem_with(Refunding, "amount"),
            ),
            select_field(
                "Reason",
                [(value, words) for value, words in REASONS.items()],
                name="refund_reason",
                hint="Stripe tells the bank. Fraudulent also blocks the card at Stripe.",
                error=problem_with(Refunding, "reason"),
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
        problem_line(problem_with(Refunding, "")),
        dialog_actions(
            button("Cancel", kind="secondary", on_click=Refunding.stop),
            button("Refund", kind="danger", type="submit", loading=Refunding.busy),
        ),
        on_submit=Refunding.refund,
        no_validate=True,
        key="form",
    )
