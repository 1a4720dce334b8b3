"""The proof against Stripe: per currency the ledger's ``stripe`` account is what Stripe's rows sum.

Both sides are put together by the object that they come from: a payment by its charge, a refund
and a payout by themselves, a dispute and what is none of ours by the balance transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Row,
    Select,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from fsm_portal.domain.balance_transaction import BalanceTransaction
from fsm_portal.domain.clock import now
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.ledger import Account, LedgerEntry
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.refund import Refund
from fsm_portal.domain.stripe_sweep import StripeSweep

_entry = table_of(LedgerEntry)
_payment = table_of(Payment)
_refund = table_of(Refund)
_transaction = table_of(BalanceTransaction)
_sweep = table_of(StripeSweep)

# How long Stripe may take to tell a charge's fees, and its events to come, before it is a matter
# of concern. Both are a matter of minutes as a rule.
MAY_TAKE = timedelta(days=1)


class Why(StrEnum):
    """Why the two sides differ about one object. The first three pass by themselves."""

    STRIPE_HAS_NOT_TOLD = "stripe_has_not_told"
    FEES_ARE_PENDING = "fees_are_pending"
    EVENT_MAY_COME = "event_may_come"
    NOT_AT_STRIPE = "not_at_stripe"
    NOT_ON_OUR_BOOKS = "not_on_our_books"
    DISAGREES = "disagrees"

    @property
    def passes(self) -> bool:
        """Whether it is only a matter of time."""
        return self in (Why.STRIPE_HAS_NOT_TOLD, Why.FEES_ARE_PENDING, Why.EVENT_MAY_COME)


@dataclass(frozen=True)
class Proof:
    """Both sums in minor units of ``currency``."""

    currency: str
    ledger: int
    stripe: int

    @property
    def difference(self) -> int:
        return self.ledger - self.stripe


@dataclass(frozen=True)
class Difference:
    """One object about which the sides differ, in minor units; None where a side lacks it.

    ``source`` is a charge, refund, payout or balance transaction (or the payment intent, of a
    payment whose charge is not known).
    """

    source: str
    currency: str
    ledger: int | None
    stripe: int | None
    since: datetime
    why: Why
    payment_id: str | None


def proofs(connection: Connection, company_id: str) -> list[Proof]:
    """Per currency what the ledger has and what Stripe's rows come to."""
    ledger = _ledger(company_id).subquery()
    stripe = _stripe(company_id).subquery()
    sides = union_all(
        select(ledger.c.currency, ledger.c.amount.label("ledger"), literal(0).label("stripe")),
        select(stripe.c.currency, literal(0), stripe.c.amount),
    ).subquery()
    rows = connection.execute(
        select(sides.c.currency, func.sum(sides.c.ledger), func.sum(sides.c.stripe))
        .group_by(sides.c.currency)
        .order_by(sides.c.currency)
    )
    return [Proof(currency, int(ledger), int(stripe)) for currency, ledger, stripe in rows]


def differences(
    connection: Connection,
    company_id: str,
    *,
    currency: str | None = None,
    limit: int | None = None,
) -> list[Difference]:
    """The objects about which the sides differ, the oldest first; none where the proof holds."""
    both = _both_sides(company_id).subquery()
    found = connection.execute(
        select(
            both.c.source,
            both.c.currency,
            func.sum(both.c.ledger).label("ledger"),
            func.sum(both.c.stripe).label("stripe"),
            func.sum(both.c.entries).label("entries"),
            func.sum(both.c.told).label("told"),
            func.min(both.c.since).label("since"),
            func.max(both.c.payment_id).label("payment_id"),
            func.max(both.c.unmatched).label("unmatched"),
        )
        .where(*([] if currency is None else [both.c.currency == currency]))
        .group_by(both.c.source, both.c.currency)
        .having(func.sum(both.c.ledger) != func.sum(both.c.stripe))
        .order_by(func.min(both.c.since), both.c.source, both.c.currency)
        .limit(limit)
    ).all()
    if not found:
        return []
    read_until = connection.execute(
        select(func.max(_sweep.c.balance_until)).where(_sweep.c.company_id == company_id)
    ).scalar()
    pending = _fees_pending(connection, company_id, [row.source for row in found])
    return [
        Difference(
            row.source,
            row.currency,
            int(row.ledger) if row.entries else None,
            int(row.stripe) if row.told else None,
            row.since,
            _why(row, pending, read_until),
            row.payment_id,
        )
        for row in found
    ]


def unmatched_sources(connection: Connection, company_id: str) -> dict[str, list[str]]:
    """Whatever Stripe has and the ledger has not or has otherwise: source to transaction ids."""
    sources = [
        each.source for each in differences(connection, company_id) if each.stripe is not None
    ]
    found: dict[str, list[str]] = {}
    for some in _in_bunches(sources):
        rows = connection.execute(
            select(_SOURCE, _transaction.c.id)
            .where(_transaction.c.company_id == company_id, _SOURCE.in_(some))
            .order_by(_transaction.c.created_at, _transaction.c.id)
        )
        for source, transaction_id in rows:
            found.setdefault(source, []).append(transaction_id)
    return found


def _why(row: Row[*tuple[Any, ...]], pending: set[str], read_until: datetime | None) -> Why:
    fresh = row.since > (read_until or row.since) - MAY_TAKE
    if not row.told:
        return Why.STRIPE_HAS_NOT_TOLD if fresh else Why.NOT_AT_STRIPE
    if not row.entries:
        may_come = not row.unmatched and row.since > now() - MAY_TAKE
        return Why.EVENT_MAY_COME if may_come else Why.NOT_ON_OUR_BOOKS
    if row.source in pending:
        return Why.FEES_ARE_PENDING
    return Why.DISAGREES


# What a balance transaction is put beside its entries by.
_SOURCE = case(
    (_transaction.c.elsewhere, _transaction.c.id),
    (
        or_(
            func.substr(_transaction.c.source_id, 1, 3).in_(("ch_", "py_", "re_", "po_")),
            func.substr(_transaction.c.source_id, 1, 4) == "pyr_",
        ),
        _transaction.c.source_id,
    ),
    else_=_transaction.c.id,
)
_SIGNED = case((_entry.c.debit == Account.STRIPE, _entry.c.amount), else_=-_entry.c.amount)


def _of_stripe(company_id: str) -> tuple[Any, ...]:
    return (
        _entry.c.company_id == company_id,
        or_(_entry.c.debit == Account.STRIPE, _entry.c.credit == Account.STRIPE),
    )


def _ledger(company_id: str) -> Select[Any]:
    return (
        select(_entry.c.currency, func.sum(_SIGNED).label("amount"))
        .where(*_of_stripe(company_id))
        .group_by(_entry.c.currency)
    )


def _stripe(company_id: str) -> Select[Any]:
    return (
        select(_transaction.c.currency, func.sum(_transaction.c.net).label("amount"))
        .where(_transaction.c.company_id == company_id)
        .group_by(_transaction.c.currency)
    )


def _both_sides(company_id: str) -> CompoundSelect[Any]:
    its_payment = and_(
        _payment.c.company_id == _entry.c.company_id,
        _payment.c.id == _entry.c.payment_id,
        # Of a refund or a dispute of it this is another object.
        _payment.c.payment_intent_id == _entry.c.source,
    )
    ledger = (
        select(
            func.coalesce(_payment.c.charge_id, _entry.c.source).label("source"),
            _entry.c.currency,
            _SIGNED.label("ledger"),
            literal(0).label("stripe"),
            literal(1).label("entries"),
            literal(0).label("told"),
            _entry.c.occurred_at.label("since"),
            _entry.c.payment_id,
            literal("").label("unmatched"),
        )
        .select_from(_entry.outerjoin(_payment, its_payment))
        .where(*_of_stripe(company_id))
    )
    stripe = select(
        _SOURCE,
        _transaction.c.currency,
        literal(0),
        _transaction.c.net,
        literal(0),
        literal(1),
        _transaction.c.created_at,
        null(),
        _transaction.c.unmatched,
    ).where(_transaction.c.company_id == company_id)
    return union_all(ledger, stripe)


def _fees_pending(connection: Connection, company_id: str, sources: list[str]) -> set[str]:
    """Those of ``sources`` whose fees are not known yet."""
    found: set[str] = set()
    for some in _in_bunches(sources):
        found.update(
            connection.execute(
                union_all(
                    select(_payment.c.charge_id).where(
                        _payment.c.company_id == company_id,
                        _payment.c.charge_id.in_(some),
                        _payment.c.stripe_fee.is_(None),
                    ),
                    select(_refund.c.stripe_refund_id).where(
                        _refund.c.company_id == company_id,
                        _refund.c.stripe_refund_id.in_(some),
                        _refund.c.platform_fee.is_(None),
                    ),
                )
            ).scalars()
        )
    return found


def _in_bunches(values: list[str]) -> Iterable[list[str]]:
    # SQLite admits 32,766 parameters in one statement; a few hundred is as fast.
    return (values[start : start + 500] for start in range(0, len(values), 500))
