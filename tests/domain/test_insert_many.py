"""Many rows at once come back as they went in, on both databases."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_many import insert_many
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice, InvoiceLine
from fsm_portal.domain.invoice_posting import postings_for_invoice
from fsm_portal.domain.ledger import Account, Kind, LedgerEntry, entry_rows
from tests import cast
from tests.invoices import write_invoice

# What a text format of rows could trip over.
AWKWARD = [
    "plain",
    "tab\tand\\backslash",
    "quotes \" and '",
    "\\N",
    "línea\nnueva €",
    "",
    "%s :x ?",
]


def _line(invoice: Invoice, position: int, description: str) -> dict[str, object]:
    return {
        "company_id": invoice.company_id,
        "invoice_id": invoice.id,
        "position": position,
        "description": description,
        "detail": "",
        "quantity": Decimal("2.500000"),
        "unit_price": Decimal("0.1"),
        "amount": 10**12,
        "tax_rate_id": None,
    }


def test_text_comes_back_to_the_letter(any_database, company, dana):
    invoice = write_invoice(company, dana, lines=())
    rows = [_line(invoice, position, text) for position, text in enumerate(AWKWARD)]
    with unit_of_work() as session:
        insert_many(session.connection(), table_of(InvoiceLine), rows)
    with reading() as session:
        found = session.exec(select(InvoiceLine).order_by(InvoiceLine.position)).all()
    assert [line.description for line in found] == AWKWARD
    line = found[0]
    assert (line.quantity, line.unit_price) == (Decimal("2.5"), Decimal("0.1"))
    assert (line.amount, line.tax_rate_id) == (10**12, None)


def test_moments_and_choices_are_stored_as_any_other_statement_stores_them(
    any_database, company, dana
):
    invoice = write_invoice(company, dana, lines=())
    new_york = datetime(2026, 11, 16, 9, 0, tzinfo=timezone(timedelta(hours=-5)))
    rows = entry_rows(
        company_id=company.id,
        currency="USD",
        source=invoice.id,
        occurred_at=new_york,
        customer_id=dana.id,
        postings=postings_for_invoice(invoice.id, subtotal=100, taxes=[]),
    )
    with unit_of_work() as session:
        insert_many(session.connection(), table_of(LedgerEntry), rows)
    with reading() as session:
        entry = session.exec(select(LedgerEntry)).one()
    assert entry.occurred_at == datetime(2026, 11, 16, 14, 0, tzinfo=UTC)
    assert (entry.debit, entry.kind) == (Account.RECEIVABLE, Kind.SALE)


def test_one_wrong_row_leaves_nothing(any_database, company):
    twins = [cast.harbor_view(company, reference="1").model_dump() for _ in range(2)]
    with pytest.raises(IntegrityError), unit_of_work() as session:
        insert_many(session.connection(), table_of(Customer), twins)
    with reading() as session:
        assert session.exec(select(Customer)).all() == []


def test_no_rows_are_no_work(database):
    with unit_of_work() as session:
        insert_many(session.connection(), table_of(Invoice), [])
