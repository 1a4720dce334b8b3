"""The staff's list of invoices: each filter means what its badge says, and 12,000 are no matter."""

from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest

from fsm_portal.db import unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.credit_note import CreditNote
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.invoice import InvoiceDelivery
from fsm_portal.domain.invoice_posting import postings_for_credit_note
from fsm_portal.domain.ledger import Account, Kind, Posting, post
from fsm_portal.domain.staff import Role
from fsm_portal.flows.customers import called
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoices.list_invoices import PAGE, InvoiceQuery, invoice_query, list_invoices
from fsm_portal.flows.invoicing import list_search
from tests import cast
from tests.invoices import write_invoice
from tests.payments import checkout, debit_started, received


@pytest.fixture
def eyes(any_database, company, clock):
    return Scope("staff", company.id, None, Role.OWNER)


@pytest.fixture
def invoices(eyes, company, dana):
    """One of each: a draft, unpaid, overdue, partly paid, paid, credited in full, void."""
    cedar = cast.save(cast.cedar_and_pine(company))
    made = {
        "draft": write_invoice(company, dana, number="INV-0001", issued=False),
        "unpaid": write_invoice(company, dana, number="INV-0002"),
        "overdue": write_invoice(company, cedar, number="INV-0003", due_in_days=13),
        "part": write_invoice(company, dana, number="INV-0004"),
        "paid": write_invoice(company, cedar, number="INV-0005", due_in_days=1),
        "credited": write_invoice(company, dana, number="INV-0006", due_in_days=1),
        "void": write_invoice(company, dana, number="INV-0007", due_in_days=1),
    }
    received(checkout(made["part"], amount=10_000))
    received(checkout(made["paid"]))
    credit(made["credited"])
    void(made["void"])
    return made


def credit(invoice) -> None:
    """A credit note over all of it."""
    note = CreditNote(
        company_id=invoice.company_id,
        number="CN-0001",
        customer_id=invoice.customer_id,
        invoice_id=invoice.id,
        currency=invoice.currency,
        issue_date=now().date(),
        total=invoice.total,
    )
    cast.save(note)
    _post(invoice, note.id, postings_for_credit_note(invoice.total, invoice_id=invoice.id))


def void(invoice) -> None:
    invoice.voided_at = now()
    with unit_of_work() as session:
        session.merge(invoice)
    undone = Posting(
        Account.SALES, Account.RECEIVABLE, invoice.total, Kind.VOID, invoice_id=invoice.id
    )
    _post(invoice, invoice.id, [undone])


def _post(invoice, source: str, postings: list[Posting]) -> None:
    with unit_of_work() as session:
        post(
            session,
            company_id=invoice.company_id,
            currency=invoice.currency,
            source=source,
            occurred_at=now(),
            customer_id=invoice.customer_id,
            postings=postings,
        )


@pytest.mark.parametrize(
    ("show", "numbers"),
    [
        ("all", ["0007", "0006", "0005", "0004", "0003", "0002", "0001"]),
        ("draft", ["0001"]),
        ("unpaid", ["0004", "0003", "0002"]),
        ("overdue", ["0003"]),
        ("paid", ["0006", "0005"]),
        ("void", ["0007"]),
        ("processing", []),
        ("refunded", []),
        ("disputed", []),
    ],
)
def test_a_filter_shows_what_its_name_says(eyes, invoices, show, numbers):
    view = list_invoices(eyes, InvoiceQuery(show=show))
    assert [row.number for row in view.rows] == [f"INV-{number}" for number in numbers]
    assert view.place.startswith(f"{len(numbers)} invoice") or not numbers


def test_every_row_wears_its_status(eyes, invoices):
    rows = {row.number: row for row in list_invoices(eyes, InvoiceQuery()).rows}
    codes = {number[-1]: row.status.code for number, row in rows.items()}
    assert codes == {
        "1": "draft",
        "2": "unpaid",
        "3": "unpaid",
        "4": "partially_paid",
        "5": "paid",
        "6": "paid",
        "7": "void",
    }
    assert [number for number, row in rows.items() if row.status.overdue] == ["INV-0003"]
    assert rows["INV-0004"].due == "$180.00" and rows["INV-0004"].total == "$280.00"
    assert rows["INV-0005"].due == "" == rows["INV-0001"].due
    assert rows["INV-0002"].issued == "Nov 2, 2026" and rows["INV-0002"].due_date == "Dec 2, 2026"


def test_what_can_be_sent_is_what_is_to_be_paid(eyes, invoices):
    debit_started(checkout(invoices["unpaid"]))
    rows = list_invoices(eyes, InvoiceQuery()).rows
    assert [row.number[-1] for row in rows if row.sendable] == ["4", "3", "1"]
    assert [row.number[-1] for row in rows if row.status.processing] == ["2"]
    (row,) = list_invoices(eyes, InvoiceQuery(show="processing")).rows
    assert row.number == "INV-0002"


@pytest.mark.parametrize(
    ("search", "numbers"),
    [
        ("inv-0005", ["0005"]),
        ("cedar", ["0005", "0003"]),
        ("LAURENT", ["0005", "0003"]),
        ("cedarandpine.example", ["0005", "0003"]),
        ("inv-000", ["0007", "0006", "0005", "0004", "0003", "0002", "0001"]),
        ("5", ["0005"]),
        ("#0005", ["0005"]),
        ("$280.00", ["0007", "0006", "0005", "0004", "0003", "0002", "0001"]),
        ("280", ["0007", "0006", "0005", "0004", "0003", "0002", "0001"]),
        ("281", []),
        ("%", []),
        ("_", []),
        ("'; DROP TABLE invoice; --", []),
    ],
)
def test_search_finds_numbers_and_customers(eyes, invoices, search, numbers):
    view = list_invoices(eyes, InvoiceQuery(search=search))
    assert [row.number for row in view.rows] == [f"INV-{number}" for number in numbers]
    assert not view.is_new


def test_an_amount_is_found_as_the_office_writes_it(any_database, company, dana, clock):
    with unit_of_work() as session:
        session.get_one(Company, company.id).locale = "de_DE"
    eyes = Scope("staff", company.id, None, Role.OWNER)
    write_invoice(company, dana, lines=(("Visit", "1", "12050"),))
    write_invoice(company, dana, number="INV-2", lines=(("Visit", "1", "12051"),), issued=False)
    for search, number in (("120,50", "INV-0042"), ("120,51 €", "INV-2")):
        (row,) = list_invoices(eyes, InvoiceQuery(search=search)).rows
        assert row.number == number


@pytest.mark.parametrize("few, many", [(1_000, 1), (1, 1)])
def test_a_customer_is_found_however_many_are_called_so(
    any_database, company, monkeypatch, few, many
):
    """Among some customers, or asked at each row as it is come across; with accents and without."""
    monkeypatch.setattr(called, "FEW", few)
    monkeypatch.setattr(list_search, "_MANY", many)
    called._of_words.cache_clear()
    eyes = Scope("staff", company.id, None, Role.OWNER)
    for at, name in enumerate(("Café Élan", "Elan Bar", "Gym")):
        customer = cast.harbor_view(company, name=name, contact="", email=f"{at}@mail.example")
        cast.save(customer)
        write_invoice(company, customer, number=f"N-{at}")
        write_invoice(company, customer, number=f"D-{at}", issued=False)
    for search in ("élan", "ELAN"):
        rows = list_invoices(eyes, InvoiceQuery(search=search)).rows
        assert sorted(row.number for row in rows) == ["D-0", "D-1", "N-0", "N-1"]
    (row,) = list_invoices(eyes, InvoiceQuery(show="unpaid", search="bar elan")).rows
    assert row.number == "N-1"
    called._of_words.cache_clear()


def test_search_and_filter_go_together(eyes, invoices):
    view = list_invoices(eyes, InvoiceQuery(show="unpaid", search="cedar"))
    assert [row.number for row in view.rows] == ["INV-0003"]


@pytest.mark.parametrize("sort", ["", "due", "amount", "customer"])
def test_pages_follow_each_other_without_gaps(eyes, company, dana, sort):
    cedar = cast.save(cast.cedar_and_pine(company))
    for number in range(PAGE + 3):
        write_invoice(
            company,
            (dana, cedar)[number % 2],
            number=f"INV-{number:04}",
            issue_date=date(2026, 11, 2 + number % 3),
            lines=(("Boiler service", "1", str(10_000 + number % 7)),),
            issued=number % 5 != 0,
        )
    first = list_invoices(eyes, InvoiceQuery(sort=sort))
    assert len(first.rows) == PAGE and first.newer == ""
    second = list_invoices(eyes, asked(first.older))
    assert second.older == "" and len(second.rows) == 3
    numbers = [row.number for row in first.rows + second.rows]
    assert len(set(numbers)) == PAGE + 3
    back = list_invoices(eyes, asked(second.newer))
    assert back.rows == first.rows and back.newer == "" and back.older == first.older


def asked(path: str) -> InvoiceQuery:
    """The query of an address."""
    said = dict(parse_qsl(urlsplit(path).query))
    names = ("show", "q", "sort", "after", "before")
    return invoice_query(*[said.get(name) for name in names])


def test_each_order_begins_with_what_it_is_for(eyes, invoices, company, dana):
    cedar = cast.save(cast.larkspur_elementary(company))
    write_invoice(company, cedar, number="INV-0008", lines=(("Boiler", "1", "999900"),))

    def first(sort):
        return list_invoices(eyes, InvoiceQuery(sort=sort)).rows[0].number

    assert first("amount") == first("newest") == "INV-0008"
    assert first("due") == "INV-0005"
    assert first("customer") == "INV-0003"  # Cedar & Pine Café, the older one
    late = list_invoices(eyes, InvoiceQuery(show="overdue"))
    assert late.sort == "due"


def test_a_customer_who_is_renamed_moves_in_the_list(eyes, invoices, company, dana):
    dana.name = "Aardvark Apartments"
    with unit_of_work() as session:
        session.merge(dana)
    assert list_invoices(eyes, InvoiceQuery(sort="customer")).rows[0].customer == dana.name


def test_a_page_that_begins_at_an_invoice_of_somebody_else_is_the_first(
    eyes, invoices, other_company
):
    """Case 35."""
    theirs = cast.save(cast.northwind_dental(other_company))
    foreign = write_invoice(other_company, theirs, number="INV-9999")
    everything = list_invoices(eyes, InvoiceQuery())
    assert list_invoices(eyes, InvoiceQuery(after=foreign.id)) == everything
    assert list_invoices(eyes, InvoiceQuery(before="0" * 32)) == everything


def test_a_row_says_when_it_was_last_sent(eyes, invoices, clock):
    for _ in range(2):
        delivery = InvoiceDelivery(
            company_id=eyes.company_id, invoice_id=invoices["unpaid"].id, email="a@b.example"
        )
        delivery.sent_at = clock.move(minutes=3)
        cast.save(delivery)
    rows = {row.number: row.letter.words for row in list_invoices(eyes, InvoiceQuery()).rows}
    assert rows["INV-0002"].replace("\u202f", " ") == "Sent 9:06 AM"
    assert rows["INV-0003"] == ""


def test_a_customer_without_an_address_can_be_told_from_the_row(eyes, company):
    nobody = cast.save(Customer(company_id=company.id, name="Walk-in"))
    write_invoice(company, nobody)
    (row,) = list_invoices(eyes, InvoiceQuery()).rows
    assert row.email == "" and row.sendable


def test_nothing_of_another_company_is_found(eyes, invoices, other_company):
    """Case 35: not by its number, not by its customer."""
    theirs = cast.save(cast.northwind_dental(other_company))
    write_invoice(other_company, theirs, number="INV-9999")
    for query in (InvoiceQuery(), InvoiceQuery(search="9999"), InvoiceQuery(search="northwind")):
        numbers = [row.number for row in list_invoices(eyes, query).rows]
        assert "INV-9999" not in numbers


def test_a_company_without_invoices_is_told_apart_from_a_search_without_hits(eyes):
    view = list_invoices(eyes, InvoiceQuery(search="anything"))
    assert view.is_new and view.place == "" and not view.newer and not view.older


@pytest.mark.parametrize("place", [None, "", "0", "-3", "x" * 32, "²" * 32, 7, {}, ["2"]])
def test_a_place_that_makes_no_sense_is_the_beginning(place):
    query = invoice_query("all", "", "", place, place)
    assert (query.after, query.before) == ("", "")


def test_whatever_an_address_says_makes_some_query():
    assert invoice_query({"a": 1}, 5, [], None, 4) == InvoiceQuery()
    assert invoice_query("overdue", "  two   words ", "amount") == InvoiceQuery(
        "overdue", "two words", "amount"
    )
    assert len(invoice_query(None, "x" * 100_000).search) == 100
