"""Which documents of a batch are there already, and whether they say the same."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, SQLModel

from fsm_portal.domain.credit_note import CreditNote, CreditNoteLine
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice, InvoiceLine
from fsm_portal.domain.money import to_decimal
from fsm_portal.flows.importing.documents import Document
from fsm_portal.flows.importing.known_buyers import is_called


def differences(
    session: Session, company_id: str, currency: str, documents: Sequence[Document]
) -> dict[tuple[bool, str], str]:
    """(is credit note, number) of those that are there, to how they differ: "" is not at all."""
    found: dict[tuple[bool, str], str] = {}
    for is_credit_note, model, line_model, owner in (
        (False, Invoice, InvoiceLine, "invoice_id"),
        (True, CreditNote, CreditNoteLine, "credit_note_id"),
    ):
        wanted = {d.number: d for d in documents if d.is_credit_note is is_credit_note}
        rows = _headers(session, company_id, model, list(wanted))
        lines = _lines(session, company_id, line_model, owner, [row.id for row in rows])
        for row in rows:
            document = wanted[row.number]
            difference = _difference(document, row, lines.get(row.id, []), currency)
            found[is_credit_note, row.number] = difference
    return found


def _headers(
    session: Session, company_id: str, model: type[SQLModel], numbers: list[str]
) -> list[Any]:
    table, customer = table_of(model), table_of(Customer)
    # A draft of that number is another document, whatever it says.
    issued = table.c.issued_at if model is Invoice else table.c.created_at
    columns = (
        table.c.id,
        table.c.number,
        table.c.currency,
        table.c.issue_date,
        table.c.total,
        issued.label("issued_at"),
        customer.c.reference,
        customer.c.name,
        customer.c.email,
    )
    same_customer = (customer.c.company_id == table.c.company_id) & (
        customer.c.id == table.c.customer_id
    )
    query = (
        select(*columns)
        .select_from(table.join(customer, same_customer))
        .where(table.c.company_id == company_id, table.c.number.in_(numbers))
    )
    return list(session.connection().execute(query))


def _lines(
    session: Session, company_id: str, model: type[SQLModel], owner: str, ids: list[str]
) -> dict[str, list[Any]]:
    if not ids:
        return {}
    line = table_of(model).c
    query = (
        select(line[owner], line.description, line.quantity, line.unit_price, line.amount)
        .where(line.company_id == company_id, line[owner].in_(ids))
        .order_by(line[owner], line.position)
    )
    lines: dict[str, list[Any]] = {}
    for owner_id, *content in session.connection().execute(query):
        lines.setdefault(owner_id, []).append(tuple(content))
    return lines


def _difference(document: Document, row: Any, lines: list[Any], currency: str) -> str:
    here = f"{document.number} is already here"
    if row.issued_at is None:
        return f"{here}, as a draft."
    buyer = document.buyer
    is_same = row.reference == buyer.reference or (
        row.reference is None and is_called(buyer, row.name, row.email)
    )
    if not is_same:
        return f"{here}, for another customer ({row.reference or 'not from an import'})."
    if row.issue_date != document.issue_date:
        return f"{here}, of another day ({row.issue_date})."
    total = document.figures.total
    if (row.currency, row.total) != (currency, total):
        return (
            f"{here}, with another total ({row.currency} {to_decimal(row.total, row.currency)}, "
            f"not {currency} {to_decimal(total, currency)})."
        )
    own = [
        (line.description, line.quantity, line.unit_price, line.amount) for line in document.lines
    ]
    return "" if lines == own else f"{here}, with other lines."
