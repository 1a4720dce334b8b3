"""Payments for the tests to tell about, put on the books by the product's own recorder."""

import itertools
from datetime import datetime

from sqlmodel import Session, select

from fsm_portal.db import unit_of_work
from fsm_portal.domain.balances import invoice_balances
from fsm_portal.domain.checkout_attempt import CheckoutAttempt, CheckoutAttemptInvoice
from fsm_portal.domain.clock import now
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Account, Kind, Posting, post
from fsm_portal.domain.payment import BroughtBy, FailedPayment, Payment
from fsm_portal.flows.recorder import record_fact
from fsm_portal.gateways.stripe_facts import CheckoutProcessing, PaymentFailed, PaymentSucceeded

_numbers = itertools.count(1)


def checkout(*invoices: Invoice, amount: int | None = None) -> CheckoutAttempt:
    """A press of Pay now for all that is due on ``invoices``, or for ``amount`` of one."""
    first = invoices[0]
    with unit_of_work() as session:
        due = {invoice.id: amount or _due(session, invoice) for invoice in invoices}
        attempt = CheckoutAttempt(
            company_id=first.company_id,
            customer_id=first.customer_id,
            currency=first.currency,
            amount=sum(due.values()),
            application_fee=0,
            stripe_account_id="acct_brightheating",
            stripe_session_id=f"cs_test_{next(_numbers)}",
        )
        session.add(attempt)
        session.flush()
        for invoice_id, part in due.items():
            session.add(
                CheckoutAttemptInvoice(
                    company_id=first.company_id,
                    attempt_id=attempt.id,
                    invoice_id=invoice_id,
                    amount=part,
                )
            )
    return attempt


def _due(session: Session, invoice: Invoice) -> int:
    return invoice_balances(session, invoice.company_id, [invoice.id])[invoice.id].due


def received(
    attempt: CheckoutAttempt,
    *,
    at: datetime | None = None,
    method: str = "visa",
    last4: str = "4242",
    brought_by: BroughtBy = BroughtBy.WEBHOOK,
) -> Payment:
    """The attempt was paid; its fees are not known yet."""
    intent = f"pi_test_{next(_numbers)}"
    fact = PaymentSucceeded(
        payment_intent_id=intent,
        amount=attempt.amount,
        currency=attempt.currency,
        attempt_id=attempt.id,
        occurred_at=at or now(),
        charge_id=f"ch_{intent}",
        method=method,
        last4=last4,
    )
    with unit_of_work() as session:
        record_fact(session.connection(), attempt.company_id, fact, brought_by)
        return session.exec(select(Payment).where(Payment.payment_intent_id == intent)).one()


def fees_known(payment: Payment, stripe_fee: int, platform_fee: int = 0) -> None:
    """Stripe has told what the payment cost, in minor units."""
    with unit_of_work() as session:
        row = session.get_one(Payment, (payment.company_id, payment.id))
        row.stripe_fee, row.platform_fee = stripe_fee, platform_fee
        session.add(row)
        post(
            session,
            company_id=payment.company_id,
            currency=payment.currency,
            source=payment.payment_intent_id,
            occurred_at=payment.received_at,
            customer_id=payment.customer_id,
            postings=[
                Posting(Account.STRIPE_FEE, Account.STRIPE, stripe_fee, Kind.STRIPE_FEE),
                Posting(Account.PLATFORM_FEE, Account.STRIPE, platform_fee, Kind.PLATFORM_FEE),
            ],
        )


def refused(
    attempt: CheckoutAttempt,
    *,
    at: datetime | None = None,
    code: str = "insufficient_funds",
    message: str = "Your card has insufficient funds.",
) -> FailedPayment:
    """The bank said no."""
    intent = f"pi_test_{next(_numbers)}"
    fact = PaymentFailed(
        payment_intent_id=intent,
        source_id=f"ch_{intent}",
        amount=attempt.amount,
        currency=attempt.currency,
        attempt_id=attempt.id,
        code=code,
        message=message,
        method="visa",
        last4="9995",
        occurred_at=at or now(),
    )
    with unit_of_work() as session:
        record_fact(session.connection(), attempt.company_id, fact, BroughtBy.WEBHOOK)
        return session.exec(
            select(FailedPayment).where(FailedPayment.payment_intent_id == intent)
        ).one()


def debit_started(attempt: CheckoutAttempt) -> None:
    """A bank debit was submitted: the money takes days."""
    fact = CheckoutProcessing(attempt.stripe_session_id or "", attempt.id, now())
    with unit_of_work() as session:
        record_fact(session.connection(), attempt.company_id, fact, BroughtBy.WEBHOOK)
