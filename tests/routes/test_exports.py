"""Exports as files: whose books, of which days, every amount as the ledger has it."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlmodel import select

from fsm_portal.config import settings
from fsm_portal.db import reading
from fsm_portal.domain.audit_entry import AuditEntry
from fsm_portal.domain.ledger import LedgerEntry
from fsm_portal.flows.exporting import piece
from tests import cast
from tests.invoices import write_invoice
from tests.payments import checkout, fees_known, received
from tests.portal.people import session_cookie

PERIOD = "period=this-year"


@pytest.fixture
def books(clock, company, dana):
    """Two invoices, one paid with its fees known; a customer with a name that is a formula."""
    evil = cast.save(cast.northwind_dental(company, name="=cmd|'/C calc'!A0"))
    paid = write_invoice(company, dana)
    fees_known(received(checkout(paid)), 842, 420)
    write_invoice(company, evil, number="INV-0043", issue_date=date(2026, 11, 3))
    return paid


@pytest.fixture
def ask(browsers):
    def get(person, address):
        return browsers().get(address, headers={"cookie": session_cookie(person)})

    return get


def _table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_invoices_of_a_period(any_database, ask, books, maya):
    answer = ask(maya, f"/dashboard/export/invoices.csv?{PERIOD}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    first, second = _table(answer.text)
    assert (first["number"], first["status"], first["total"], first["due"]) == (
        "INV-0042",
        "paid",
        "280.00",
        "0.00",
    )
    assert (first["issue_date"], first["currency"]) == ("2026-11-02", "USD")
    assert second["customer"] == "'=cmd|'/C calc'!A0"
    assert second["due"] == "280.00"


def test_payments_with_fees_and_what_brought_them(ask, books, maya):
    (row,) = _table(ask(maya, f"/dashboard/export/payments.csv?{PERIOD}").text)
    assert (row["amount"], row["stripe_fee"], row["platform_fee"], row["net"]) == (
        "280.00",
        "8.42",
        "4.20",
        "267.38",
    )
    assert (row["invoices"], row["source"], row["state"]) == ("INV-0042", "webhook", "received")
    assert row["received_at"] == "2026-11-16T09:00:00-05:00"


def test_a_platform_fee_that_is_no_longer_taken_is_told_of_the_days_when_it_was(
    ask, books, maya, environment
):
    environment.setenv("FSM_PLATFORM_FEE_BPS", "0")
    settings.cache_clear()
    (row,) = _table(ask(maya, f"/dashboard/export/payments.csv?{PERIOD}").text)
    assert (row["platform_fee"], row["net"]) == ("4.20", "267.38")
    since_then = ask(maya, "/dashboard/export/payments.csv?from=2026-11-17&to=2026-11-18").text
    assert "stripe_fee" in since_then and "platform_fee" not in since_then


def test_the_ledger_is_there_to_the_cent_however_many_pieces(ask, books, maya, monkeypatch):
    """Read three rows at a time, none is left out and none comes twice."""
    monkeypatch.setattr("fsm_portal.flows.exporting.entries.ROWS", 3)
    monkeypatch.setattr(piece, "ROWS", 3)
    rows = _table(ask(maya, "/dashboard/export/ledger.csv?period=all").text)
    with reading() as session:
        entries = session.exec(select(LedgerEntry)).all()
    assert sorted(row["entry"] for row in rows) == sorted(entry.id for entry in entries)
    total = sum(Decimal(row["amount"]) for row in rows)
    assert total == Decimal(sum(entry.amount for entry in entries)) / 100


def test_days_are_the_companys_and_both_are_in_it(ask, clock, company, dana, maya):
    """04:59 UTC on the 17th is still the 16th in New York."""
    at = datetime(2026, 11, 17, 4, 59, tzinfo=UTC)
    clock.now = datetime(2026, 11, 18, 14, 0, tzinfo=UTC)
    received(checkout(write_invoice(company, dana)), at=at)
    for days, count in (
        ("from=2026-11-16&to=2026-11-16", 1),
        ("from=2026-11-17&to=2026-11-18", 0),
    ):
        assert len(_table(ask(maya, f"/dashboard/export/payments.csv?{days}").text)) == count


def test_the_mark_for_excel_is_a_choice(ask, books, maya):
    plain, marked = (
        ask(maya, f"/dashboard/export/refunds.csv?{PERIOD}{bom}").content for bom in ("", "&bom=1")
    )
    assert not plain.startswith(b"\xef\xbb\xbf") and marked == b"\xef\xbb\xbf" + plain


@pytest.mark.parametrize(
    "query", ["from=2026-11-16", "from=2026-13-01&to=2026-11-16", "from=2026-11-16&to=2026-11-01"]
)
def test_days_that_make_no_sense_are_told(ask, books, maya, query):
    answer = ask(maya, f"/dashboard/export/invoices.csv?{query}")
    assert answer.status_code == 400 and answer.text.endswith(".")


def test_whoever_may_not_gets_nothing_and_others_their_own(
    ask, browser, books, company, other_company
):
    """Case 37."""
    tom = cast.save(cast.tom(company))
    assert ask(tom, f"/dashboard/export/ledger.csv?{PERIOD}").status_code == 403
    theirs = cast.save(cast.maya(other_company, email="ann@clearwater.example"))
    assert _table(ask(theirs, "/dashboard/export/ledger.csv?period=all").text) == []
    nobody = browser.get("/dashboard/export/ledger.csv?period=all")
    assert (nobody.status_code, nobody.headers["location"]) == (303, "/sign-in")


def test_an_export_stands_in_the_audit_log(ask, books, maya):
    ask(maya, "/dashboard/export/ledger.csv?from=2026-11-01&to=2026-11-16")
    with reading() as session:
        entries = session.exec(select(AuditEntry).where(AuditEntry.deed == "exported")).all()
    assert [(one.name, one.words) for one in entries] == [
        ("Maya Ortiz", "ledger, 2026-11-01 to 2026-11-16")
    ]
