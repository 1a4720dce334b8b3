"""When an invoice was settled, and when money of it went back: read off its ledger entries."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlmodel import Session

from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Account, Kind, LedgerEntry

_entry = table_of(LedgerEntry)

_MOVED = (
    select(_entry.c.occurred_at, _entry.c.kind, _entry.c.debit, _entry.c.amount)
    .where(
        _entry.c.company_id == bindparam("company_id"),
        _entry.c.invoice_id == bindparam("invoice_id"),
    )
    .order_by(_entry.c.occurred_at, _entry.c.id)
)


@dataclass(frozen=True)
class Settled:
    """``at``: since when nothing is owed; ``refunded_at``: the last time money went back. UTC, None
    where that is not so."""

    at: datetime | None = None
    refunded_at: datetime | None = None


def settled_on(session: Session, invoice: Invoice) -> Settled:
    """Adds the entries up in the order in which they happened. What happened at one moment is one
    step: a refund and its credit note, a sale and its tax."""
    key = {"company_id": invoice.company_id, "invoice_id": invoice.id}
    owed: dict[datetime, int] = {}
    refunded_at: datetime | None = None
    for row in session.connection().execute(_MOVED, key):
        sign = 1 if row.debit == Account.RECEIVABLE else -1
        owed[row.occurred_at] = owed.get(row.occurred_at, 0) + sign * int(row.amount)
        if row.kind == Kind.REFUND:
            refunded_at = row.occurred_at
    due, at = 0, None
    for moment, moved in owed.items():
        due += moved
        if due > 0:
            at = None
        elif at is None:
            at = moment
    return Settled(at, refunded_at)
