"""Refunds as a test asks for them: one press of the office's button, carried to Stripe."""

from datetime import timedelta
from typing import Any

from sqlmodel import select

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.checkout_attempt import CheckoutAttempt
from fsm_portal.domain.clock import now
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.outbox import OutboxMessage, WorkKind
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.platform_fee import platform_fee
from fsm_portal.domain.refund import Refund
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.outbox import claim, work_off
from fsm_portal.flows.paying.start_checkout import start_checkout
from fsm_portal.flows.refunding.ask_refund import RefundWish, ask_refund
from fsm_portal.flows.work_outbox import HANDLERS
from fsm_portal.gateways.stripe_api import CheckoutLine, open_checkout
from tests.flows import books
from tests.flows.stripe_side import StripeSide, deliver
from tests.payments import checkout
from tests.sandbox_process import GOOD_CARD, pay

AT_STRIPE = frozenset({WorkKind.REFUND, WorkKind.REFUND_FEES, WorkKind.FEES})


def paid(stripe: StripeSide, payer: Identity, invoice: Invoice, card: str = GOOD_CARD) -> Payment:
    """``invoice`` paid in full by card, its events delivered."""
    assert pay(start_checkout(payer, invoice.id), card).paid
    deliver(*stripe.settled_events())
    with reading() as session:
        return session.exec(select(Payment).order_by(Payment.id.desc())).first()


def wish(payment: Payment, amount: Any, **more: Any) -> RefundWish:
    return RefundWish(more.pop("press_id", None) or new_id(), payment.id, amount, **more)


def ask(who: Identity, payment: Payment, amount: Any, **more: Any) -> str:
    """Press the button once; the refund's id."""
    return ask_refund(who, wish(payment, amount, **more))[0]


def work_at_stripe() -> frozenset[str]:
    """Do what is due at Stripe, once each; letters are left alone. The topics to ring."""
    topics: frozenset[str] = frozenset()
    while work := claim(only=AT_STRIPE):
        topics |= work_off(work, HANDLERS)
    return topics


def refund(refund_id: str) -> Refund:
    (found,) = [each for each in books.rows(Refund) if each.id == refund_id]
    return found


def at_stripe(stripe: StripeSide) -> list[dict[str, Any]]:
    """Stripe's refunds of the account, oldest first."""
    return stripe.get("/v1/refunds", limit=100)["data"][::-1]


def refunds_events(stripe: StripeSide) -> list[dict[str, Any]]:
    return [each for each in stripe.events() if "refund" in each["type"]]


def work(kind: str) -> list[OutboxMessage]:
    return [each for each in books.rows(OutboxMessage) if each.kind == kind]


def due_now(kind: str) -> None:
    """What waits for its next attempt waits no longer."""
    with unit_of_work() as session:
        for each in session.exec(select(OutboxMessage).where(OutboxMessage.kind == kind)):
            each.available_at = each.created_at
            session.add(each)


def page_for_all(stripe: StripeSide, *invoices: Invoice) -> str:
    """A page of Stripe's for all that is due on several invoices, 1.5% of it the platform's."""
    attempt = checkout(*invoices)
    fee = platform_fee(attempt.amount, 150)
    with unit_of_work() as session:
        row = session.get_one(CheckoutAttempt, (attempt.company_id, attempt.id))
        row.stripe_account_id, row.application_fee = stripe.account, fee
    return open_checkout(
        account=stripe.account,
        attempt_id=attempt.id,
        currency=attempt.currency,
        lines=[CheckoutLine("Invoices", attempt.amount)],
        application_fee=fee,
        email=None,
        description="Several invoices",
        success_url="http://portal.example/",
        cancel_url="http://portal.example/",
        expires_at=now() + timedelta(hours=1),
    ).url


def paid_together(stripe: StripeSide, *invoices: Invoice) -> Payment:
    """One payment for all of them."""
    assert pay(page_for_all(stripe, *invoices)).paid
    deliver(*stripe.settled_events())
    return books.only_payment()
