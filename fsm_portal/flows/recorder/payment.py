"""A captured payment: recorded once, allocated as its attempt meant it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from fsm_portal.domain.balances import invoice_balances
from fsm_portal.domain.checkout_attempt import CheckoutAttempt
from fsm_portal.domain.clock import now
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.insert_once import insert_once, table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Account, Kind, Posting, post
from fsm_portal.domain.outbox import WorkKind, enqueue
from fsm_portal.domain.payment import BroughtBy, Payment, PaymentAllocation
from fsm_portal.domain.stripe_event import Outcome
from fsm_portal.flows.recorder.attempt import meant_for
from fsm_portal.flows.recorder.recording import NOT_OURS, Recording, topics_of
from fsm_portal.gateways.stripe_facts import PaymentSucceeded

_attempt = table_of(CheckoutAttempt)
_payment = table_of(Payment)
_invoice = table_of(Invoice)

# The attempt that a payment names, and the payment where it is known: asked with every event, for
# four of five tell of a payment that stands already.
_ATTEMPT_AND_PAYMENT = (
    select(
        _attempt.c.id,
        _attempt.c.customer_id,
        _attempt.c.amount,
        _attempt.c.currency,
        _attempt.c.stripe_account_id,
        _payment.c.id.label("payment_id"),
        _payment.c.charge_id,
        _payment.c.balance_transaction_id,
        _payment.c.method,
        _payment.c.last4,
        _payment.c.received_at,
    )
    .select_from(
        _attempt.outerjoin(
            _payment,
            (_payment.c.company_id == _attempt.c.company_id)
            & (_payment.c.payment_intent_id == bindparam("payment_intent_id")),
        )
    )
    .where(
        _attempt.c.company_id == bindparam("company_id"), _attempt.c.id == bindparam("attempt_id")
    )
)
_LOCKED = (
    select(_invoice.c.id)
    .where(
        _invoice.c.company_id == bindparam("company_id"),
        _invoice.c.id.in_(bindparam("invoice_ids", expanding=True)),
    )
    .order_by(_invoice.c.id)
    .with_for_update(key_share=True)
)
_LOCKED_OF = (
    select(_invoice.c.id)
    .where(
        _invoice.c.company_id == bindparam("company_id"),
        _invoice.c.customer_id == bindparam("customer_id"),
    )
    .order_by(_invoice.c.id)
    .with_for_update(key_share=True)
)
_COMPLETED = (
    update(_attempt)
    .where(
        _attempt.c.company_id == bindparam("its_company"), _attempt.c.id == bindparam("its_attempt")
    )
    .values(completed_at=bindparam("completed_at"))
)
_LEARNS = ("charge_id", "balance_transaction_id", "method", "last4")
_LEARNED = (
    update(_payment)
    .where(
        _payment.c.company_id == bindparam("its_company"), _payment.c.id == bindparam("its_payment")
    )
    # By the row as it is when it is written: another event may have filled in more since we looked.
    .values(
        {
            name: func.coalesce(func.nullif(_payment.c[name], ""), bindparam(name))
            for name in _LEARNS
        }
        | {
            "received_at": func.coalesce(
                bindparam("charged_at", type_=_payment.c.received_at.type), _payment.c.received_at
            )
        }
    )
)


def record_payment(
    connection: Connection, company_id: str, fact: PaymentSucceeded, brought_by: BroughtBy
) -> Recording:
    """Record a payment that one of our checkout attempts asked for; any other is not ours."""
    if fact.attempt_id is None:
        return NOT_OURS
    found = _find(connection, company_id, fact)
    if found is None:
        # The attempt is committed before Stripe hears of it, so it cannot be on its way.
        return Recording(
            Outcome.QUARANTINED, f"no checkout attempt {fact.attempt_id}", unknown=True
        )
    if (fact.amount, fact.currency) != (found.amount, found.currency):
        return Recording(
            Outcome.QUARANTINED,
            f"Stripe says {fact.amount} {fact.currency}, our checkout attempt "
            f"{found.amount} {found.currency} (minor units)",
        )
    payment_id, meant = found.payment_id, None
    if payment_id is None:
        meant = meant_for(connection, company_id, found.id)
        payment_id = _record_new(connection, company_id, found, meant, fact, brought_by)
    if payment_id is None:
        # Another event of the same payment was committed since we looked.
        found = _find(connection, company_id, fact)
        assert found is not None
        payment_id = found.payment_id
    if found.payment_id is not None and not _learn_more(connection, company_id, found, fact):
        return Recording(Outcome.RECORDED)
    if fact.balance_transaction_id:
        enqueue(
            connection, company_id, WorkKind.FEES, f"fees:{payment_id}", {"payment_id": payment_id}
        )
    if meant is None:
        meant = meant_for(connection, company_id, found.id)
    invoice_ids = [row.invoice_id for row in meant]
    return Recording(
        Outcome.RECORDED,
        topics=topics_of(company_id, found.customer_id, invoice_ids),
        new_payment=found.payment_id is None,
    )


def _find(
    connection: Connection, company_id: str, fact: PaymentSucceeded
) -> Row[*tuple[Any, ...]] | None:
    return connection.execute(
        _ATTEMPT_AND_PAYMENT,
        {
            "company_id": company_id,
            "attempt_id": fact.attempt_id,
            "payment_intent_id": fact.payment_intent_id,
        },
    ).first()


def _record_new(
    connection: Connection,
    company_id: str,
    attempt: Row[*tuple[Any, ...]],
    meant: Sequence[Row[*tuple[Any, ...]]],
    fact: PaymentSucceeded,
    brought_by: BroughtBy,
) -> str | None:
    """Insert the payment and settle it; its id, or None where it stands already."""
    payment_id = new_id()
    is_new = insert_once(
        connection,
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
    if not is_new:
        return None
    _settle(connection, company_id, attempt, meant, payment_id, fact)
    enqueue(
        connection,
        company_id,
        WorkKind.RECEIPT_MAIL,
        f"receipt:{payment_id}",
        {"payment_id": payment_id},
    )
    return payment_id


def _settle(
    connection: Connection,
    company_id: str,
    attempt: Row[*tuple[Any, ...]],
    meant: Sequence[Row[*tuple[Any, ...]]],
    payment_id: str,
    fact: PaymentSucceeded,
) -> None:
    """Allocate a new payment as its attempt meant it; what an invoice cannot take is credit."""
    invoice_ids = [row.invoice_id for row in meant]
    lock_invoices(connection, company_id, invoice_ids)
    balances = invoice_balances(connection, company_id, invoice_ids)
    postings, left = [], fact.amount
    for row in meant:
        part = min(row.amount, max(balances[row.invoice_id].due, 0))
        if part == 0:
            continue
        left -= part
        insert_once(
            connection,
            PaymentAllocation,
            {
                "company_id": company_id,
                "payment_id": payment_id,
                "invoice_id": row.invoice_id,
                "amount": part,
            },
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
        connection,
        company_id=company_id,
        currency=fact.currency,
        source=fact.payment_intent_id,
        occurred_at=fact.occurred_at,
        customer_id=attempt.customer_id,
        payment_id=payment_id,
        postings=postings,
    )
    connection.execute(
        _COMPLETED,
        {
            "its_company": company_id,
            "its_attempt": attempt.id,
            "completed_at": fact.occurred_at,
        },
    )


def lock_invoices(connection: Connection, company_id: str, invoice_ids: Sequence[str]) -> None:
    """Whoever changes what is owed on an invoice takes turns here, and first of all.

    All that a unit of work will touch in one call: they are locked in the order of their ids, so
    that nobody waits for who waits for them. On PostgreSQL: SQLite has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCKED, {"company_id": company_id, "invoice_ids": list(invoice_ids)})


def lock_invoices_of(connection: Connection, company_id: str, customer_id: str) -> None:
    """All of a customer's, in the same order: what is due on them is about to be written anew."""
    if connection.dialect.name == "postgresql":
        key = {"company_id": company_id, "customer_id": customer_id}
        connection.execute(_LOCKED_OF, key)


def _learn_more(
    connection: Connection, company_id: str, known: Row[*tuple[Any, ...]], fact: PaymentSucceeded
) -> bool:
    """Fill in what an earlier fact about the same payment left open; True where there was any.

    The charge's own time takes the place of an event's. The ledger keeps the time it was told
    first: its rows never change.
    """
    told = {name: getattr(fact, name) for name in _LEARNS}
    news = any(value and not getattr(known, name) for name, value in told.items())
    if not news and fact.charged_at in (None, known.received_at):
        return False
    its_key = {"its_company": company_id, "its_payment": known.payment_id}
    connection.execute(_LEARNED, its_key | told | {"charged_at": fact.charged_at})
    return True
