"""The status of an invoice is read off the facts, for every combination of them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm_portal.db import reading
from fsm_portal.domain.balances import InvoiceBalance, invoice_balances
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.invoice_status import InvoiceStatus, Status, status_of
from tests.invoices import write_invoice

DUE = date(2026, 12, 2)
BEFORE, AFTER = DUE, DUE + timedelta(days=1)
MOMENT = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)

amounts = st.integers(0, 10**9)
moments = st.none() | st.just(MOMENT)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
balances = st.builds(InvoiceBalance, amounts, amounts, st.integers(-(10**6), 10**9))


def invoice(issued_at: datetime | None = MOMENT, voided_at: datetime | None = None) -> Invoice:
    return Invoice(
        company_id="bright",
        number="INV-0042",
        customer_id="harbor",
        currency="USD",
        issue_date=date(2026, 11, 2),
        due_date=DUE,
        subtotal=0,
        tax=0,
        total=0,
        issued_at=issued_at,
        voided_at=voided_at,
    )


@pytest.mark.parametrize(
    ("charged", "credited", "paid", "status"),
    [
        (10000, 0, 0, Status.UNPAID),
        (10000, 0, 1, Status.PARTIALLY_PAID),
        (10000, 0, 9999, Status.PARTIALLY_PAID),
        (10000, 0, 10000, Status.PAID),
        (10000, 0, 10001, Status.PAID),
        (10000, 2500, 7500, Status.PAID),
        (10000, 2500, 0, Status.UNPAID),
        (0, 0, 0, Status.PAID),
    ],
)
def test_an_issued_invoice_is_what_the_ledger_says(charged, credited, paid, status):
    balance = InvoiceBalance(charged, credited, paid)
    assert status_of(invoice(), balance, BEFORE).status is status


@pytest.mark.parametrize(
    ("credited", "paid", "refunded", "status"),
    [
        (3000, 7000, 3000, Status.PARTIALLY_REFUNDED),
        (10000, 0, 10000, Status.REFUNDED),
        # What went back was owed again, and is paid again: with money, or with credit.
        (0, 10000, 8000, Status.PAID),
        (0, 10000, 10000, Status.PAID),
        (2000, 8000, 5000, Status.PARTIALLY_REFUNDED),
    ],
)
def test_refunded_is_what_went_back_for_good(credited, paid, refunded, status):
    balance = InvoiceBalance(10000, credited, paid, refunded)
    assert balance.due == 0
    assert status_of(invoice(), balance, BEFORE).status is status


@given(moments, moments, balances, days, st.booleans())
def test_every_combination_of_facts_has_one_status(issued, voided, balance, today, processing):
    found = status_of(invoice(issued, voided), balance, today, processing)
    if voided:
        assert found == InvoiceStatus(Status.VOID)
    elif not issued:
        assert found == InvoiceStatus(Status.DRAFT)
    elif balance.due <= 0:
        assert found == InvoiceStatus(Status.PAID)
    else:
        assert found.status is (Status.PARTIALLY_PAID if balance.paid > 0 else Status.UNPAID)
        assert found.overdue == (today > DUE)
        assert found.processing == processing


@given(balances, days, st.booleans())
def test_paid_is_never_said_while_money_is_due(balance, today, processing):
    """The screen never claims more than the ledger."""
    says_paid = status_of(invoice(), balance, today, processing).label == "Paid"
    assert says_paid == (balance.due <= 0)


def test_overdue_begins_the_day_after_the_due_date():
    unpaid = InvoiceBalance(charged=10000)
    assert status_of(invoice(), unpaid, BEFORE).label == "Unpaid"
    assert status_of(invoice(), unpaid, AFTER).label == "Overdue"


def test_a_bank_debit_in_flight_shows_as_processing_even_when_overdue():
    """Case 18."""
    found = status_of(invoice(), InvoiceBalance(charged=10000), AFTER, processing=True)
    assert (found.label, found.overdue) == ("Processing", True)


def test_no_status_is_stored_anywhere_on_the_invoice():
    columns = set(table_of(Invoice).columns.keys())
    assert not columns & {"status", "state", "paid", "paid_at", "balance", "amount_due", "overdue"}


def test_a_new_invoice_is_unpaid_and_a_draft_owes_nothing(any_database, company, dana):
    issued = write_invoice(company, dana, number="INV-0042")
    draft = write_invoice(company, dana, number="INV-0043", issued=False)
    with reading() as session:
        found = invoice_balances(session, company.id, [issued.id, draft.id])
    assert status_of(issued, found[issued.id], BEFORE).status is Status.UNPAID
    assert found[draft.id] == InvoiceBalance()
    assert status_of(draft, found[draft.id], AFTER) == InvoiceStatus(Status.DRAFT)
