"""What each customer owes, as the database itself keeps it to find who owes most."""

from typing import Any

from sqlalchemy import Connection

from fsm_portal.db import reading, writing
from fsm_portal.domain.customer_owing import CustomerOwing
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from tests import cast
from tests.domain.test_invoice_due import paid
from tests.invoices import write_invoice

OWING = table_of(CustomerOwing)
INVOICE = table_of(Invoice)


def owed(connection: Connection | None = None) -> dict[str, int]:
    """By customer, of all that have a row; in a transaction that is open, as it stands there."""
    if connection is None:
        with reading() as session:
            return owed(session.connection())
    return {row.customer_id: row.owed for row in connection.execute(OWING.select())}


def change(connection: Connection, invoice: Invoice, **values: Any) -> None:
    its = (INVOICE.c.company_id == invoice.company_id, INVOICE.c.id == invoice.id)
    connection.execute(INVOICE.update().where(*its).values(**values))


def test_it_is_the_sum_of_what_is_due_on_open_invoices(any_database, company, dana):
    first, second = (write_invoice(company, dana, number=f"INV-{n}") for n in ("0042", "0043"))
    assert owed() == {dana.id: 56_000}
    paid(first, 10_000)
    assert owed() == {dana.id: 46_000}
    # More than is due of one lessens nothing of the other.
    paid(first, 20_000, "pi_2")
    assert owed() == {dana.id: 28_000}
    paid(second, 28_000, "pi_3")
    assert owed() == {dana.id: 0}


def test_it_goes_with_an_invoice_to_another_customer_and_ends_with_it(any_database, company, dana):
    invoice = write_invoice(company, dana)
    other = cast.save(cast.northwind_dental(company))
    with writing() as connection:
        change(connection, invoice, customer_id=other.id)
    assert owed() == {dana.id: 0, other.id: 28_000}
    with writing() as connection:
        change(connection, invoice, voided_at=invoice.issued_at)
    assert owed() == {dana.id: 0, other.id: 0}


def test_on_postgresql_its_row_is_taken_last(postgres_database, company, dana):
    """Held from the first change on, two facts of one customer would wait for each other in a
    circle, as they share the sum of the month too. (Decision 27)"""
    invoice = write_invoice(company, dana)
    with writing() as connection:
        change(connection, invoice, voided_at=invoice.issued_at)
        assert owed(connection) == {dana.id: 28_000}
    assert owed() == {dana.id: 0}
