"""Credit notes on issued invoices: less is owed, tax goes along, the books stay balanced."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from sqlmodel import select

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.audit_entry import AuditEntry
from fsm_portal.domain.balances import invoice_balances
from fsm_portal.domain.credit_note import CreditNote, CreditNoteLine, CreditNoteTax
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.discount import Discount
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Account, LedgerEntry
from fsm_portal.domain.tax_rate import TaxRate
from fsm_portal.flows.identity import Identity, Scope
from fsm_portal.flows.invoices.show_customer_invoice import show_customer_invoice
from fsm_portal.flows.invoices.show_staff_invoice import show_staff_invoice
from fsm_portal.flows.invoicing.credit_invoice import Asked, CannotCredit, credit_invoice
from fsm_portal.flows.invoicing.lines_left import lines_left
from fsm_portal.flows.invoicing.send_invoice import send_invoice
from fsm_portal.flows.invoicing.void_invoice import void_invoice
from fsm_portal.flows.invoicing.write_invoice import DraftLine, write_draft
from tests import cast
from tests.flows import books
from tests.flows.postbox import work_off_everything
from tests.invoices import write_invoice
from tests.papers import credit_note_pdf
from tests.payments import checkout, debit_started, received


def identity(company, person) -> Identity:
    return Identity(
        "staff", company.id, person.id, "5" * 32, person.name, person.email, person.role
    )


@pytest.fixture
def maya(clock, company) -> Identity:
    return identity(company, cast.save(cast.maya(company)))


@pytest.fixture
def invoice(company, dana):
    """280.00 and 8.25% of tax: 303.10."""
    rate = TaxRate(company_id=company.id, name="Sales tax", rate_ppm=82_500)
    return write_invoice(company, dana, tax_rate=rate)


def balance(invoice):
    with reading() as session:
        return invoice_balances(session, invoice.company_id, [invoice.id])[invoice.id]


def credit(who, invoice, amount="", reason="", press=""):
    return credit_invoice(who, invoice.id, Asked(press or new_id(), amount, reason))


def on_account(account: Account) -> int:
    rows = books.rows(LedgerEntry)
    return sum(row.amount * ((row.debit == account) - (row.credit == account)) for row in rows)


def test_a_part_takes_price_and_tax_back_in_proportion(any_database, maya, invoice):
    credit(maya, invoice, "100.00", "Came late")
    assert balance(invoice).due == 20_310 and balance(invoice).credited == 10_000
    (note,) = books.rows(CreditNote)
    assert (note.number, note.total, note.reason, note.written_by) == (
        "CN-0001",
        10_000,
        "Came late",
        maya.person_id,
    )
    (tax,) = books.rows(CreditNoteTax)
    assert (tax.amount, tax.base) == (762, 9_238)
    assert on_account(Account.TAX) == -(2_310 - 762)
    assert [entry.deed for entry in books.rows(AuditEntry)] == ["credited invoice"]


def test_an_amount_is_called_what_it_is_in_its_customers_language(maya, dana, invoice):
    credit(maya, invoice, "100.00")
    dana.locale = "de_DE"
    cast.save(dana)
    credit(maya, invoice, "20.00")
    assert {line.description for line in books.rows(CreditNoteLine)} == {
        f"Credit of {invoice.number}",
        f"Korrektur zu {invoice.number}",
    }


def test_whatever_the_steps_the_last_one_leaves_nothing(maya, invoice):
    """Thirds do not add up to a whole by themselves: the cents that are left go with the last."""
    for amount in ("101.03", "33.33", "0.01", ""):
        credit(maya, invoice, amount)
    assert balance(invoice).due == 0
    assert on_account(Account.TAX) == 0
    assert on_account(Account.SALES) == -on_account(Account.SALES_CREDITED)


def test_never_more_than_is_owed(maya, invoice):
    received(checkout(invoice, amount=20_000))
    with pytest.raises(CannotCredit, match=r"Only \$103.10 is still owed") as refused:
        credit(maya, invoice, "103.11")
    assert refused.value.field == "amount"
    credit(maya, invoice)
    with pytest.raises(CannotCredit, match="goes back by a refund"):
        credit(maya, invoice, "1")
    assert balance(invoice).due == 0


def test_one_press_is_one_credit_note(any_database, maya, invoice):
    press = new_id()
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: credit(maya, invoice, "10", press=press), range(4)))
    assert len(books.rows(CreditNote)) == 1 and balance(invoice).due == 29_310


@pytest.mark.parametrize("typed", ["-5", "0", "abc", "1.001", "1,5"])
def test_bad_input_is_told_beside_the_amount(maya, invoice, typed):
    with pytest.raises(CannotCredit) as refused:
        credit(maya, invoice, typed)
    assert refused.value.field == "amount" and books.rows(CreditNote) == []


def test_money_on_its_way_is_not_credited(maya, invoice):
    debit_started(checkout(invoice))
    with pytest.raises(CannotCredit, match="on its way"):
        credit(maya, invoice)


def test_drafts_void_ones_and_those_of_others_are_not_credited(
    maya, company, dana, invoice, other_company
):
    """Case 35."""
    draft = write_invoice(company, dana, number="INV-0050", issued=False)
    void = write_invoice(company, dana, number="INV-0051")
    void_invoice(maya, void.id)
    priya = identity(other_company, cast.save(cast.priya(other_company)))
    tom = identity(company, cast.save(cast.tom(company)))
    for who, what in ((maya, draft), (maya, void), (priya, invoice), (tom, invoice)):
        with pytest.raises(CannotCredit):
            credit(who, what)
    assert books.rows(CreditNote) == []


def test_what_was_credited_in_part_can_still_be_voided(maya, invoice):
    credit(maya, invoice, "100")
    void_invoice(maya, invoice.id)
    assert balance(invoice).due == 0 and on_account(Account.TAX) == 0


def test_both_faces_show_it_and_its_paper_says_what_it_is(maya, company, dana, invoice):
    credit(maya, invoice, "100.00", "Came late")
    (note,) = books.rows(CreditNote)
    office = show_staff_invoice(maya.scope, invoice.id)
    assert office.sums.credited == "-$100.00" and office.sums.due == "$203.10"
    assert office.timeline[0].title == "CN-0001: $100.00 credited"
    assert office.credit_notes[0].pdf_url == f"/documents/credit-notes/{note.id}.pdf"
    theirs = Scope("customer", company.id, dana.id, None)
    shown = show_customer_invoice(theirs, invoice.id)
    assert shown.sums.due == "$203.10"
    assert [each.receipt_url for each in shown.payments] == [office.credit_notes[0].pdf_url]
    for scope in (maya.scope, theirs):
        found = credit_note_pdf(scope, note.id)
        assert found is not None and found[0] == "CN-0001.pdf" and found[1].startswith(b"%PDF")
    assert credit_note_pdf(Scope("customer", company.id, "0" * 32, None), note.id) is None


# ── Line by line ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def mixed(company, dana):
    """Two rates, an untaxed line, 10% off the whole: 2 × 45.50 and 189.00 at 8.25%, 19.99 at 20%,
    30.00 untaxed."""
    sales = cast.save(TaxRate(company_id=company.id, name="Sales tax", rate_ppm=82_500))
    vat = cast.save(TaxRate(company_id=company.id, name="VAT", rate_ppm=200_000))
    lines = [
        DraftLine("Thermostat", Decimal(2), Decimal(4_550), tax_rate_id=sales.id),
        DraftLine("Boiler service", Decimal(1), Decimal(18_900), tax_rate_id=sales.id),
        DraftLine("Filter", Decimal(1), Decimal(1_999), tax_rate_id=vat.id),
        DraftLine("Parking", Decimal(1), Decimal(3_000)),
    ]
    with unit_of_work() as session:
        invoice = write_draft(session, company, dana, lines=lines, discount=Discount(ppm=100_000))
    return invoice


def credit_lines(who, invoice, lines, press=""):
    return credit_invoice(who, invoice.id, Asked(press or new_id(), lines=lines))


def test_a_line_takes_its_own_tax_back(any_database, maya, mixed):
    send_invoice(maya, mixed.id)
    before = balance(mixed).due
    # One thermostat: 45.50 less its tenth, with 8.25% of tax.
    credit_lines(maya, mixed, {1: "1"})
    (note,) = books.rows(CreditNote)
    (line,) = books.rows(CreditNoteLine)
    (tax,) = books.rows(CreditNoteTax)
    assert (line.description, line.quantity, line.amount) == ("Thermostat", 1, 4_095)
    assert line.invoice_position == 1
    assert (tax.name, tax.base, tax.amount) == ("Sales tax", 4_095, 338)
    assert note.total == 4_433 and balance(mixed).due == before - 4_433
    # Untaxed, and by another rate.
    credit_lines(maya, mixed, {3: "1", 4: "1"})
    taxes = {each.name: each.amount for each in books.rows(CreditNoteTax)[1:]}
    assert taxes == {"VAT": 360}
    offer = show_staff_invoice(maya.scope, mixed.id).credit.lines
    assert [(each.id, each.quantity) for each in offer] == [("1", "1"), ("2", "1")]
    assert offer[0].left == "1 of 2 left, $40.95 before tax"


def test_all_lines_one_by_one_leave_nothing(maya, mixed):
    send_invoice(maya, mixed.id)
    for lines in ({1: "0.7"}, {2: "0.333333"}, {1: "1.3"}, {4: "0.5"}, {2: "0.666667", 3: "1"}):
        credit_lines(maya, mixed, lines)
    credit_lines(maya, mixed, {4: "0.5"})
    assert balance(mixed).due == 0 and on_account(Account.TAX) == 0
    assert on_account(Account.SALES) == -on_account(Account.SALES_CREDITED)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({1: "2.000001"}, "Only 2 is left"),
        ({1: "0"}, "Enter a number"),
        ({1: "-1"}, "Enter a number"),
        ({1: "NaN"}, "Enter a number"),
        ({9: "1"}, "Nothing is left"),
        ({4: "0.000001"}, "comes to nothing"),
        ({}, "how much of which line"),
    ],
)
def test_never_more_than_is_left_of_a_line(maya, mixed, typed, words):
    send_invoice(maya, mixed.id)
    with pytest.raises(CannotCredit, match=words) as refused:
        credit_lines(maya, mixed, typed)
    assert refused.value.field == next((f"quantity-{position}" for position in typed), "")
    assert books.rows(CreditNote) == []


def test_two_who_take_the_same_line_back_at_once_take_it_once(any_database, maya, mixed):
    send_invoice(maya, mixed.id)

    def once(_n):
        try:
            credit_lines(maya, mixed, {2: "1"})
        except CannotCredit:
            return 0
        return 1

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(once, range(4))) == 1
    assert len(books.rows(CreditNote)) == 1


def test_lines_after_an_amount_take_no_more_than_their_rate_has_left(maya, mixed):
    send_invoice(maya, mixed.id)
    credit(maya, mixed, "200")
    with pytest.raises(CannotCredit, match="credited before, as an amount"):
        credit_lines(maya, mixed, {1: "2", 2: "1"})
    received(checkout(mixed, amount=balance(mixed).due - 1_000))
    with pytest.raises(
        CannotCredit, match=r"comes to \$44.33 with tax. Only \$10.00 is still owed"
    ):
        credit_lines(maya, mixed, {1: "1"})


def test_a_note_that_counts_no_more_gives_its_lines_back(maya, mixed):
    send_invoice(maya, mixed.id)
    credit_lines(maya, mixed, {2: "1"})
    with unit_of_work() as session:
        (note,) = session.exec(select(CreditNote))
        note.undone_at = note.created_at
        session.add(note)
    with reading() as session:
        invoice = session.get_one(Invoice, (mixed.company_id, mixed.id))
        left = {line.position: line for line in lines_left(session.connection(), invoice)}
    assert left[2].quantity == 1 and left[2].net == 17_010


def test_its_customer_is_mailed_it_once_with_its_paper(maya, mixed, postbox):
    send_invoice(maya, mixed.id)
    press = new_id()
    asked = Asked(press, reason="Sent back", lines={1: "1"}, mail=True)
    for _ in range(2):
        credit_invoice(maya, mixed.id, asked)
    work_off_everything()
    (letter,) = [each for each in postbox.letters() if "Credit note" in each["subject"]]
    assert letter["subject"] == "Credit note CN-0001 from Bright Heating Co.: $44.33"
    assert postbox.attachment(letter).startswith(b"%PDF")
    text = letter["text"]
    assert f"on your invoice {mixed.number}: you owe that much less" in text
    assert "Sent back" in text and f"Still due on {mixed.number}" in text


def test_nobody_is_mailed_what_was_not_asked_for_or_has_no_address(maya, company, mixed, postbox):
    send_invoice(maya, mixed.id)
    work_off_everything()
    letters = len(postbox.letters())
    credit_lines(maya, mixed, {1: "1"})
    with unit_of_work() as session:
        session.get_one(Customer, (company.id, mixed.customer_id)).email = None
    credit_invoice(maya, mixed.id, Asked(new_id(), "10", mail=True))
    work_off_everything()
    assert len(postbox.letters()) == letters and len(books.rows(CreditNote)) == 2
