"""What needs a hand: refused payments, events nobody could place, letters that never left."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sqlalchemy import and_, exists, func, select
from sqlmodel import Session

from fsm_portal.domain.checkout_attempt import CheckoutAttempt, CheckoutAttemptInvoice
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice, InvoiceDelivery
from fsm_portal.domain.ledger import invoice_balances
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.domain.payment import FailedPayment, Payment, PaymentAllocation
from fsm_portal.domain.stripe_event import Outcome, StripeEvent
from fsm_portal.flows.failure_words import failure_words
from fsm_portal.gateways import formats
from fsm_portal.gateways.recent import recently

_failed = table_of(FailedPayment)
_attempt = table_of(CheckoutAttempt)
_attempt_invoice = table_of(CheckoutAttemptInvoice)
_payment = table_of(Payment)
_allocation = table_of(PaymentAllocation)
_invoice = table_of(Invoice)
_customer = table_of(Customer)
_event = table_of(StripeEvent)
_outbox = table_of(OutboxMessage)
_delivery = table_of(InvoiceDelivery)

_SHOWN = 5
# A refused card is worth a call for so long.
_FAILURE_MATTERS = timedelta(days=30)
_LETTER_MATTERS = timedelta(days=30)


@dataclass(frozen=True)
class Alert:
    """Something for a person to look at; ``invoice_id`` is where to look, or empty."""

    id: str
    title: str
    text: str
    tone: Literal["bad", "warn"]
    invoice_id: str = ""


def alerts(session: Session, company: Company) -> tuple[Alert, ...]:
    """Everything that waits for somebody, the most pressing first."""
    return (
        *_stripe_account(company),
        *_quarantined(session, company),
        *_dead_letters(session, company),
        *_failures(session, company),
    )


def _stripe_account(company: Company) -> Iterable[Alert]:
    if not company.can_take_payments:
        yield Alert(
            "stripe",
            "Customers cannot pay online",
            "Stripe does not let this company's account take payments at the moment.",
            "bad",
        )


def _quarantined(session: Session, company: Company) -> Iterable[Alert]:
    rows = session.connection().execute(
        select(_event.c.event_id, _event.c.type, _event.c.reason)
        .where(_event.c.company_id == company.id, _event.c.outcome == Outcome.QUARANTINED)
        .order_by(_event.c.received_at.desc())
        .limit(_SHOWN)
    )
    for row in rows:
        yield Alert(
            row.event_id,
            "Stripe's word differs from our books",
            f"{row.reason}. Nothing was posted. Event {row.event_id}.",
            "bad",
        )


def _dead_letters(session: Session, company: Company) -> Iterable[Alert]:
    rows = session.connection().execute(
        select(_outbox.c.key, _outbox.c.kind, _outbox.c.payload, _outbox.c.dead_reason)
        .where(
            _outbox.c.company_id == company.id,
            _outbox.c.dead_reason.is_not(None),
            _outbox.c.settled_at > now() - _LETTER_MATTERS,
        )
        .order_by(_outbox.c.settled_at.desc())
        .limit(_SHOWN)
    )
    for row in rows:
        title, invoice_id = _what_it_was(session, company, row.kind, row.payload)
        yield Alert(row.key, title, f"{row.dead_reason}.", "bad", invoice_id)


def _what_it_was(session: Session, company: Company, kind: str, payload: str) -> tuple[str, str]:
    """The title of an alert about one piece of given-up work, and its invoice if it has one."""
    if kind == "invoice_mail":
        found = (
            session.connection()
            .execute(
                select(_invoice.c.id, _invoice.c.number, _delivery.c.email)
                .join(
                    _delivery,
                    (_delivery.c.company_id == _invoice.c.company_id)
                    & (_delivery.c.invoice_id == _invoice.c.id),
                )
                .where(
                    _delivery.c.company_id == company.id,
                    _delivery.c.id == json.loads(payload).get("delivery_id"),
                )
            )
            .first()
        )
        if found is not None:
            return f"{found.number} did not reach {found.email}", found.id
    names = {
        "invoice_mail": "An invoice could not be mailed",
        "receipt_mail": "A receipt could not be mailed",
        "sign_in_mail": "A sign-in link could not be mailed",
        "fees": "A payment's fees could not be looked up",
    }
    return names.get(kind, "Some work was given up"), ""


def _failures(session: Session, company: Company) -> Iterable[Alert]:
    """The last refusal on each invoice that is still to be paid and got no payment since."""
    paid_since = exists().where(
        _allocation.c.company_id == _attempt_invoice.c.company_id,
        _allocation.c.invoice_id == _attempt_invoice.c.invoice_id,
        _payment.c.company_id == _allocation.c.company_id,
        _payment.c.id == _allocation.c.payment_id,
        _payment.c.received_at >= _failed.c.failed_at,
    )
    rows = (
        session.connection()
        .execute(
            select(
                _failed.c.id,
                _failed.c.failed_at,
                _failed.c.amount,
                _failed.c.currency,
                _failed.c.code,
                _failed.c.message,
                _invoice.c.id.label("invoice_id"),
                _invoice.c.number,
                _customer.c.name.label("customer"),
                func.row_number()
                .over(partition_by=_invoice.c.id, order_by=_failed.c.failed_at.desc())
                .label("place"),
            )
            .join(
                _attempt,
                and_(
                    _attempt.c.company_id == _failed.c.company_id,
                    _attempt.c.id == _failed.c.attempt_id,
                ),
            )
            .join(
                _attempt_invoice,
                and_(
                    _attempt_invoice.c.company_id == _attempt.c.company_id,
                    _attempt_invoice.c.attempt_id == _attempt.c.id,
                ),
            )
            .join(
                _invoice,
                and_(
                    _invoice.c.company_id == _attempt_invoice.c.company_id,
                    _invoice.c.id == _attempt_invoice.c.invoice_id,
                ),
            )
            .join(
                _customer,
                and_(
                    _customer.c.company_id == _attempt.c.company_id,
                    _customer.c.id == _attempt.c.customer_id,
                ),
            )
            .where(
                _failed.c.company_id == company.id,
                _failed.c.failed_at > now() - _FAILURE_MATTERS,
                _attempt.c.completed_at.is_(None),
                ~paid_since,
            )
            .order_by(_failed.c.failed_at.desc())
        )
        .all()
    )
    latest = [row for row in rows if row.place == 1]
    balances = invoice_balances(session, company.id, [row.invoice_id for row in latest])
    for row in [row for row in latest if balances[row.invoice_id].due > 0][:_SHOWN]:
        amount = formats.money(row.amount, row.currency, company.locale)
        when = recently(row.failed_at, company.time_zone, company.locale, now())
        yield Alert(
            row.id,
            f"{row.customer} could not pay {amount}",
            f"{failure_words(row.code, row.message)} · {row.number} · {when}",
            "warn",
            row.invoice_id,
        )
