"""A refund, wherever it was made: recorded once, it only moves on."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, or_, select, update

from fsm_portal.domain.balances import PaymentShare
from fsm_portal.domain.clock import now
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.insert_once import insert_once, table_of
from fsm_portal.domain.ledger import Kind, LedgerEntry
from fsm_portal.domain.outbox import WorkKind, enqueue
from fsm_portal.domain.payment import BroughtBy
from fsm_portal.domain.refund import Refund, RefundStatus
from fsm_portal.domain.statement import Statement, one_of
from fsm_portal.domain.stripe_event import Outcome
from fsm_portal.flows.recorder.bank import lay_anew
from fsm_portal.flows.recorder.credit_note import credit_for_refund, undo_credit_of_refund
from fsm_portal.flows.recorder.known_payment import known_payment, wait_for
from fsm_portal.flows.recorder.money_back import Part, bring_again, parts_of, shares_of, take_back
from fsm_portal.flows.recorder.recording import Recording, topics_of
from fsm_portal.flows.recorder.turn_at_invoices import lock_invoices
from fsm_portal.flows.recorder.turn_at_numbers import turn_at_numbers
from fsm_portal.gateways.stripe_facts import RefundChanged

_refund = table_of(Refund)
_entry = table_of(LedgerEntry)
# What of a refund's row the recorder looks at, beside its id.
_KEPT = (
    "payment_id",
    "stripe_refund_id",
    "invoice_id",
    "currency",
    "amount",
    "still_owed",
    "status",
    "failure_reason",
    "balance_transaction_id",
    "unanswered_at",
)
# Made once: writing a statement costs more than running it. Ours is found by the id that it
# carries: its event may come before the answer to our asking.
_KNOWN = Statement(
    select(_refund.c.id, *(_refund.c[name] for name in _KEPT)).where(
        _refund.c.company_id == bindparam("company_id"),
        or_(
            _refund.c.stripe_refund_id == bindparam("stripe_refund_id"),
            (_refund.c.id == bindparam("refund_id")) & _refund.c.stripe_refund_id.is_(None),
        ),
    )
)
_POSTED = Statement(
    select(_entry.c.kind, _entry.c.invoice_id, _entry.c.amount)
    .where(
        _entry.c.company_id == bindparam("company_id"),
        _entry.c.source == bindparam("source"),
        one_of(_entry.c.kind, (Kind.REFUND, Kind.REFUND_RETURNED)),
    )
    .order_by(_entry.c.part)
)

# https://docs.stripe.com/api/refunds/object#refund_object-status. One that waits for the customer's
# bank details is on its way as well.
_STATUS = {
    "pending": RefundStatus.PENDING,
    "requires_action": RefundStatus.PENDING,
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.CANCELED,
}


def record_refund(
    connection: Connection, company_id: str, fact: RefundChanged, brought_by: BroughtBy
) -> Recording:
    """Record a refund of one of our payments. It waits where the payment is not known yet."""
    payment = known_payment(connection, company_id, fact.payment_intent_id)
    if payment is None:
        return wait_for(fact.payment_intent_id)
    status = _STATUS.get(fact.status)
    if status is None:
        return Recording(Outcome.QUARANTINED, f"a refund in the unknown state {fact.status}")
    refund, is_new = _find_or_insert(connection, company_id, payment, fact, status, brought_by)
    if refund is None or (refund.amount, refund.currency, refund.payment_id) != (
        fact.amount,
        fact.currency,
        payment.id,
    ):
        return Recording(
            Outcome.QUARANTINED,
            f"Stripe refunded {fact.amount} {fact.currency} (minor units), we asked for another "
            "amount, currency or payment",
        )
    try:
        moved = _post(connection, company_id, payment, refund, fact, is_new)
    except ValueError as error:
        if is_new:
            # Nothing is kept of it but the event, which staff look at.
            connection.execute(delete(_refund).where(*_this(company_id, refund.id)))
        return Recording(Outcome.QUARANTINED, f"more is refunded than was paid: {error}")
    changed = _move_on(connection, company_id, refund, fact, status)
    if not moved and not changed:
        return Recording(Outcome.RECORDED)
    shares = moved or shares_of(connection, company_id, payment.id)
    invoices = (share.invoice_id for share in shares)
    return Recording(
        Outcome.RECORDED,
        topics=topics_of(
            company_id, payment.customer_id, [each for each in invoices if each is not None]
        ),
    )


def _find_or_insert(
    connection: Connection,
    company_id: str,
    payment: Row[*tuple[Any, ...]],
    fact: RefundChanged,
    status: RefundStatus,
    brought_by: BroughtBy,
) -> tuple[Any, bool]:
    """The refund's row, and whether it is a new one; None where the key is somebody else's."""
    key = {
        "company_id": company_id,
        "stripe_refund_id": fact.stripe_refund_id,
        "refund_id": fact.refund_id or "",
    }
    if fact.refund_id and (found := _KNOWN.ask(connection, key).first) is not None:
        return found, False
    row = {
        "company_id": company_id,
        "id": new_id(),
        "payment_id": payment.id,
        "stripe_refund_id": fact.stripe_refund_id,
        "invoice_id": None,
        "currency": fact.currency,
        "amount": fact.amount,
        "reason": fact.reason[:40],
        "still_owed": False,
        "status": status,
        "failure_reason": fact.failure_reason[:500],
        "balance_transaction_id": fact.balance_transaction_id,
        "unanswered_at": None,
        "brought_by": brought_by,
        "happened_at": fact.occurred_at,
        "recorded_at": now(),
    }
    if insert_once(connection, Refund, row):
        return SimpleNamespace(**row), True
    return _KNOWN.ask(connection, key).first, False


def _post(
    connection: Connection,
    company_id: str,
    payment: Row[*tuple[Any, ...]],
    refund: Any,
    fact: RefundChanged,
    is_new: bool,
) -> list[PaymentShare]:
    """Bring the ledger to what the fact says; the payment's shares where anything was posted.

    Raises ValueError where refunds would be more than the payment was.
    """
    posted = {} if is_new else _posted(connection, company_id, fact.stripe_refund_id)
    # An older word than the one we have may still come: what is back does not leave us again.
    returned = fact.returned or refund.status in (RefundStatus.FAILED, RefundStatus.CANCELED)
    left_us = fact.balance_transaction_id is not None or not returned
    about: dict[str, Any] = {
        "company_id": company_id,
        "currency": payment.currency,
        "customer_id": payment.customer_id,
    }
    entries = about | {
        "payment_id": payment.id,
        "source": fact.stripe_refund_id,
        "occurred_at": fact.occurred_at,
    }
    leaves = left_us and Kind.REFUND not in posted
    comes_back = returned and Kind.REFUND_RETURNED not in posted and (leaves or bool(posted))
    if not (leaves or comes_back):
        return []
    shares = shares_of(connection, company_id, payment.id)
    # All of them at once: what follows touches some and then others, and so does somebody else's.
    lock_invoices(connection, company_id, [each.invoice_id for each in shares if each.invoice_id])
    turn_at_numbers(connection, company_id)
    if leaves:
        # Another may have taken the place of one that is back: there was room for both in turn.
        there = [replace(share, given=0) for share in shares] if returned else shares
        parts = parts_of(there, refund.amount, refund.invoice_id)
        take_back(connection, **entries, kind=Kind.REFUND, parts=parts)
        if not refund.still_owed:
            credit_for_refund(
                connection,
                **about,
                refund_id=refund.id,
                occurred_at=fact.occurred_at,
                parts=parts,
            )
        posted[Kind.REFUND] = parts
        # Whether it is still on its way by then, the letter's writer looks up.
        enqueue(
            connection,
            company_id,
            WorkKind.REFUND_MAIL,
            f"refund_mail:{refund.id}",
            {"refund_id": refund.id},
        )
    if comes_back:
        undo_credit_of_refund(connection, company_id, refund.id)
        bring_again(connection, **entries, kind=Kind.REFUND_RETURNED, parts=posted[Kind.REFUND])
        shares = shares_of(connection, company_id, payment.id)
    if any(share.taken for share in shares):
        lay_anew(connection, entries)
    return shares


def _posted(connection: Connection, company_id: str, source: str) -> dict[Kind, list[Part]]:
    """What the ledger has of this refund, by kind."""
    rows = _POSTED.ask(connection, {"company_id": company_id, "source": source}).rows
    posted: dict[Kind, list[Part]] = {}
    for kind, invoice_id, amount in rows:
        posted.setdefault(Kind(kind), []).append((invoice_id, int(amount)))
    return posted


def _move_on(
    connection: Connection,
    company_id: str,
    refund: Any,
    fact: RefundChanged,
    status: RefundStatus,
) -> bool:
    """Fill in what the fact knows; the status never goes back. True where anything changed."""
    news: dict[str, Any] = {
        "stripe_refund_id": fact.stripe_refund_id,
        "balance_transaction_id": refund.balance_transaction_id or fact.balance_transaction_id,
        "failure_reason": fact.failure_reason[:500] or _what_failed(refund),
        "unanswered_at": None,
    }
    if status.rank > RefundStatus(refund.status).rank:
        news["status"] = status
    changed = {name: value for name, value in news.items() if value != getattr(refund, name)}
    if changed:
        connection.execute(update(_refund).where(*_this(company_id, refund.id)).values(**changed))
    if fact.balance_transaction_id is not None:
        # What of the platform's fee came back stands in it.
        enqueue(
            connection,
            company_id,
            WorkKind.REFUND_FEES,
            f"refund_fees:{refund.id}",
            {"refund_id": refund.id},
        )
    return bool(changed)


def _what_failed(refund: Any) -> str:
    """The reason that is known. One of ours that was taken for refused was not, as it turns out."""
    return "" if refund.status == RefundStatus.REFUSED else str(refund.failure_reason)


def _this(company_id: str, refund_id: str) -> tuple[ColumnElement[bool], ...]:
    return _refund.c.company_id == company_id, _refund.c.id == refund_id
