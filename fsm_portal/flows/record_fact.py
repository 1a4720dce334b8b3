"""The recorder: a Stripe fact onto the books, once, whatever the order and the source.

Webhook, return-page look-up and sweep all end here. Each fact is idempotent by Stripe's object id
and monotonic: what is known is filled in, never taken back. Nothing here talks to Stripe.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, bindparam, exists, or_, select, update
from sqlmodel import Session

from fsm_portal.domain.checkout_attempt import CheckoutAttempt, CheckoutAttemptInvoice
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.insert_once import insert_once, table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Account, Kind, Posting, invoice_balances, post
from fsm_portal.domain.outbox import enqueue
from fsm_portal.domain.payment import BroughtBy, FailedPayment, Payment, PaymentAllocation
from fsm_portal.domain.stripe_event import Outcome, StripeEvent
from fsm_portal.domain.topic import company_topic, customer_topic, invoice_topic
from fsm_portal.gateways.stripe_facts import (
    AccountChanged,
    AccountDeauthorized,
    CheckoutExpired,
    CheckoutFailed,
    CheckoutProcessing,
    Fact,
    PaymentFailed,
    PaymentSucceeded,
)

_attempt = table_of(CheckoutAttempt)
_attempt_invoice = table_of(CheckoutAttemptInvoice)
_payment = table_of(Payment)
_invoice = table_of(Invoice)
_company = table_of(Company)
_event = table_of(StripeEvent)

# Asked with every event, and made once: writing a statement costs more than running it.
_THE_ATTEMPT = select(
    _attempt.c.id,
    _attempt.c.customer_id,
    _attempt.c.amount,
    _attempt.c.currency,
    _attempt.c.stripe_account_id,
).where(_attempt.c.company_id == bindparam("company_id"), _attempt.c.id == bindparam("attempt_id"))
_ITS_INVOICES = (
    select(_attempt_invoice.c.invoice_id, _attempt_invoice.c.amount)
    .where(
        _attempt_invoice.c.company_id == bindparam("company_id"),
        _attempt_invoice.c.attempt_id == bindparam("attempt_id"),
    )
    .order_by(_attempt_invoice.c.invoice_id)
)
_THE_PAYMENT = select(
    _payment.c.id,
    _payment.c.charge_id,
    _payment.c.balance_transaction_id,
    _payment.c.method,
    _payment.c.last4,
    _payment.c.received_at,
).where(
    _payment.c.company_id == bindparam("company_id"),
    _payment.c.payment_intent_id == bindparam("payment_intent_id"),
)


@dataclass(frozen=True)
class Recording:
    """What became of a fact, and which topics to ring after the commit."""

    outcome: Outcome
    reason: str = ""
    topics: frozenset[str] = field(default_factory=frozenset)


_NOT_OURS = Recording(Outcome.IGNORED, "not a payment of this portal")


def record_fact(session: Session, company_id: str, fact: Fact, brought_by: BroughtBy) -> Recording:
    """Record ``fact`` for the company whose Stripe account it came from."""
    match fact:
        case PaymentSucceeded():
            return _record_payment(session, company_id, fact, brought_by)
        case PaymentFailed():
            return _record_failure(session, company_id, fact)
        case CheckoutProcessing():
            return _mark_attempt(session, company_id, fact, "processing_at")
        case CheckoutFailed():
            return _mark_attempt(session, company_id, fact, "failed_at")
        case CheckoutExpired():
            return _mark_attempt(session, company_id, fact, "closed_at")
        case AccountChanged():
            return _change_account(session, company_id, fact)
        case AccountDeauthorized():
            return _change_company(
                session, company_id, {"stripe_deauthorized_at": fact.occurred_at}
            )


def _record_payment(
    session: Session, company_id: str, fact: PaymentSucceeded, brought_by: BroughtBy
) -> Recording:
    if fact.attempt_id is None:
        return _NOT_OURS
    attempt = _find_attempt(session, company_id, fact.attempt_id)
    if attempt is None:
        # The attempt is committed before Stripe hears of it, so it cannot be on its way.
        return Recording(Outcome.QUARANTINED, f"no checkout attempt {fact.attempt_id}")
    if (fact.amount, fact.currency) != (attempt.amount, attempt.currency):
        return Recording(
            Outcome.QUARANTINED,
            f"Stripe says {fact.amount} {fact.currency}, our checkout attempt "
            f"{attempt.amount} {attempt.currency} (minor units)",
        )
    payment_id = new_id()
    is_new = insert_once(
        session,
        Payment,
        {
            "company_id": company_id,
            "id": payment_id,
            "customer_id": attempt.customer_id,
            "attempt_id": attempt.id,
            "stripe_account_id": attempt.stripe_account_id,
            "payment_intent_id": fact.payment_intent_id,
            "charge_id": fact.charge_id,
            "balance_transaction_id": fact.balance_transaction_id,
            "currency": fact.currency,
            "amount": fact.amount,
            "method": fact.method,
            "last4": fact.last4,
            "brought_by": brought_by,
            "received_at": fact.occurred_at,
            "recorded_at": now(),
        },
    )
    invoice_ids: Sequence[str] = ()
    if is_new:
        invoice_ids = _settle(session, company_id, attempt, payment_id, fact)
        enqueue(
            session, company_id, "receipt_mail", f"receipt:{payment_id}", {"payment_id": payment_id}
        )
        learned = True
    else:
        payment_id, learned = _learn_more(session, company_id, fact)
    if fact.balance_transaction_id:
        enqueue(session, company_id, "fees", f"fees:{payment_id}", {"payment_id": payment_id})
    if not learned:
        return Recording(Outcome.RECORDED)
    if not invoice_ids:
        invoice_ids = [row.invoice_id for row in _meant_for(session, company_id, attempt.id)]
    return Recording(Outcome.RECORDED, topics=_topics(company_id, attempt.customer_id, invoice_ids))


def _settle(
    session: Session,
    company_id: str,
    attempt: Row[*tuple[Any, ...]],
    payment_id: str,
    fact: PaymentSucceeded,
) -> list[str]:
    """Allocate a new payment as its attempt meant it; what an invoice cannot take is credit."""
    meant = _meant_for(session, company_id, attempt.id)
    invoice_ids = [row.invoice_id for row in meant]
    # Two payments of one invoice take turns here (PostgreSQL; SQLite has one writer anyway).
    session.connection().execute(
        select(_invoice.c.id)
        .where(_invoice.c.company_id == company_id, _invoice.c.id.in_(invoice_ids))
        .order_by(_invoice.c.id)
        .with_for_update(key_share=True)
    )
    balances = invoice_balances(session, company_id, invoice_ids)
    postings, left = [], fact.amount
    for row in meant:
        part = min(row.amount, max(balances[row.invoice_id].due, 0))
        if part == 0:
            continue
        left -= part
        session.connection().execute(
            table_of(PaymentAllocation)
            .insert()
            .values(
                company_id=company_id,
                payment_id=payment_id,
                invoice_id=row.invoice_id,
                amount=part,
            )
        )
        postings.append(
            Posting(
                Account.STRIPE,
                Account.RECEIVABLE,
                part,
                Kind.PAYMENT,
                part=row.invoice_id,
                invoice_id=row.invoice_id,
            )
        )
    postings.append(Posting(Account.STRIPE, Account.CUSTOMER_CREDIT, left, Kind.OVERPAYMENT))
    post(
        session,
        company_id=company_id,
        currency=fact.currency,
        source=fact.payment_intent_id,
        occurred_at=fact.occurred_at,
        customer_id=attempt.customer_id,
        postings=postings,
    )
    session.connection().execute(
        update(_attempt)
        .where(_attempt.c.company_id == company_id, _attempt.c.id == attempt.id)
        .values(completed_at=fact.occurred_at)
    )
    return invoice_ids


def _learn_more(session: Session, company_id: str, fact: PaymentSucceeded) -> tuple[str, bool]:
    """Fill in what an earlier fact about the same payment left open; (payment id, learned any).

    The charge's own time takes the place of an event's. The ledger keeps the time it was told
    first: its rows never change.
    """
    connection = session.connection()
    known = connection.execute(
        _THE_PAYMENT,
        {"company_id": company_id, "payment_intent_id": fact.payment_intent_id},
    ).one()
    news = {
        name: value
        for name in ("charge_id", "balance_transaction_id", "method", "last4")
        if (value := getattr(fact, name)) and not getattr(known, name)
    }
    if fact.charged_at is not None and fact.charged_at != known.received_at:
        news["received_at"] = fact.charged_at
    if news:
        connection.execute(
            update(_payment)
            .where(_payment.c.company_id == company_id, _payment.c.id == known.id)
            .values(**news)
        )
    return known.id, bool(news)


def _record_failure(session: Session, company_id: str, fact: PaymentFailed) -> Recording:
    attempt = _find_attempt(session, company_id, fact.attempt_id) if fact.attempt_id else None
    if attempt is None:
        return _NOT_OURS
    insert_once(
        session,
        FailedPayment,
        {
            "company_id": company_id,
            "id": new_id(),
            "attempt_id": attempt.id,
            "source_id": fact.source_id,
            "payment_intent_id": fact.payment_intent_id,
            "currency": fact.currency,
            "amount": fact.amount,
            "code": fact.code[:80],
            "message": fact.message[:500],
            "method": fact.method,
            "last4": fact.last4,
            "failed_at": fact.occurred_at,
            "recorded_at": now(),
        },
    )
    # The customer already read it on Stripe's page; only staff are told here.
    return Recording(Outcome.RECORDED, topics=frozenset({company_topic(company_id)}))


def _mark_attempt(
    session: Session,
    company_id: str,
    fact: CheckoutProcessing | CheckoutFailed | CheckoutExpired,
    column: str,
) -> Recording:
    """Set a fact of an attempt, once."""
    attempt = (
        session.connection()
        .execute(
            update(_attempt)
            .where(
                _attempt.c.company_id == company_id,
                or_(
                    _attempt.c.stripe_session_id == fact.session_id,
                    _attempt.c.id == (fact.attempt_id or ""),
                ),
                _attempt.c[column].is_(None),
            )
            .values({column: fact.occurred_at})
            .returning(_attempt.c.id, _attempt.c.customer_id)
        )
        .first()
    )
    if attempt is None:
        return Recording(Outcome.RECORDED if fact.attempt_id else Outcome.IGNORED)
    invoice_ids = [row.invoice_id for row in _meant_for(session, company_id, attempt.id)]
    return Recording(Outcome.RECORDED, topics=_topics(company_id, attempt.customer_id, invoice_ids))


def _change_account(session: Session, company_id: str, fact: AccountChanged) -> Recording:
    """Note what the account may do, unless the inbox has a newer word about it."""
    if fact.occurred_at is not None:
        newer = exists().where(
            _event.c.company_id == company_id,
            _event.c.type == "account.updated",
            _event.c.created_at > fact.occurred_at,
        )
        if session.connection().execute(select(newer)).scalar():
            return Recording(Outcome.RECORDED, "a newer word about this account came first")
    changes = {
        "stripe_charges_enabled": fact.charges_enabled,
        "stripe_payouts_enabled": fact.payouts_enabled,
    }
    return _change_company(session, company_id, changes)


def _change_company(session: Session, company_id: str, changes: dict[str, Any]) -> Recording:
    session.connection().execute(
        update(_company).where(_company.c.id == company_id).values(**changes)
    )
    return Recording(Outcome.RECORDED, topics=frozenset({company_topic(company_id)}))


def _find_attempt(
    session: Session, company_id: str, attempt_id: str
) -> Row[*tuple[Any, ...]] | None:
    key = {"company_id": company_id, "attempt_id": attempt_id}
    return session.connection().execute(_THE_ATTEMPT, key).first()


def _meant_for(
    session: Session, company_id: str, attempt_id: str
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The invoices of an attempt with their amounts, in a fixed order."""
    key = {"company_id": company_id, "attempt_id": attempt_id}
    return session.connection().execute(_ITS_INVOICES, key).all()


def _topics(company_id: str, customer_id: str, invoice_ids: Sequence[str]) -> frozenset[str]:
    return frozenset(
        {
            company_topic(company_id),
            customer_topic(company_id, customer_id),
            *(invoice_topic(company_id, invoice_id) for invoice_id in invoice_ids),
        }
    )
