"""Who opened an invoice and when: people, kept apart from what fetches their mail's links."""

import pytest

from fsm_portal.db import unit_of_work
from fsm_portal.domain.invoice_open import How, InvoiceOpen
from fsm_portal.domain.login_link import Purpose
from fsm_portal.domain.role import Role
from fsm_portal.flows import login_links
from fsm_portal.flows.identity import Identity, Scope
from fsm_portal.flows.invoices.show_staff_invoice import show_staff_invoice
from fsm_portal.flows.invoicing.note_open import note_fetched, note_seen
from fsm_portal.flows.login_links.make import make_link
from tests.flows import books
from tests.invoices import write_invoice


@pytest.fixture
def invoice(clock, company, dana):
    return write_invoice(company, dana)


@pytest.fixture
def reader(company, dana) -> Identity:
    return Identity("customer", company.id, dana.id, "7" * 32, dana.name, dana.email, None)


def titles(company, invoice) -> list[str]:
    view = show_staff_invoice(Scope("staff", company.id, None, Role.OFFICE), invoice.id)
    return [moment.title for moment in view.timeline]


def mailed(company, dana, invoice) -> str:
    with unit_of_work() as session:
        address, _ = make_link(
            session,
            company_id=company.id,
            purpose=Purpose.INVOICE,
            customer_id=dana.id,
            invoice_id=invoice.id,
        )
    return address.rpartition("/")[2]


def test_a_scanner_that_fetches_the_link_has_opened_nothing(
    any_database, clock, company, dana, invoice
):
    """Case 28: fetched ten times, and told apart."""
    token = mailed(company, dana, invoice)
    for _ in range(10):
        note_fetched(token)
    assert titles(company, invoice) == ["Link fetched, not opened", "Written"]
    (row,) = books.rows(InvoiceOpen)
    assert (row.how, row.times) == (How.FETCHED, 1)

    clock.move(minutes=1)
    login_links.use_link(token, None, "Mozilla/5.0 (iPhone) Safari/604.1")
    # Whoever comes in has fetched the page first: that was no scanner.
    assert titles(company, invoice) == ["Opened from the email", "Written"]


def test_reloads_are_one_look_and_a_look_an_hour_later_is_another(clock, company, invoice, reader):
    assert note_seen(reader, invoice.id, How.PAGE)
    assert note_seen(reader, invoice.id, How.PAGE) == frozenset()
    clock.move(minutes=60)
    note_seen(reader, invoice.id, How.PAGE)
    note_seen(reader, invoice.id, How.PDF)
    rows = {row.how: row.times for row in books.rows(InvoiceOpen)}
    assert rows == {How.PAGE: 2, How.PDF: 1}
    assert set(titles(company, invoice)) == {"Looked at in the portal", "PDF downloaded", "Written"}


def test_only_their_own_customer_opens_it(company, other_company, invoice, reader):
    """Staff who look, strangers, and what is not sent yet count for nothing. Case 35."""
    staff = Identity("staff", company.id, "1" * 32, "2" * 32, "Maya", "m@b.example", Role.OWNER)
    stranger = Identity("customer", company.id, "3" * 32, "4" * 32, "Eve", "e@v.example", None)
    for who in (staff, stranger):
        assert note_seen(who, invoice.id, How.PAGE) == frozenset()
    for nonsense in ("x", None, "0" * 32):
        assert note_seen(reader, nonsense, How.PAGE) == frozenset()
    assert note_fetched("no such token") == frozenset()
    assert books.rows(InvoiceOpen) == []
