"""Reports as QuickBooks exports them, and Stripe's exports: imported as they come."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from fsm_portal.db import reading
from fsm_portal.domain.clock import now
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.import_run import ImportKind
from fsm_portal.domain.invoice import Invoice
from fsm_portal.flows.exporting.invoices import Invoices
from fsm_portal.flows.exporting.piece import Asked
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.importing.cannot_import import CannotImport
from fsm_portal.flows.importing.guess import guess
from fsm_portal.flows.importing.mapping import load_mapping
from fsm_portal.flows.importing.report_rows import as_table
from fsm_portal.flows.importing.run_import import begin_import, run_import
from fsm_portal.flows.importing.show_import import show_import
from fsm_portal.flows.importing.uploads import keep_file
from tests.imports import Importer

EXPORTS = Path(__file__).parents[2] / "data" / "exports"
# QuickBooks names the columns of this report in two ways.
SALES = (EXPORTS / "quickbooks_sales_by_customer.csv").read_text(encoding="utf-8")
OLDER_SALES = (EXPORTS / "quickbooks_sales_by_customer_older.csv").read_text(encoding="utf-8")
OPEN = (EXPORTS / "quickbooks_open_invoices.csv").read_text(encoding="utf-8")
CONTACTS = (EXPORTS / "quickbooks_customer_contacts.csv").read_text(encoding="utf-8")
STRIPE = (EXPORTS / "stripe_invoices.csv").read_text(encoding="utf-8")


@pytest.fixture
def importer(company, tmp_path) -> Importer:
    return Importer(company, tmp_path)


def invoices() -> dict[str, tuple[str, int]]:
    """Number to the customer's name and the total in cents."""
    with reading() as session:
        names = {row.id: row.name for row in session.exec(select(Customer))}
        return {
            row.number: (names[row.customer_id], row.total) for row in session.exec(select(Invoice))
        }


def due() -> dict[str, date]:
    with reading() as session:
        return {row.number: row.due_date for row in session.exec(select(Invoice))}


@pytest.mark.parametrize("report", [SALES, OLDER_SALES], ids=["newer", "older"])
def test_sales_by_customer_as_quickbooks_exports_them(any_database, importer, report):
    told = importer(report, load_mapping("quickbooks-invoices"))
    assert invoices() == {
        "1001": ("Harbor View Apartments", 222_800),
        "1003": ("Cedar & Pine Café", 24_000),
    }
    # Titles, headings and totals are no lines; receipts and credit memos are, and are refused.
    assert (told.lines_read, told.invoice_lines, told.lines_refused) == (5, 3, 2)
    assert "only invoices are imported" in importer.reasons()[9]
    assert importer(report, load_mapping("quickbooks-invoices")).documents_present == 2


def test_a_report_lands_from_the_page_too(any_database, company, maya):
    who = Identity("staff", company.id, maya.id, new_id(), maya.name, maya.email, maya.role)
    run_id = keep_file(who, "invoices", "sales.csv", SALES.encode())
    assert begin_import(who, run_id)
    run_import(who, run_id, lambda topics: None)
    run = show_import(who.scope, run_id).run
    assert (run.landed[0], run.refused) == ("2 invoices of 2,468.00 USD", "2 lines refused")
    assert run.reasons == ("Not an invoice: 2",)
    assert invoices()["1001"] == ("Harbor View Apartments", 222_800)


def test_what_was_refused_of_a_report_can_be_mended_and_imported(any_database, importer):
    importer(SALES.replace("1.50,160.00", "one,160.00"), load_mapping("quickbooks-invoices"))
    assert "1003" not in invoices()
    with importer.refused_path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0][:4] == ["refused_line", "refused_reason", "Customer", "Transaction date"]
    mended = importer.refused_path.read_text().replace(",one,160.00", ",1.50,160.00")
    importer(mended, load_mapping("quickbooks-invoices"))
    assert invoices()["1003"] == ("Cedar & Pine Café", 24_000)


def test_open_invoices_land_with_what_is_still_to_be_paid(any_database, importer):
    importer(OPEN, load_mapping("quickbooks-open-invoices"))
    assert invoices() == {
        "1001": ("Harbor View Apartments", 122_800),
        "1005": ("Larkspur Elementary", 7_500),
    }
    assert due() == {"1001": date(2026, 12, 1), "1005": date(2026, 12, 2)}


def test_stripes_default_columns_are_enough(any_database, importer):
    importer(STRIPE, load_mapping("stripe-invoices"))
    assert invoices() == {"ASH-0001": ("Harbor View Apartments", 28_000)}
    assert due() == {"ASH-0001": date(2026, 12, 2)}


def test_without_a_due_date_the_terms_hold_and_one_before_the_issue_is_refused(
    any_database, importer, company
):
    nothing, early = (STRIPE.replace("2026-12-02 15:04", due) for due in ("", "2026-11-01 15:04"))
    importer(early, load_mapping("stripe-invoices"))
    assert "before its day of issue" in importer.reasons()[2] and invoices() == {}
    importer(nothing, load_mapping("stripe-invoices"))
    terms = timedelta(days=company.payment_terms_days)
    assert due() == {"ASH-0001": date(2026, 11, 2) + terms}


@pytest.mark.parametrize(
    ("text", "kind", "columns"),
    [
        (
            SALES,
            ImportKind.INVOICES,
            {
                "number": "Num",
                "customer": "Customer",
                "date": "Transaction date",
                "unit_price": "Sales price",
                "quantity": "Quantity",
                "description": "Description",
                "item": "Product/Service full name",
                "kind": "Transaction type",
            },
        ),
        (
            OPEN,
            ImportKind.INVOICES,
            {
                "number": "Num",
                "customer": "Customer",
                "date": "Date",
                "due_date": "Due date",
                "unit_price": "Open balance",
                "kind": "Transaction type",
            },
        ),
        (
            CONTACTS,
            ImportKind.CUSTOMERS,
            {
                "name": "Customer full name",
                "contact": "Full name",
                "email": "Email",
                "phone": "Phone numbers",
                "address": "Bill address",
            },
        ),
    ],
    ids=["sales", "open", "contacts"],
)
def test_the_page_knows_the_columns_of_a_report(text, kind, columns):
    found = guess(text.encode(), kind, month_first=True)
    assert (found.columns, found.source) == (columns, "QuickBooks")
    if kind is ImportKind.INVOICES:
        assert found.dates == "%m/%d/%Y"


def test_our_own_export_is_known_too():
    """A company that moves between two installations."""
    days = *[date(2026, 11, 1)] * 2, *[now()] * 2
    heads = Invoices().headings(Asked(*days, fees=True, platform_fee=True))
    found = guess((",".join(heads) + "\n").encode(), ImportKind.INVOICES, True)
    wanted = {"number", "customer", "date", "due_date", "unit_price", "status", "currency"}
    assert set(found.columns) == wanted
    assert (found.columns["unit_price"], found.columns["due_date"]) == ("due", "due_date")


def test_an_amount_of_the_whole_is_not_multiplied_by_a_quantity():
    """A file with quantities and amounts, and no prices: the quantity is left out."""
    found = guess(
        b"Num,Customer,Date,Qty,Amount\n1,Ash,2026-11-02,3,30\n", ImportKind.INVOICES, True
    )
    assert found.columns["unit_price"] == "Amount" and "quantity" not in found.columns


def table(*rows: list[str]) -> list[list[str]]:
    return [fields for _, fields in as_table(enumerate(rows, 1))]


def test_other_files_are_left_as_they_are():
    plain = [["Name", "Email", "Phone"], ["Ash", "", ""], ["Total for Ash", "", ""], ["", "x", ""]]
    assert table(*plain) == plain
    assert table(["Name"], ["Ash"], ["Smith", "Lee", "Co"]) != []
    # A spreadsheet's own numbering has no name either, and no customers stand alone.
    numbered = [["", "Name", "Email"], ["0", "Ash", ""], ["1", "Lee", ""]]
    assert table(*numbered) == numbered
    assert table() == []


def test_headings_that_are_no_customers_are_not_taken_for_them():
    """Sales by product: products stand above, and the customer has a column."""
    rows = table(
        ["", "Customer", "Num", "Amount"],
        ["Boiler service", "", "", ""],
        ["", "Harbor View Apartments", "1001", "40.00"],
        ["Total for Boiler service", "", "", "$40.00"],
    )
    assert rows == [
        ["Heading", "Customer", "Num", "Amount"],
        ["Boiler service", "Harbor View Apartments", "1001", "40.00"],
    ]


def test_two_reports_in_one_file_are_told(any_database, importer):
    with pytest.raises(CannotImport, match="Line 24 is the header again"):
        importer(SALES + SALES, load_mapping("quickbooks-invoices"))
    assert invoices() == {}
