"""What a statement is made of: the customer's movements and their sums, of any days.

A customer's balance is what they owe on invoices less the credit that the company holds for them.
Every fact of the ledger that touches one of the two is a movement. Movements and their sums by
month are kept as an index of the ledger (decision 0024), so nothing here takes longer for what lies
before the days that are asked for, nor for how many they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlmodel import Session

from fsm_portal.domain.customer_movement import (
    DISPUTE,
    FAMILIES,
    INVOICE,
    PAYMENT,
    CustomerMonth,
    CustomerMovement,
)
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.ledger import Kind
from fsm_portal.flows.identity import Scope

__all__ = ["DISPUTE", "INVOICE", "PAYMENT", "Movement", "Sums", "family"]

_moved = table_of(CustomerMovement)
_month = table_of(CustomerMonth)


def family(kind: str) -> str:
    """What movement an entry of ``kind`` is part of; for most the kind itself."""
    return FAMILIES.get(Kind(kind), str(kind))


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
    """One currency of a statement, minor units. A balance below zero is the customer's.

    ``before`` is how many movements there were before the period, ``count`` how many are in it.
    """

    currency: str
    opening: int
    raised: int
    lowered: int
    count: int
    before: int = 0

    @property
    def closing(self) -> int:
        return self.opening + self.raised - self.lowered


_whose = [
    (table.c.company_id == bindparam("company_id"))
    & (table.c.customer_id == bindparam("customer_id"))
    for table in (_month, _moved)
]
_is_one = or_(_moved.c.amount != 0, _moved.c.used != 0)
# Currencies come before moments in the key: with each of them named, a range of it is read.
_theirs = select(_month.c.currency).where(_whose[0])


def _up_to(moment: str) -> tuple[Select[Any], Select[Any]]:
    """All that happened before ``:moment``: the months that had ended, and the days of its own."""
    begun = bindparam(f"month_of_{moment}", type_=_month.c.month.type)
    return (
        select(
            literal(moment, String).label("moment"),
            _month.c.currency,
            func.sum(_month.c.raised).label("raised"),
            func.sum(_month.c.lowered).label("lowered"),
            func.sum(_month.c.movements).label("count"),
        )
        .where(_whose[0], _month.c.month < begun)
        .group_by(_month.c.currency),
        select(
            literal(moment, String),
            _moved.c.currency,
            func.sum(case((_moved.c.amount > 0, _moved.c.amount), else_=0)),
            func.sum(case((_moved.c.amount < 0, -_moved.c.amount), else_=0)),
            func.count(),
        )
        .where(
            _whose[1],
            _is_one,
            _moved.c.currency.in_(_theirs),
            _moved.c.at >= begun,
            _moved.c.at < bindparam(moment),
        )
        .group_by(_moved.c.currency),
    )


# Made once: they run at every payment while a statement is open.
_SUMS = union_all(*_up_to("since"), *_up_to("until"))


def _in_earlier_months(amount: ColumnElement[int]) -> ColumnElement[int]:
    return func.sum(amount).over(order_by=_month.c.month) - amount


_months = (
    select(
        _month.c.month,
        _in_earlier_months(_month.c.movements).label("before"),
        _in_earlier_months(_month.c.raised - _month.c.lowered).label("owed"),
    )
    .where(_whose[0], _month.c.currency == bindparam("currency"))
    .subquery("months")
)
# The month in which the movement is before which there are ``:passed``, if it began in the period.
_BEGINS_IN = (
    select(_months)
    .where(_months.c.month > bindparam("since"), _months.c.before <= bindparam("passed"))
    .order_by(_months.c.month.desc())
    .limit(1)
)
_order = ("at", "id")
_first = (
    select(*(_moved.c[name] for name in ("at", "id", "source", "family", "payment_id")))
    .add_columns(_moved.c.amount, _moved.c.used)
    .where(
        _whose[1],
        _is_one,
        _moved.c.currency == bindparam("currency"),
        _moved.c.at >= bindparam("start"),
        _moved.c.at < bindparam("until"),
    )
    .order_by(_moved.c.at, _moved.c.id)
    .limit(bindparam("read"))
    .subquery("first")
)
# What they come to is added up on the way; nothing beyond the last that is shown is looked at.
_SHOWN = (
    select(
        _first,
        func.sum(_first.c.amount).over(order_by=[_first.c[name] for name in _order]).label("owed"),
    )
    .order_by(*(_first.c[name] for name in _order))
    .offset(bindparam("skipped"))
    .limit(bindparam("limit"))
)


def statement_sums(
    session: Session, scope: Scope, since: datetime, until: datetime
) -> tuple[Sums, ...]:
    """Each currency that the customer of ``scope`` ever had, from ``since`` to before ``until``."""
    key = _key(scope) | {
        "since": since,
        "until": until,
        "month_of_since": _begun(since),
        "month_of_until": _begun(until),
    }
    found: dict[str, dict[str, list[int]]] = {}
    for moment, currency, *sums in session.connection().execute(_SUMS, key):
        one = found.setdefault(currency, {"since": [0, 0, 0], "until": [0, 0, 0]})
        # PostgreSQL adds up integers into decimals.
        one[moment] = [have + int(more) for have, more in zip(one[moment], sums, strict=True)]
    return tuple(_sums(currency, **found[currency]) for currency in sorted(found))


def _sums(currency: str, since: Sequence[int], until: Sequence[int]) -> Sums:
    raised, lowered, before = since
    return Sums(
        currency,
        opening=raised - lowered,
        raised=until[0] - raised,
        lowered=until[1] - lowered,
        count=until[2] - before,
        before=before,
    )


def statement_movements(
    session: Session,
    scope: Scope,
    since: datetime,
    until: datetime,
    sums: Sequence[Sums],
    *,
    limit: int | None = None,
    offset: int = 0,
) -> list[Movement]:
    """The movements behind ``sums``, by currency and then in the order in which they happened:
    ``limit`` of them (None: all) from the one at ``offset`` on."""
    left = sum(one.count for one in sums) if limit is None else limit
    found: list[Movement] = []
    for one in sums:
        here = min(left, one.count - offset)
        if here > 0:
            found += _of_currency(session, scope, since, until, one, here, max(0, offset))
            left -= here
        offset = max(0, offset - one.count)
    return found


def _of_currency(
    session: Session,
    scope: Scope,
    since: datetime,
    until: datetime,
    sums: Sums,
    limit: int,
    offset: int,
) -> list[Movement]:
    connection = session.connection()
    key = _key(scope) | {"currency": sums.currency, "since": since}
    start, skipped, balance = since, offset, sums.opening
    if offset:
        passed = sums.before + offset
        month = connection.execute(_BEGINS_IN, key | {"passed": passed}).first()
        if month is not None:
            start, skipped, balance = month.month, passed - int(month.before), int(month.owed)
    rows = connection.execute(
        _SHOWN,
        key
        | {
            "start": start,
            "until": until,
            "read": skipped + limit,
            "skipped": skipped,
            "limit": limit,
        },
    )
    return [
        Movement(
            currency=sums.currency,
            at=row.at,
            id=row.id,
            family=row.family,
            source=row.source,
            payment_id=row.payment_id,
            amount=row.amount,
            used=row.used,
            balance=balance + int(row.owed),
        )
        for row in rows
    ]


def _begun(moment: datetime) -> datetime:
    """The first moment of its month, UTC."""
    return moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _key(scope: Scope) -> dict[str, Any]:
    return {"company_id": scope.company_id, "customer_id": scope.customer_id}
