"""A dispute: what the bank says, and the money that it took or gave back."""

from typing import Any

from sqlalchemy import Connection, Row, select, update

from fsm_portal.domain.clock import now
from fsm_portal.domain.dispute import RANK, Dispute
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.insert_once import insert_once, table_of
from fsm_portal.domain.ledger import Account, Kind, LedgerEntry, Posting, post
from fsm_portal.domain.notice import NoticeKind
from fsm_portal.domain.payment import BroughtBy
from fsm_portal.domain.stripe_event import Outcome
from fsm_portal.flows.noticing.tell import tell_staff
from fsm_portal.flows.recorder.bank import bank_moved
from fsm_portal.flows.recorder.conversion import Changed, post_conversion
from fsm_portal.flows.recorder.known_payment import known_payment, wait_for
from fsm_portal.flows.recorder.money_back import shares_of
from fsm_portal.flows.recorder.recording import Recording, topics_of
from fsm_portal.flows.recorder.turn_at_invoices import lock_invoices
from fsm_portal.flows.recorder.turn_at_numbers import turn_at_numbers
from fsm_portal.gateways.stripe_facts import DisputeChanged, DisputeMovement

_dispute = table_of(Dispute)
_entry = table_of(LedgerEntry)


def record_dispute(
    connection: Connection, company_id: str, fact: DisputeChanged, brought_by: BroughtBy
) -> Recording:
    """Record a dispute of one of our payments. It waits where the payment is not known yet."""
    payment = known_payment(connection, company_id, fact.payment_intent_id)
    if payment is None:
        return wait_for(fact.payment_intent_id)
    if fact.amount <= 0:
        return Recording(Outcome.QUARANTINED, f"a dispute over {fact.amount} (minor units)")
    if fact.status not in RANK:
        return Recording(Outcome.QUARANTINED, f"a dispute in the unknown state {fact.status}")
    changed = _note(connection, company_id, payment.id, fact, brought_by)
    invoices = [
        share.invoice_id
        for share in shares_of(connection, company_id, payment.id)
        if share.invoice_id is not None
    ]
    if any(movement.amount > 0 for movement in fact.movements):
        # What comes back may let a refund go that was held back, and its credit note is numbered.
        lock_invoices(connection, company_id, invoices)
        turn_at_numbers(connection, company_id)
    try:
        moved = [
            _post(connection, company_id, payment, fact, movement)
            # Stripe lists the newest first; what was taken comes before it was given back.
            for movement in sorted(fact.movements, key=lambda each: (each.occurred_at, each.amount))
        ]
    except ValueError as error:
        return Recording(Outcome.QUARANTINED, f"more is disputed than was paid: {error}")
    if not changed and not any(moved):
        return Recording(Outcome.RECORDED)
    topics = topics_of(company_id, payment.customer_id, invoices)
    return Recording(Outcome.RECORDED, topics=topics)


def _note(
    connection: Connection,
    company_id: str,
    payment_id: str,
    fact: DisputeChanged,
    brought_by: BroughtBy,
) -> bool:
    """Keep the dispute, once by Stripe's id; its status never goes back. True for news."""
    is_new = insert_once(
        connection,
        Dispute,
        {
            "company_id": company_id,
            "id": new_id(),
            "payment_id": payment_id,
            "stripe_dispute_id": fact.stripe_dispute_id,
            "currency": fact.currency,
            "amount": fact.amount,
            "reason": fact.reason[:40],
            "status": fact.status,
            "evidence_due_at": fact.evidence_due_at,
            "opened_at": fact.occurred_at,
            "brought_by": brought_by,
            "recorded_at": now(),
        },
    )
    if is_new:
        tell_staff(connection, company_id, NoticeKind.DISPUTE, fact.stripe_dispute_id)
        return True
    this = (
        _dispute.c.company_id == company_id,
        _dispute.c.stripe_dispute_id == fact.stripe_dispute_id,
    )
    known = connection.execute(select(_dispute.c.status).where(*this)).scalar_one()
    if RANK[fact.status] <= RANK[known]:
        return False
    connection.execute(
        update(_dispute)
        .where(*this)
        .values(status=fact.status, amount=fact.amount, evidence_due_at=fact.evidence_due_at)
    )
    return True


def _post(
    connection: Connection,
    company_id: str,
    payment: Row[*tuple[Any, ...]],
    fact: DisputeChanged,
    movement: DisputeMovement,
) -> bool:
    """Post one movement of money, once by its balance transaction.

    Raises ValueError where banks would have taken more than the payment was.
    """
    if _is_posted(connection, company_id, movement.balance_transaction_id):
        return False
    about: dict[str, Any] = {
        "company_id": company_id,
        "customer_id": payment.customer_id,
        "payment_id": payment.id,
        "source": movement.balance_transaction_id,
        "occurred_at": movement.occurred_at,
    }
    amount = movement.amount
    if movement.currency != payment.currency:
        # Stripe moved it in the account's own currency; in the payment's it is what is disputed.
        amount = fact.amount if movement.amount > 0 else -fact.amount if movement.amount else 0
    if amount:
        bank_moved(connection, -amount, about | {"currency": payment.currency})
    post_conversion(
        connection,
        **about,
        balance_transaction_id=movement.balance_transaction_id,
        booked=Changed(amount, payment.currency),
        settled=Changed(movement.amount, movement.currency),
    )
    fee = Posting(Account.DISPUTE_FEE, Account.STRIPE, movement.fee, Kind.DISPUTE_FEE)
    if movement.fee < 0:
        fee = Posting(Account.STRIPE, Account.DISPUTE_FEE, -movement.fee, Kind.DISPUTE_FEE)
    post(connection, **about, currency=movement.currency, postings=[fee])
    return True


def _is_posted(connection: Connection, company_id: str, source: str) -> bool:
    found = select(_entry.c.id).where(_entry.c.company_id == company_id, _entry.c.source == source)
    return connection.execute(found.limit(1)).first() is not None
