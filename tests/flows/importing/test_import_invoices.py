"""A slice of a real merchant's file becomes invoices and credit notes, to the penny."""

import csv
from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
from sqlmodel import Session, select

from fsm_portal.db import reading
from fsm_portal.domain.balances import account_balance, invoice_balances
from fsm_portal.domain.credit_note import CreditNote, CreditNoteLine
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.invoice import Invoice, InvoiceLine
from fsm_portal.domain.invoice_status import Status, status_of
from fsm_portal.domain.ledger import Account
from tests.imports import SLICE, Importer, as_csv, line, rows_in


@pytest.fixture
def importer(any_database, company, tmp_path) -> Importer:
    return Importer(company, tmp_path)


def _by_hand() -> dict[str, int]:
    """Each document of the slice in pence, added up without any of our code."""
    totals: dict[str, int] = defaultdict(int)
    with SLICE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            exact = Decimal(row["Price"]) * Decimal(row["Quantity"]) * 100
            totals[row["Invoice"]] += int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    return totals


def _invoice(session: Session, number: str) -> Invoice:
    return session.exec(select(Invoice).where(Invoice.number == number)).one()


def _lines(session: Session, invoice: Invoice) -> list[InvoiceLine]:
    lines = select(InvoiceLine).where(InvoiceLine.invoice_id == invoice.id)
    return list(session.exec(lines.order_by(InvoiceLine.position)))


def test_the_report_counts_every_line_of_the_file(importer):
    report = importer()
    assert (report.invoices, report.invoice_lines) == (16, 170)
    assert (report.credit_notes, report.credit_note_lines) == (2, 12)
    assert report.customers == 17
    assert report.lines_read == report.lines_landed + report.lines_refused == 193
    assert report.lines_left == 0 and not report.stopped


def test_every_document_comes_to_what_its_lines_come_to_by_hand(importer):
    report = importer()
    by_hand = _by_hand()
    with reading() as session:
        invoices = {row.number: row.total for row in session.exec(select(Invoice))}
        notes = {row.number: row.total for row in session.exec(select(CreditNote))}
    assert invoices == {number: by_hand[number] for number in invoices}
    assert notes == {"C489449": 19610, "C489518": 3840}
    assert notes == {number: -by_hand[number] for number in notes}
    assert (report.invoiced, report.credited) == (sum(invoices.values()), sum(notes.values()))


def test_an_invoice_is_issued_on_its_own_day_and_due_by_the_companys_terms(importer):
    importer()
    with reading() as session:
        invoice = _invoice(session, "489434")
        first = _lines(session, invoice)[0]
        customer = session.get(Customer, (invoice.company_id, invoice.customer_id))
    assert (invoice.issue_date, invoice.due_date) == (date(2009, 12, 1), date(2009, 12, 31))
    assert invoice.issued_at == datetime(2009, 12, 1, 7, 45, tzinfo=UTC)
    assert (invoice.currency, invoice.subtotal, invoice.tax) == ("GBP", 50530, 0)
    assert (first.description, first.detail) == (
        "15CM CHRISTMAS GLASS BALL 20 LIGHTS",
        "Item 85048",
    )
    assert (first.quantity, first.unit_price, first.amount) == (12, 695, 8340)
    assert customer is not None
    assert (customer.name, customer.reference) == ("Customer 13085", "13085")
    assert (customer.country, customer.locale, customer.email) == ("GB", "en_GB", None)


def test_summer_time_is_local_time_in_the_file_and_utc_in_the_books(importer):
    importer(as_csv(line(InvoiceDate="2010-05-01 00:30:00")))
    with reading() as session:
        invoice = _invoice(session, "500001")
    assert invoice.issue_date == date(2010, 5, 1)
    assert invoice.issued_at == datetime(2010, 4, 30, 23, 30, tzinfo=UTC)


def test_countries_get_their_codes_where_there_is_one(importer):
    report = importer()
    with reading() as session:
        found = {row.reference: row.country for row in session.exec(select(Customer))}
    assert (found["14911"], found["12709"], found["12755"]) == ("IE", "DE", "JP")
    assert found["14265"] == ""  # "Unspecified"
    assert report.unknown_countries == ()


def test_a_country_that_the_mapping_does_not_know_is_told(importer):
    report = importer(as_csv(line(Country="Atlantis"), line("500002", Country="NZ")))
    assert (report.unknown_countries, report.invoices) == (("Atlantis",), 2)


def test_a_price_in_tenths_of_a_penny_stays_exact(importer):
    importer()
    with reading() as session:
        invoice = _invoice(session, "499056")
        lines = _lines(session, invoice)
    cheapest = min(lines, key=lambda line: line.unit_price)
    assert (cheapest.unit_price, cheapest.amount) == (Decimal("0.1"), 0)
    assert invoice.total == 35282


def test_a_free_item_stays_on_its_invoice(importer):
    importer()
    with reading() as session:
        lines = _lines(session, _invoice(session, "494607"))
    assert 0 in [line.amount for line in lines] and len(lines) == 3


def test_lines_of_two_documents_that_are_interleaved_come_together(importer):
    importer()
    with reading() as session:
        positions = [line.position for line in _lines(session, _invoice(session, "494040"))]
        other = _invoice(session, "494042")
    assert positions == [1, 2, 3] and other.total == 97511


def test_a_line_far_below_still_belongs_to_its_invoice(importer):
    others = [line(f"{600000 + number}") for number in range(300)]
    importer(as_csv(line(), *others, line(StockCode="22424")))
    with reading() as session:
        assert _invoice(session, "500001").total == 2 * 510


def test_a_cancellation_becomes_a_credit_note_with_positive_figures(importer):
    importer()
    with reading() as session:
        note = session.exec(select(CreditNote).where(CreditNote.number == "C489449")).one()
        lines = session.exec(
            select(CreditNoteLine).where(CreditNoteLine.credit_note_id == note.id)
        ).all()
        credit = account_balance(session, note.company_id, Account.CUSTOMER_CREDIT, "GBP")
        credited = account_balance(session, note.company_id, Account.SALES_CREDITED, "GBP")
    assert (note.issue_date, note.total, note.invoice_id) == (date(2009, 12, 1), 19610, None)
    assert sum(line.amount for line in lines) == 19610
    assert all(line.quantity > 0 and line.amount > 0 for line in lines)
    assert credited == -credit == 19610 + 3840


def test_the_books_balance_and_every_invoice_is_unpaid(importer):
    report = importer()
    company_id = importer.company.id
    with reading() as session:
        balances = {
            account: account_balance(session, company_id, account, "GBP") for account in Account
        }
        invoices = session.exec(select(Invoice)).all()
        due = invoice_balances(session, company_id, [invoice.id for invoice in invoices])
    assert sum(balances.values()) == 0
    assert balances[Account.RECEIVABLE] == -balances[Account.SALES] == report.invoiced
    for invoice in invoices:
        assert due[invoice.id].due == invoice.total
        found = status_of(invoice, due[invoice.id], date(2026, 11, 16))
        assert (found.status, found.overdue) == (Status.UNPAID, True)


def test_a_second_run_finds_everything_there(importer):
    importer()
    before, refused = rows_in(importer.company), importer.refused()
    again = importer()
    assert rows_in(importer.company) == before
    assert (again.invoices, again.credit_notes, again.customers) == (0, 0, 0)
    assert (again.documents_present, again.lines_present) == (18, 182)
    assert importer.refused() == refused


def test_a_longer_file_adds_what_is_new_to_the_customers_that_are_there(importer):
    importer(as_csv(line()))
    report = importer(as_csv(line(), line("500002"), line("500003", Customer_ID="99999.0")))
    assert (report.documents_present, report.invoices, report.customers) == (1, 2, 1)


def test_two_companies_may_have_the_same_numbers(importer, other_company, tmp_path):
    """Case 35: nothing of one company is found by the other."""
    importer()
    theirs = Importer(other_company, tmp_path)
    assert theirs().invoices == 16
    assert rows_in(other_company) == rows_in(importer.company)


def test_a_dry_run_says_the_same_and_changes_nothing(importer):
    dry = importer(dry_run=True)
    assert sum(rows_in(importer.company).values()) == 0
    refused = importer.refused()
    real = importer()
    assert dry.dry_run and not real.dry_run
    dry.dry_run = False
    assert dry == real
    assert importer.refused() == refused
