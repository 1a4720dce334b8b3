"""What does not land is told line by line, with what to do. A document lands whole or not."""

import csv

import pytest
from sqlmodel import select

from fsm_portal.db import reading
from fsm_portal.domain.credit_note import CreditNote
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.tax_rate import TaxRate
from fsm_portal.flows.importing import spool
from fsm_portal.flows.importing.refusal import Reason
from tests import cast
from tests.imports import HEADER, RETAIL, SLICE, Importer, as_csv, line, rows_in
from tests.invoices import write_invoice


@pytest.fixture
def importer(database, company, tmp_path) -> Importer:
    return Importer(company, tmp_path)


def numbers_in() -> set[str]:
    with reading() as session:
        return {*session.exec(select(Invoice.number)), *session.exec(select(CreditNote.number))}


def test_the_real_slice_says_what_was_refused_and_why(importer):
    report = importer()
    assert dict(report.refused) == {
        Reason.NO_CUSTOMER: 9,
        Reason.NUMBER: 1,
        Reason.NOTHING_TO_PAY: 1,
    }
    by_number = {row["Invoice"]: row for row in importer.refused()}
    assert "No customer: fill in Customer ID" in by_number["489619"]["refused_reason"]
    assert "neither an invoice's number" in by_number["A506401"]["refused_reason"]
    assert "comes to 0.00" in by_number["497819"]["refused_reason"]


def test_refused_lines_keep_their_number_and_their_text(importer):
    importer()
    original = SLICE.read_text(encoding="utf-8").splitlines()
    for row in importer.refused():
        fields = [row[name] for name in HEADER]
        assert fields == next(csv.reader([original[int(row["refused_line"]) - 1]]))
        assert row["refused_reason"][0].isalnum()  # nothing that a spreadsheet takes for a formula
    assert "£80.00" in importer.refused_path.read_text(encoding="utf-8")


FAULTS = [
    ({"Customer_ID": ""}, "No customer"),
    ({"Customer_ID": "x" * 65}, "shorten it to 64"),
    ({"Quantity": "0"}, "quantity is 0"),
    ({"Quantity": "-0"}, "quantity is 0"),
    ({"Quantity": "-2"}, "below zero: make it a credit note"),
    ({"Quantity": ""}, "quantity is empty"),
    ({"Quantity": "1,5"}, "not a plain number"),
    ({"Quantity": "NaN"}, "not a plain number"),
    ({"Quantity": "1e3"}, "not a plain number"),
    ({"Quantity": "٣"}, "not a plain number"),
    ({"Quantity": "0.1234567"}, "more than 6 decimals"),
    ({"Quantity": "9999999999", "Price": "9999999999"}, "more than the books can hold"),
    ({"Price": "-2.55"}, "below zero"),
    ({"Price": "£2.55"}, "not a plain number"),
    ({"Price": "2.123456789"}, "not a plain number"),
    ({"Price": "0"}, "nothing to pay"),
    ({"Price": "0.001"}, "nothing to pay"),
    ({"InvoiceDate": "01/03/2010"}, "not written like"),
    ({"InvoiceDate": "2010-02-30 10:00:00"}, "not written like"),
    ({"InvoiceDate": "9999-12-31 10:00:00"}, "year 9999"),
    ({"Description": "", "StockCode": ""}, "No description"),
    ({"Description": "x" * 501}, "shorten it to 500"),
    ({"Invoice": ""}, "No document number"),
    ({"Invoice": "5000011"}, "neither an invoice's number"),
]


@pytest.mark.parametrize(("changes", "reason"), FAULTS)
def test_a_fault_is_told_at_its_line_and_the_rest_lands(importer, changes, reason):
    report = importer(as_csv(line("500000"), line(**changes), line("500002")))
    assert importer.reasons().keys() == {3}
    assert reason in importer.reasons()[3]
    assert numbers_in() == {"500000", "500002"}
    assert report.lines_refused == 1


def test_a_line_without_description_is_called_by_its_item(importer):
    importer(as_csv(line(Description=" ", StockCode="21523")))
    assert numbers_in() == {"500001"}


def test_one_bad_line_holds_back_its_whole_invoice(importer):
    """The invoice would have landed with a wrong total."""
    report = importer(as_csv(line(), line(Quantity="0"), line(), line("500002")))
    reasons = importer.reasons()
    assert "quantity is 0" in reasons[3]
    assert reasons[2] == reasons[4]
    assert "Line 3 of the same document was refused" in reasons[2]
    assert report.refused == {Reason.QUANTITY: 1, Reason.OTHER_LINE: 2}
    assert numbers_in() == {"500002"}


def test_the_mended_refused_file_is_imported_as_it_is(importer, tmp_path):
    importer(as_csv(line(), line(Quantity="0"), line("500002")))
    mended = tmp_path / "mended.csv"
    refused = importer.refused_path.read_text(encoding="utf-8")
    mended.write_text(refused.replace("MUG,0,", "MUG,1,"), encoding="utf-8")
    report = importer(mended)
    assert (report.invoices, report.invoiced) == (1, 510 + 255)
    assert importer.refused() == []


def test_a_refused_file_of_a_refused_file_says_the_newest_reason_once(importer, tmp_path):
    importer(as_csv(line(Quantity="0")))
    half_mended = importer.refused_path.read_text(encoding="utf-8").replace("MUG,0,", "MUG,-3,")
    importer(half_mended)
    with importer.refused_path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["refused_line", "refused_reason", *HEADER]
    assert len(rows[1]) == len(rows[0]) and "below zero" in rows[1][1]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"Customer_ID": "99999.0"}, "Another customer than on line 2"),
        ({"InvoiceDate": "2010-03-02 09:30:00"}, "Another day than on line 2"),
    ],
)
def test_the_lines_of_an_invoice_agree_on_customer_and_day(importer, changes, reason):
    importer(as_csv(line(), line(**changes)))
    assert reason in importer.reasons()[3]
    assert numbers_in() == set()


def test_the_minute_may_pass_while_an_invoice_is_written(importer):
    importer(as_csv(line(), line(InvoiceDate="2010-03-01 09:31:00")))
    assert numbers_in() == {"500001"}


def test_a_credit_note_takes_back_and_never_gives(importer):
    importer(as_csv(line("C500001", Quantity="2"), line("C500002", Quantity="-2")))
    assert "above zero" in importer.reasons()[2]
    assert numbers_in() == {"C500002"}


@pytest.mark.parametrize("fields", [7, 9, 1])
def test_a_line_with_a_wrong_number_of_fields_holds_back_its_invoice(importer, fields):
    broken = [*line(), "and more"][:fields]
    importer(as_csv(line(), broken, line("500002")))
    assert f"has {fields} fields, the header 8" in importer.reasons()[3]
    assert "Line 3 of the same document" in importer.reasons()[2]
    assert numbers_in() == {"500002"}


def test_a_broken_line_holds_back_every_invoice_that_it_may_belong_to(importer):
    """With a field lost in front, the number stands one place to the left."""
    header = ["Note", *HEADER]
    lines = [["", *line("500001")], ["", *line("500002")], line("500002"), ["", *line("500003")]]
    importer(as_csv(*lines, header=header))
    assert numbers_in() == {"500001", "500003"}


def test_an_invoice_longer_than_any_real_one_is_refused_piece_by_piece(importer, monkeypatch):
    monkeypatch.setattr(spool, "LONGEST_DOCUMENT", 10)
    report = importer(as_csv(*[line() for _ in range(25)], line("500002")))
    assert report.refused == {Reason.TOO_LARGE: 25}
    assert numbers_in() == {"500002"}


# ── Numbers that are taken ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"Price": "2.60"}, "with another total (GBP 5.10, not GBP 5.20)"),
        ({"Customer_ID": "99999.0"}, "for another customer (13085)"),
        ({"InvoiceDate": "2010-03-02 09:30:00"}, "of another day (2010-03-01)"),
        ({"Quantity": "4", "Price": "1.275"}, "with other lines"),
        ({"Description": "PLATE"}, "with other lines"),
    ],
)
def test_the_same_number_with_other_content_is_refused(importer, changes, reason):
    importer(as_csv(line()))
    before = rows_in(importer.company)
    report = importer(as_csv(line(**changes)))
    assert reason in importer.reasons()[2]
    assert report.refused == {Reason.OTHER_CONTENT: 1}
    assert rows_in(importer.company) == before


def test_a_number_of_the_companys_own_is_never_overwritten(importer, dana):
    write_invoice(importer.company, dana, number="500001")
    write_invoice(importer.company, dana, number="500002", issued=False)
    importer(as_csv(line("500001"), line("500002")))
    assert "not from an import" in importer.reasons()[2]
    assert "as a draft" in importer.reasons()[3]


# ── What the mapping may say otherwise ──────────────────────────────────────────────────────


def test_lines_without_a_customer_may_go_to_a_walk_in_customer(importer):
    report = importer(SLICE, RETAIL.taking_walk_ins())
    assert Reason.NO_CUSTOMER not in report.refused
    with reading() as session:
        walk_in = session.exec(select(Customer).where(Customer.reference == "walk-in")).one()
        theirs = select(Invoice.number).where(Invoice.customer_id == walk_in.id)
        assert walk_in.name == "Walk-in customer"
        assert set(session.exec(theirs)) == {"489619"}


def test_a_named_tax_rate_is_charged_on_top(importer):
    rate = cast.save(TaxRate(company_id=importer.company.id, name="VAT", rate_ppm=175_000))
    money = RETAIL.money.model_copy(update={"tax_rate": "VAT"})
    taxed = RETAIL.model_copy(update={"money": money})
    lines = [line(), line(), line("C500002", Quantity="-1")]
    report = importer(as_csv(*lines), taxed)
    assert (report.invoiced, report.credited) == (1020 + 179, 255 + 45)
    assert importer(as_csv(*lines), taxed).documents_present == 2
    with reading() as session:
        invoice = session.exec(select(Invoice)).one()
    assert (invoice.subtotal, invoice.tax) == (1020, 179)
    assert rows_in(importer.company)["invoice_tax"] == 1
    assert rate.id
