"""The names that rows of an export go by: customers, invoices."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session

from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.payment import PaymentAllocation

_customer = table_of(Customer)
_invoice = table_of(Invoice)
_allocation = table_of(PaymentAllocation)

_SOME = 500


def customers_named(
    session: Session, company_id: str, ids: Iterable[str | None]
) -> dict[str | None, Any]:
    """Rows of ``name`` and ``reference`` by id."""
    statement = select(_customer.c.id, _customer.c.name, _customer.c.reference).where(
        _customer.c.company_id == bindparam("company_id"),
        _customer.c.id.in_(bindparam("ids", expanding=True)),
    )
    return {row.id: row for row in _rows(session, statement, company_id, ids)}


def invoices_numbered(
    session: Session, company_id: str, ids: Iterable[str | None]
) -> dict[str | None, str]:
    """Numbers by id."""
    statement = select(_invoice.c.id, _invoice.c.number).where(
        _invoice.c.company_id == bindparam("company_id"),
        _invoice.c.id.in_(bindparam("ids", expanding=True)),
    )
    return {row.id: row.number for row in _rows(session, statement, company_id, ids)}


def invoices_paid(session: Session, company_id: str, payment_ids: Iterable[str]) -> dict[str, str]:
    """Per payment: the numbers of the invoices it went to, ``INV-0042; INV-0043``."""
    statement = (
        select(_allocation.c.payment_id, _invoice.c.number)
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
    numbers: dict[str, str] = {}
    for row in _rows(session, statement, company_id, payment_ids):
        before = numbers.get(row.payment_id)
        numbers[row.payment_id] = f"{before}; {row.number}" if before else row.number
    return numbers


def _rows(
    session: Session, statement: Any, company_id: str, ids: Iterable[str | None]
) -> Iterable[Any]:
    known = sorted({each for each in ids if each})
    for start in range(0, len(known), _SOME):
        key = {"company_id": company_id, "ids": known[start : start + _SOME]}
        yield from session.connection().execute(statement, key)
