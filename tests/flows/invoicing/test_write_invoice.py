"""A draft: its number, its dates and its totals, written in one place."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from fsm_portal import db
from fsm_portal.db import unit_of_work
from fsm_portal.domain.invoice import Invoice, InvoiceLine, InvoiceTax
from fsm_portal.domain.ledger import LedgerEntry
from fsm_portal.domain.money import round_half_up
from fsm_portal.domain.tax_rate import TaxRate
from fsm_portal.flows.invoicing.write_invoice import DraftLine, write_draft
from tests import cast
from tests.flows import books


def line(quantity="1", price="18900", rate: TaxRate | None = None, text="Boiler service"):
    return DraftLine(text, Decimal(quantity), Decimal(price), tax_rate_id=rate.id if rate else None)


def draft(company, customer, *lines: DraftLine, **how) -> Invoice:
    with unit_of_work() as session:
        return write_draft(session, company, customer, lines=lines or [line()], **how)


@pytest.fixture
def rates(company) -> list[TaxRate]:
    """New York's sales tax and a reduced one."""
    return [
        cast.save(TaxRate(company_id=company.id, name=name, rate_ppm=ppm))
        for name, ppm in (("NY sales tax", 88_750), ("Reduced", 45_000))
    ]


def test_tax_is_taken_per_rate_on_the_summed_base(company, dana, rates):
    """Three lines of 0.33 at 8.875% are 9 cents of tax, not three times 3."""
    sales, reduced = rates
    invoice = draft(
        company, dana, *[line(price="33", rate=sales)] * 3, line(price="1000", rate=reduced), line()
    )
    assert (invoice.subtotal, invoice.tax, invoice.total) == (19_999, 54, 20_053)
    taxes = {tax.name: (tax.rate_ppm, tax.base, tax.amount) for tax in books.rows(InvoiceTax)}
    assert taxes == {"NY sales tax": (88_750, 99, 9), "Reduced": (45_000, 1_000, 45)}


def test_a_draft_is_on_nobodys_books(company, dana):
    draft(company, dana)
    assert books.rows(LedgerEntry) == []


def test_numbers_run_on_for_each_company(company, dana, other_company):
    dana_there = cast.save(cast.harbor_view(other_company))
    assert [draft(company, dana).number for _ in range(2)] == ["INV-0001", "INV-0002"]
    assert draft(other_company, dana_there).number == "INV-0001"


def test_writers_in_the_same_moment_never_get_the_same_number(any_database, company, dana):
    together = Barrier(8)

    def write(_number: int) -> str:
        together.wait(10)
        return draft(company, dana).number

    with ThreadPoolExecutor(8) as threads:
        numbers = sorted(threads.map(write, range(8)))
    assert numbers == [f"INV-{number:04d}" for number in range(1, 9)]


@pytest.mark.parametrize("imported", [1, 3, 600])
def test_numbers_that_an_import_brought_are_passed_over(company, dana, imported):
    """However many they are; and one further on is met when its turn comes."""
    with unit_of_work() as session:
        for number in [*range(1, imported + 1), imported + 2]:
            session.add(
                Invoice(
                    company_id=company.id,
                    number=f"INV-{number:04d}",
                    customer_id=dana.id,
                    currency="USD",
                    issue_date=date(2026, 11, 2),
                    due_date=date(2026, 12, 2),
                    subtotal=0,
                    tax=0,
                    total=0,
                )
            )
    wanted = [f"INV-{imported + step:04d}" for step in (1, 3, 4)]
    assert [draft(company, dana).number for _ in range(3)] == wanted


def test_a_draft_that_could_not_be_written_leaves_no_gap(company, dana):
    unknown = TaxRate(company_id=company.id, name="?", rate_ppm=1)
    with pytest.raises(KeyError):
        draft(company, dana, line(rate=unknown))
    assert draft(company, dana).number == "INV-0001"


def test_dates_are_the_companys_own(clock, company, dana):
    """Late in the evening in New York it is the next day already in UTC."""
    clock.now = datetime(2026, 11, 17, 3, 0, tzinfo=UTC)
    invoice = draft(company, dana, terms_days=14)
    assert (invoice.issue_date, invoice.due_date) == (date(2026, 11, 16), date(2026, 11, 30))
    assert draft(company, dana).due_date == date(2026, 12, 16)


_prices = st.decimals(-(10**7), 10**7, places=2, allow_nan=False)
_quantities = st.decimals(0, 10_000, places=3, allow_nan=False)


def test_whatever_the_lines_the_sums_follow_from_what_is_stored(company, dana, rates):
    """Exact decimals in, whole minor units out, and the invoice agrees with its own lines."""

    @settings(
        max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.lists(st.tuples(_quantities, _prices, st.sampled_from([None, 0, 1])), max_size=8))
    def any_lines(wanted):
        lines = [
            line(str(quantity), str(price), rates[rate] if rate is not None else None)
            for quantity, price, rate in wanted
        ]
        with Session(db.engine(), expire_on_commit=False) as session:
            session.connection(execution_options={"writing": True})
            written = write_draft(session, company, dana, lines=lines)
            session.expire_all()
            invoice = session.get_one(Invoice, (company.id, written.id))
            stored = books.rows(InvoiceLine, session)
            taxes = books.rows(InvoiceTax, session)
            session.expunge_all()
            session.rollback()
        assert [(each.quantity, each.unit_price) for each in stored] == [
            (quantity, price) for quantity, price, _ in wanted
        ]
        assert all(each.amount == round_half_up(each.quantity * each.unit_price) for each in stored)
        assert invoice.subtotal == sum(each.amount for each in stored)
        for tax in taxes:
            base = sum(each.amount for each in stored if each.tax_rate_id == tax.tax_rate_id)
            assert tax.base == base
            assert abs(tax.amount * 1_000_000 - base * tax.rate_ppm) <= 500_000
        assert invoice.tax == sum(tax.amount for tax in taxes)
        assert invoice.total == invoice.subtotal + invoice.tax

    any_lines()
