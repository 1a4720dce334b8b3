"""Payments that the office took by hand, as rows of the staff's lists: who, what for, undone?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlmodel import Session

from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.payment import Payment, PaymentAllocation
from fsm_portal.domain.staff import Staff
from fsm_portal.gateways.recent import recently

_payment = table_of(Payment)
_allocation = table_of(PaymentAllocation)
_invoice = table_of(Invoice)
_taker = table_of(Staff).alias("taker")
_reverser = table_of(Staff).alias("reverser")

# Made once: writing a statement costs more than running it.
_PEOPLE = (
    select(_payment.c.id, _taker.c.name.label("taker"), _reverser.c.name.label("reverser"))
    .outerjoin(
        _taker,
        (_taker.c.company_id == _payment.c.company_id) & (_taker.c.id == _payment.c.taken_by),
    )
    .outerjoin(
        _reverser,
        (_reverser.c.company_id == _payment.c.company_id)
        & (_reverser.c.id == _payment.c.reversed_by),
    )
    .where(
        _payment.c.company_id == bindparam("company_id"),
        _payment.c.id.in_(bindparam("ids", expanding=True)),
    )
)
_ITS_INVOICES = (
    select(_allocation.c.payment_id, _invoice.c.id, _invoice.c.number)
    .join(
        _invoice,
        (_invoice.c.company_id == _allocation.c.company_id)
        & (_invoice.c.id == _allocation.c.invoice_id),
    )
    .where(
        _allocation.c.company_id == bindparam("company_id"),
        _allocation.c.payment_id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(_invoice.c.number)
)


@dataclass(frozen=True)
class ByHand:
    """``taker`` is a name. ``undone`` says when and by whom it was reversed, empty where it
    stands. ``invoices`` are (id, number)."""

    taker: str
    note: str
    undone: str
    invoices: tuple[tuple[str, str], ...]


def by_hand(
    session: Session, company: Company, payments: Sequence[Row[*tuple[Any, ...]]]
) -> dict[str, ByHand]:
    """Those of ``payments`` (rows of the table) that came by hand, by id; mostly none."""
    rows = [row for row in payments if row.taken_by is not None]
    if not rows:
        return {}
    key = {"company_id": company.id, "ids": [row.id for row in rows]}
    connection = session.connection()
    people = {row.id: row for row in connection.execute(_PEOPLE, key)}
    invoices: dict[str, list[tuple[str, str]]] = {}
    for allocated in connection.execute(_ITS_INVOICES, key):
        invoices.setdefault(allocated.payment_id, []).append((allocated.id, allocated.number))
    return {
        row.id: ByHand(
            taker=people[row.id].taker or "the office",
            note=row.note,
            undone=_undone(row, people[row.id].reverser, company),
            invoices=tuple(invoices.get(row.id, ())),
        )
        for row in rows
    }


def _undone(row: Row[*tuple[Any, ...]], reverser: str | None, company: Company) -> str:
    if row.reversed_at is None:
        return ""
    when = recently(row.reversed_at, company.time_zone, company.locale, now())
    return f"Reversed by {reverser or 'the office'}, {when}"
