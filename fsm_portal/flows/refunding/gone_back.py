"""What of one payment went back to who paid it, and did not come again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlmodel import Session

from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.ledger import Kind, LedgerEntry
from fsm_portal.domain.payment import Payment

_entry = table_of(LedgerEntry)

_WORDS = {
    Kind.REFUND: "Refunded",
    Kind.DISPUTE: "Taken back by your bank",
    Kind.PAYMENT_REVERSED: "Reversed",
}
# What each of them is undone by.
_AGAIN = {Kind.REFUND_RETURNED: Kind.REFUND, Kind.DISPUTE_RETURNED: Kind.DISPUTE}
_MOVED = (
    select(
        _entry.c.source,
        _entry.c.kind,
        func.sum(_entry.c.amount).label("amount"),
        func.min(_entry.c.occurred_at).label("at"),
    )
    .where(
        _entry.c.company_id == bindparam("company_id"),
        _entry.c.payment_id == bindparam("payment_id"),
        _entry.c.kind.in_([*_WORDS, *_AGAIN]),
    )
    .group_by(_entry.c.source, _entry.c.kind)
)


@dataclass(frozen=True)
class GoneBack:
    """``amount`` in minor units; ``at`` is UTC."""

    words: str
    at: datetime
    amount: int
    kind: Kind

    @property
    def by_bank(self) -> bool:
        return self.kind is Kind.DISPUTE


def gone_back(session: Session, payment: Payment) -> list[GoneBack]:
    """The oldest first, as the ledger has it now."""
    key = {"company_id": payment.company_id, "payment_id": payment.id}
    amounts: dict[tuple[str, Kind], int] = {}
    began: dict[tuple[str, Kind], datetime] = {}
    for row in session.connection().execute(_MOVED, key):
        kind = Kind(row.kind)
        what = _AGAIN.get(kind, kind)
        # Every movement of a dispute's money is an object of its own; together they are what banks
        # have of the payment.
        fact = ("" if what is Kind.DISPUTE else row.source, what)
        sign = -1 if kind in _AGAIN else 1
        amounts[fact] = amounts.get(fact, 0) + sign * int(row.amount)
        began[fact] = min(began.get(fact, row.at), row.at)
    found = [
        GoneBack(_WORDS[kind], began[source, kind], amount, kind)
        for (source, kind), amount in amounts.items()
        if amount > 0
    ]
    return sorted(found, key=lambda one: (one.at, one.words))
