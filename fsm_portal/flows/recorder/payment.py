"""A captured payment: recorded once, allocated as its attempt meant it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from fsm_portal.domain.balances import BALANCE, balance_in
from fsm_portal.domain.checkout_attempt import CheckoutAttempt, CheckoutAttemptInvoice
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.insert_once import insertion, table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Account, Kind, Posting, entries_once, entry_rows
from fsm_portal.domain.outbox import WorkKind, queueing
from fsm_portal.domain.payment import BroughtBy, Payment, PaymentAllocation
from fsm_portal.domain.statement import Call, Statement, together
from fsm_portal.domain.stripe_event import Outcome
from fsm_portal.flows.recorder.known_payment import its_turn
from fsm_portal.flows.recorder.parked import WAITING
from fsm_portal.flows.recorder.recording import NOT_OURS, Recording, topics_of
from fsm_portal.flows.recorder.turn_at_invoices import turns_at_invoices
from fsm_portal.flows.recorder.turn_at_numbers import turn_at_numbers
from fsm_portal.gateways.stripe_facts import PaymentSucceeded

# Rows of the attempt that a payment names.
Found = Sequence[Any]

_attempt = table_of(CheckoutAttempt)
_meant = table_of(CheckoutAttemptInvoice)
_payment = table_of(Payment)
_invoice = table_of(Invoice)
_company = table_of(Company)

# The attempt that a payment names and the payment where it is known, a row for each invoice that
# it is meant for: asked with every event, for four of five tell of a payment that stands already.
_attempt_and_payment = (
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
        _meant.c.invoice_id,
        _meant.c.amount.label("meant"),
    )
    .select_from(
        _attempt.outerjoin(
            _payment,
            (_payment.c.company_id == _attempt.c.company_id)
            & (_payment.c.payment_intent_id == bindparam("payment_intent_id")),
        ).join(
            _meant,
            (_meant.c.company_id == _attempt.c.company_id) & (_meant.c.attempt_id == _attempt.c.id),
        )
    )
    .where(_attempt.c.id == bindparam("attempt_id"))
    .order_by(_meant.c.invoice_id)
)
_ATTEMPT_AND_PAYMENT = Statement(
    _attempt_and_payment.where(_attempt.c.company_id == bindparam("company_id"))
)
_ATTEMPT_AND_PAYMENT_ON = Statement(
    _attempt_and_payment.join(_company, _company.c.id == _attempt.c.company_id).where(
        _company.c.stripe_account_id == bindparam("account")
    )
)
_COMPLETED = Statement(
    update(_attempt)
    .where(
        _attempt.c.company_id == bindparam("its_company"), _attempt.c.id == bindparam("its_attempt")
    )
    .values(completed_at=bindparam("completed_at"))
)
_LEARNS = ("charge_id", "balance_transaction_id", "method", "last4")
_LEARNED = Statement(
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


def asked_ahead(fact: PaymentSucceeded, account: str) -> Call:
    """What ``record_payment`` asks first, of the company that has ``account`` now.

    The webhook sends it along with the statement that finds out which company that is.
    """
    return _ATTEMPT_AND_PAYMENT_ON.with_(
        {
            "account": account,
            "attempt_id": fact.attempt_id,
            "payment_intent_id": fact.payment_intent_id,
        }
    )


def record_payment(
    connection: Connection,
    company_id: str,
    fact: PaymentSucceeded,
    brought_by: BroughtBy,
    found: Found = (),
) -> Recording:
    """Record a payment that one of our checkout attempts asked for; any other is not ours.

    ``found`` is the answer to ``asked_ahead()``, where the caller has asked.
    """
    if fact.attempt_id is None:
        return NOT_OURS
    found = found or _find(connection, company_id, fact)
    if not found:
        # The attempt is committed before Stripe hears of it, so it cannot be on its way.
        return Recording(
            Outcome.QUARANTINED, f"no checkout attempt {fact.attempt_id}", unknown=True
        )
    attempt = found[0]
    if (fact.amount, fact.currency) != (attempt.amount, attempt.currency):
        return Recording(
            Outcome.QUARANTINED,
            f"Stripe says {fact.amount} {fact.currency}, our checkout attempt "
            f"{attempt.amount} {attempt.currency} (minor units)",
        )
    recorded = Recording(
        Outcome.RECORDED,
        topics=topics_of(company_id, attempt.customer_id, [row.invoice_id for row in found]),
    )
    if attempt.payment_id is None:
        new = _insert(connection, company_id, found, fact, brought_by)
        if new is not None:
            if new.waiting:
                turn_at_numbers(connection, company_id)  # a refund may be among it
            _settle(connection, company_id, found, new, fact)
            return replace(recorded, waiting=new.waiting)
        # Another event of the same payment was committed since we looked.
        attempt = _find(connection, company_id, fact)[0]
    learned = _learn_more(connection, company_id, attempt, fact)
    return recorded if learned else Recording(Outcome.RECORDED)


def _find(connection: Connection, company_id: str, fact: PaymentSucceeded) -> Found:
    key = {
        "company_id": company_id,
        "attempt_id": fact.attempt_id,
        "payment_intent_id": fact.payment_intent_id,
    }
    return _ATTEMPT_AND_PAYMENT.ask(connection, key).rows


@dataclass(frozen=True)
class _New:
    """A payment just inserted; what is due on each of its invoices, and what waited for it."""

    payment_id: str
    due: Sequence[int]
    waiting: Sequence[Any]


def _insert(
    connection: Connection,
    company_id: str,
    found: Found,
    fact: PaymentSucceeded,
    brought_by: BroughtBy,
) -> _New | None:
    """Insert the payment, take its turn and its invoices' and look; None where it is there.

    Its turn comes before the looks: nobody else posts there meanwhile, or waits for the payment.
    """
    attempt, payment_id = found[0], new_id()
    payment = {
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
    }
    invoices = [{"company_id": company_id, "invoice_id": row.invoice_id} for row in found]
    key = {"account": attempt.stripe_account_id, "payment_intent_id": fact.payment_intent_id}
    inserted, *looks = together(
        connection,
        insertion(connection, Payment, payment),
        *its_turn(connection, fact.payment_intent_id),
        *turns_at_invoices(connection, payment_id, invoices),
        WAITING.with_(key),
        *(BALANCE.with_(invoice) for invoice in invoices),
    )
    if inserted.affected == 0:
        return None
    waiting, *sums = looks[-1 - len(invoices) :]
    due = [max(balance_in(each.rows).due, 0) for each in sums]
    return _New(payment_id, due, waiting.rows)


def _settle(
    connection: Connection, company_id: str, found: Found, new: _New, fact: PaymentSucceeded
) -> None:
    """Allocate a new payment as its attempt meant it; what an invoice cannot take is credit."""
    attempt, writes, postings, left = found[0], [], [], fact.amount
    for row, due in zip(found, new.due, strict=True):
        part = min(row.meant, due)
        if part == 0:
            continue
        left -= part
        allocation = {
            "company_id": company_id,
            "payment_id": new.payment_id,
            "invoice_id": row.invoice_id,
            "amount": part,
        }
        writes.append(insertion(connection, PaymentAllocation, allocation))
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
    entries = entry_rows(
        company_id=company_id,
        currency=fact.currency,
        source=fact.payment_intent_id,
        occurred_at=fact.occurred_at,
        customer_id=attempt.customer_id,
        payment_id=new.payment_id,
        postings=postings,
    )
    completed = {
        "its_company": company_id,
        "its_attempt": attempt.id,
        "completed_at": fact.occurred_at,
    }
    together(
        connection,
        *writes,
        *entries_once(connection, entries),
        _COMPLETED.with_(completed),
        queueing(
            connection,
            company_id,
            WorkKind.RECEIPT_MAIL,
            f"receipt:{new.payment_id}",
            {"payment_id": new.payment_id},
        ),
        *_fees(connection, company_id, new.payment_id, fact),
    )


def _fees(
    connection: Connection, company_id: str, payment_id: str, fact: PaymentSucceeded
) -> list[Call]:
    """What Stripe and the platform took is asked for as soon as Stripe's books have the payment."""
    if not fact.balance_transaction_id:
        return []
    about = {"payment_id": payment_id}
    return [queueing(connection, company_id, WorkKind.FEES, f"fees:{payment_id}", about)]


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
    together(
        connection,
        _LEARNED.with_(its_key | told | {"charged_at": fact.charged_at}),
        *_fees(connection, company_id, known.payment_id, fact),
    )
    return True
