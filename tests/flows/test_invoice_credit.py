"""Credit notes on issued invoices: less is owed, tax goes along, the books stay balanced."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from fsm_portal.db import reading
from fsm_portal.domain.audit_entry import AuditEntry
from fsm_portal.domain.credit_note import CreditNote, CreditNoteTax
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.ledger import Account, LedgerEntry, invoice_balances
from fsm_portal.domain.tax_rate import TaxRate
from fsm_portal.flows.identity import Identity, Scope
from fsm_portal.flows.invoicing.credit_invoice import Asked, CannotCredit, credit_invoice
from fsm_portal.flows.show_customer_invoice import show_customer_invoice
from fsm_portal.flows.show_staff_invoice import show_staff_invoice
from fsm_portal.flows.void_invoice import void_invoice
from tests import cast
from tests.flows import books
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
    assert (tax.amount, tax.base) == (762, 9_236)
    assert on_account(Account.TAX) == -(2_310 - 762)
    assert [entry.deed for entry in books.rows(AuditEntry)] == ["credited invoice"]


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
    assert show_customer_invoice(theirs, invoice.id).sums.due == "$203.10"
    for scope in (maya.scope, theirs):
        found = credit_note_pdf(scope, note.id)
        assert found is not None and found[0] == "CN-0001.pdf" and found[1].startswith(b"%PDF")
    assert credit_note_pdf(Scope("customer", company.id, "0" * 32, None), note.id) is None
