"""What a statement is made of, added up from the ledger: nothing of it is stored.

A customer's balance is what they owe on invoices less the credit that the company holds for them.
Every fact of the ledger that touches one of the two is a movement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlmodel import Session

from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.ledger import OF_CUSTOMER, Account, Kind, LedgerEntry
from fsm_portal.flows.identity import Scope

_entry = table_of(LedgerEntry)
_COUNTS = (Account.RECEIVABLE, Account.CUSTOMER_CREDIT)

# Entries of one source that are one fact to the reader.
INVOICE, PAYMENT, DISPUTE = "invoice", "payment", "dispute"
_FAMILIES = {
    Kind.SALE: INVOICE,
    Kind.TAX: INVOICE,
    Kind.PAYMENT: PAYMENT,
    Kind.OVERPAYMENT: PAYMENT,
    Kind.DISPUTE: DISPUTE,
    Kind.DISPUTE_RETURNED: DISPUTE,
}


def family(kind: str) -> str:
    """What movement an entry of ``kind`` is part of; for most the kind itself."""
    return _FAMILIES.get(Kind(kind), str(kind))


@dataclass(frozen=True)
class Movement:
    """``amount`` raises what is owed, or lowers it below zero; ``balance`` is what is owed after
    it. ``used`` is credit put to an invoice, below zero taken off it; that changes neither. All in
    minor units.

    ``at`` is UTC. ``source`` is the object that it comes from (see LedgerEntry).
    """

    currency: str
    at: datetime
    id: str
    family: str
    source: str
    payment_id: str | None
    amount: int
    used: int
    balance: int


@dataclass(frozen=True)
class Sums:
    """One currency of a statement, minor units. A balance below zero is the customer's."""

    currency: str
    opening: int
    raised: int
    lowered: int
    count: int

    @property
    def closing(self) -> int:
        return self.opening + self.raised - self.lowered


def _counted(account: Any) -> ColumnElement[int]:
    return case((account.in_(_COUNTS), _entry.c.amount), else_=0)


# Both sides are looked at: what moves between the two accounts changes nothing.
_signed = _counted(_entry.c.debit) - _counted(_entry.c.credit)
_whose = and_(
    _entry.c.company_id == bindparam("company_id"),
    _entry.c.customer_id == bindparam("customer_id"),
    OF_CUSTOMER,
)
# Apart from the sums: PostgreSQL takes an expression that is grouped by only where it is a name.
_entries = (
    select(
        _entry.c.id,
        _entry.c.currency,
        _entry.c.occurred_at.label("at"),
        _entry.c.source,
        case(
            *[
                (
                    _entry.c.kind.in_([kind for kind, name in _FAMILIES.items() if name == each]),
                    each,
                )
                for each in (INVOICE, PAYMENT, DISPUTE)
            ],
            else_=type_coerce(_entry.c.kind, String),
        ).label("family"),
        _entry.c.payment_id,
        _signed.label("amount"),
        case(
            (_entry.c.kind == Kind.CREDIT_APPLIED, _entry.c.amount),
            (_entry.c.kind == Kind.CREDIT_RETURNED, -_entry.c.amount),
            else_=0,
        ).label("used"),
    )
    .where(
        _whose,
        _entry.c.occurred_at >= bindparam("since"),
        _entry.c.occurred_at < bindparam("until"),
    )
    .subquery("entries")
)
_amount, _used = func.sum(_entries.c.amount), func.sum(_entries.c.used)
_facts = (
    select(
        _entries.c.currency,
        _entries.c.at,
        _entries.c.source,
        _entries.c.family,
        func.min(_entries.c.id).label("id"),
        func.min(_entries.c.payment_id).label("payment_id"),
        _amount.label("amount"),
        _used.label("used"),
    )
    .group_by(_entries.c.currency, _entries.c.at, _entries.c.source, _entries.c.family)
    # What was only laid from one invoice to another is no movement of the customer's.
    .having(or_(_amount != 0, _used != 0))
    .cte("facts")
)
# Made once: they run at every payment while a statement is open, and at any length of history.
_before = (_whose, _entry.c.occurred_at < bindparam("since"))
# Most customers have one currency: to group by it, a database sorts the whole history.
_OPENING = select(
    func.sum(_signed), func.min(_entry.c.currency), func.max(_entry.c.currency)
).where(*_before)
_OPENINGS = select(_entry.c.currency, func.sum(_signed)).where(*_before).group_by(_entry.c.currency)
_MOVED = select(
    _facts.c.currency,
    func.count().label("count"),
    func.sum(case((_facts.c.amount > 0, _facts.c.amount), else_=0)).label("raised"),
    func.sum(case((_facts.c.amount < 0, -_facts.c.amount), else_=0)).label("lowered"),
    func.min(_facts.c.at).label("at"),
).group_by(_facts.c.currency)
_order = (_facts.c.at, _facts.c.id)
_SHOWN = (
    select(
        _facts,
        func.sum(_facts.c.amount)
        .over(partition_by=_facts.c.currency, order_by=_order)
        .label("moved"),
    )
    .order_by(_facts.c.currency, *_order)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
# Both in one statement: the facts are put together once. A row of sums has no ``id``.
_sums_of_all, _page = _MOVED.subquery(), _SHOWN.subquery()
_NONE = literal_column("''", String)
_PAGE = union_all(
    select(
        _sums_of_all.c.currency,
        _sums_of_all.c.at,
        _NONE.label("id"),
        _NONE.label("source"),
        _NONE.label("family"),
        _NONE.label("payment_id"),
        _sums_of_all.c.raised.label("amount"),
        _sums_of_all.c.lowered.label("used"),
        _sums_of_all.c["count"].label("moved"),
    ),
    select(
        _page.c.currency,
        _page.c.at,
        _page.c.id,
        _page.c.source,
        _page.c.family,
        _page.c.payment_id,
        _page.c.amount,
        _page.c.used,
        _page.c.moved,
    ),
)


def statement_page(
    session: Session, scope: Scope, since: datetime, until: datetime, *, limit: int, offset: int
) -> tuple[tuple[Sums, ...], list[Movement]]:
    """The sums of the whole period (see ``statement_sums``), and ``limit`` of its movements from
    the one at ``offset`` on (see ``statement_movements``)."""
    key = _key(scope, since, until) | {"limit": limit, "offset": offset}
    opening = _opening(session, key)
    moved: dict[str, Sequence[Any]] = {}
    shown = []
    for row in session.connection().execute(_PAGE, key):
        if row.id:
            shown.append(row)
        else:
            moved[row.currency] = (row.moved, row.amount, row.used)
    # A union promises no order.
    shown.sort(key=lambda row: (row.currency, row.at, row.id))
    sums = _in_order(opening, moved)
    return sums, [_movement(row, opening.get(row.currency, 0)) for row in shown]


def statement_sums(
    session: Session, scope: Scope, since: datetime, until: datetime
) -> tuple[Sums, ...]:
    """Each currency that the customer of ``scope`` ever had, from ``since`` to before ``until``."""
    key = _key(scope, since, until)
    rows = session.connection().execute(_MOVED, key)
    moved = {row.currency: (row[1], row.raised, row.lowered) for row in rows}
    return _in_order(_opening(session, key), moved)


def statement_movements(
    session: Session,
    scope: Scope,
    since: datetime,
    until: datetime,
    sums: Sequence[Sums],
    *,
    limit: int = 1_000_000,
    offset: int = 0,
) -> list[Movement]:
    """The movements behind ``sums``, by currency and then in the order in which they happened."""
    opening = {one.currency: one.opening for one in sums}
    rows = session.connection().execute(
        _SHOWN, _key(scope, since, until) | {"limit": limit, "offset": offset}
    )
    return [_movement(row, opening[row.currency]) for row in rows]


def _opening(session: Session, key: dict[str, Any]) -> dict[str, int]:
    """What was owed before the period, by currency."""
    connection = session.connection()
    owed, first, last = connection.execute(_OPENING, key).one()
    if first is None:
        return {}
    if first == last:
        return {first: int(owed)}
    return {currency: int(owed) for currency, owed in connection.execute(_OPENINGS, key)}


def _in_order(opening: dict[str, int], moved: Mapping[str, Sequence[Any]]) -> tuple[Sums, ...]:
    return tuple(
        _sums(currency, opening.get(currency, 0), moved.get(currency, (0, 0, 0)))
        for currency in sorted(opening.keys() | moved.keys())
    )


def _movement(row: Any, opening: int) -> Movement:
    return Movement(
        currency=row.currency,
        at=row.at,
        id=row.id,
        family=row.family,
        source=row.source,
        payment_id=row.payment_id,
        # PostgreSQL adds up integers into decimals.
        amount=int(row.amount),
        used=int(row.used),
        balance=opening + int(row.moved),
    )


def _sums(currency: str, opening: int, moved: Sequence[Any]) -> Sums:
    count, raised, lowered = map(int, moved)
    return Sums(currency, opening, raised, lowered, count)


def _key(scope: Scope, since: datetime, until: datetime) -> dict[str, Any]:
    return {
        "company_id": scope.company_id,
        "customer_id": scope.customer_id,
        "since": since,
        "until": until,
    }
