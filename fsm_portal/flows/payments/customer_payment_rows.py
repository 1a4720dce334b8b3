"""What became of a customer's payments: which invoices they paid, what of them went back since.

A fixed number of statements for a page of payments, each made once.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import and_, bindparam, case, exists, func, select
from sqlmodel import Session

from fsm_portal.domain.checkout_attempt import IN_FLIGHT, CheckoutAttempt, CheckoutAttemptInvoice
from fsm_portal.domain.clock import now
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Kind, LedgerEntry
from fsm_portal.domain.payment import Payment, PaymentAllocation
from fsm_portal.domain.refund import Refund, RefundStatus
from fsm_portal.flows.reader import Reader

_attempt = table_of(CheckoutAttempt)
_meant = table_of(CheckoutAttemptInvoice)
_invoice = table_of(Invoice)
_allocation = table_of(PaymentAllocation)
_payment = table_of(Payment)
_refund = table_of(Refund)
_entry = table_of(LedgerEntry)

# Longer than any bank takes to show a refund: from then on nobody waits for it.
_ARRIVES_WITHIN = timedelta(days=14)
_MOST_ON_THEIR_WAY = 20


@dataclass(frozen=True)
class PaidInvoice:
    """An invoice that a payment is for."""

    id: str
    number: str


@dataclass(frozen=True)
class Since:
    """What happened to a payment since: a refund, or what a bank took or gave back.

    Of a refund there is a receipt.
    """

    id: str
    title: str
    note: str
    amount: str
    kind: Literal["refund", "failed_refund", "bank"]
    receipt_url: str = ""


@dataclass(frozen=True)
class OnItsWay:
    """A bank debit that was submitted and has not arrived."""

    id: str
    amount: str
    note: str
    invoices: tuple[PaidInvoice, ...]


_PAID = (
    select(_allocation.c.payment_id, _allocation.c.amount, _invoice.c.id, _invoice.c.number)
    .join(
        _invoice,
        and_(
            _invoice.c.company_id == _allocation.c.company_id,
            _invoice.c.id == _allocation.c.invoice_id,
        ),
    )
    .where(
        _allocation.c.company_id == bindparam("company_id"),
        _allocation.c.payment_id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(_invoice.c.number)
)
_REFUNDED = select(
    _refund.c.id,
    _refund.c.payment_id,
    _refund.c.status,
    _refund.c.amount,
    _refund.c.currency,
    _refund.c.happened_at,
).where(
    _refund.c.company_id == bindparam("company_id"),
    _refund.c.payment_id.in_(bindparam("ids", expanding=True)),
    # Only what has left is called refunded.
    exists().where(
        _entry.c.company_id == _refund.c.company_id,
        _entry.c.source == _refund.c.stripe_refund_id,
        _entry.c.kind == Kind.REFUND,
    ),
)
# By the movement at the bank: what was only laid elsewhere in our books adds up to nothing.
_BY_BANKS = (
    select(
        _entry.c.payment_id,
        _entry.c.source,
        _entry.c.currency,
        func.max(_entry.c.occurred_at).label("at"),
        func.sum(
            case((_entry.c.kind == Kind.DISPUTE, -_entry.c.amount), else_=_entry.c.amount)
        ).label("amount"),
    )
    .where(
        _entry.c.company_id == bindparam("company_id"),
        _entry.c.payment_id.in_(bindparam("ids", expanding=True)),
        _entry.c.kind.in_((Kind.DISPUTE, Kind.DISPUTE_RETURNED)),
    )
    .group_by(_entry.c.payment_id, _entry.c.source, _entry.c.currency)
)
_ON_THEIR_WAY = (
    select(_attempt.c.id, _attempt.c.amount, _attempt.c.currency, _attempt.c.processing_at)
    .where(
        _attempt.c.company_id == bindparam("company_id"),
        _attempt.c.customer_id == bindparam("customer_id"),
        IN_FLIGHT,
    )
    .order_by(_attempt.c.processing_at.desc())
    .limit(_MOST_ON_THEIR_WAY)
)
_MEANT = (
    select(_meant.c.attempt_id, _invoice.c.id, _invoice.c.number)
    .join(
        _invoice,
        and_(_invoice.c.company_id == _meant.c.company_id, _invoice.c.id == _meant.c.invoice_id),
    )
    .where(
        _meant.c.company_id == bindparam("company_id"),
        _meant.c.attempt_id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(_invoice.c.number)
)


def invoices_paid(
    session: Session, company_id: str, payment_ids: Sequence[str]
) -> dict[str, list[tuple[PaidInvoice, int]]]:
    """By payment: its invoices, each with its part in minor units."""
    found: dict[str, list[tuple[PaidInvoice, int]]] = defaultdict(list)
    key = {"company_id": company_id, "ids": list(payment_ids)}
    for row in session.connection().execute(_PAID, key):
        found[row.payment_id].append((PaidInvoice(row.id, row.number), row.amount))
    return found


def what_happened_since(
    session: Session, company_id: str, payment_ids: Sequence[str], reader: Reader
) -> dict[str, list[Since]]:
    """By payment, in the order in which it happened."""
    key = {"company_id": company_id, "ids": list(payment_ids)}
    dated: dict[str, list[tuple[datetime, Since]]] = defaultdict(list)
    connection = session.connection()
    for row in connection.execute(_REFUNDED, key):
        dated[row.payment_id].append((row.happened_at, _refunded(row, reader)))
    for moved in connection.execute(_BY_BANKS, key):
        if moved.amount:
            dated[moved.payment_id].append((moved.at, _moved(moved, reader)))
    return {
        payment_id: [since for _, since in sorted(those, key=lambda one: (one[0], one[1].id))]
        for payment_id, those in dated.items()
    }


def on_their_way(
    session: Session, company_id: str, customer_id: str, reader: Reader
) -> tuple[OnItsWay, ...]:
    """Bank debits in flight, the newest first; a second statement only where there are any."""
    connection = session.connection()
    key: dict[str, Any] = {"company_id": company_id}
    found = connection.execute(_ON_THEIR_WAY, key | {"customer_id": customer_id}).all()
    if not found:
        return ()
    invoices: dict[str, list[PaidInvoice]] = defaultdict(list)
    for row in connection.execute(_MEANT, key | {"ids": [each.id for each in found]}):
        invoices[row.attempt_id].append(PaidInvoice(row.id, row.number))
    return tuple(
        OnItsWay(
            row.id,
            reader.money(row.amount, row.currency),
            f"Submitted {reader.day(row.processing_at)}. It can take a few days to arrive.",
            tuple(invoices[row.id]),
        )
        for row in found
    )


def _refunded(row: Any, reader: Reader) -> Since:
    day = reader.day(row.happened_at)
    if RefundStatus(row.status).came_to_nothing:
        return Since(
            row.id,
            "A refund that did not arrive",
            f"{day} · Your bank sent it back. {reader.company} will be in touch.",
            reader.money(row.amount, row.currency),
            "failed_refund",
            _receipt_of(row),
        )
    waits = now() - row.happened_at < _ARRIVES_WITHIN
    note = f"{day} · It can take 5 to 10 days to show." if waits else day
    amount = reader.money(-row.amount, row.currency)
    return Since(row.id, "Refunded", note, amount, "refund", _receipt_of(row))


def _receipt_of(row: Any) -> str:
    return f"/documents/refunds/{row.id}.pdf"


def _moved(row: Any, reader: Reader) -> Since:
    amount = int(row.amount)
    title = "Taken back by your bank" if amount < 0 else "Paid again by your bank"
    return Since(
        f"{row.payment_id}{row.source}",
        title,
        reader.day(row.at),
        reader.money(amount, row.currency),
        "bank",
    )
