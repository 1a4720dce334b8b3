"""What is settled asks for nothing any more: its PDF, and a copy of it by mail."""

import io

import pytest
from pypdf import PdfReader

from fsm_portal.domain.clock import now
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoicing.send_invoice import send_invoice
from tests import cast
from tests.flows.postbox import work_off_everything
from tests.invoices import write_invoice
from tests.papers import invoice_pdf
from tests.payments import checkout, received

TERMS = "Please pay within 30 days, by card or bank transfer."


@pytest.fixture
def invoice(clock, company, dana):
    company.terms = TERMS
    cast.save(company)
    return write_invoice(company, dana)


def words_of(content: bytes) -> str:
    return " ".join(PdfReader(io.BytesIO(content)).pages[0].extract_text().split())


def drawn(invoice) -> str:
    scope = Scope("customer", invoice.company_id, invoice.customer_id, None)
    return words_of(invoice_pdf(scope, invoice.id)[1])


def test_an_unpaid_invoice_says_how_to_pay(invoice):
    assert TERMS in drawn(invoice) and "Pay online" in drawn(invoice)


def test_a_part_payment_leaves_the_terms_standing(invoice):
    received(checkout(invoice, amount=10_000))
    assert TERMS in drawn(invoice)


def test_a_paid_invoice_says_so_and_asks_for_nothing(invoice):
    received(checkout(invoice))
    words = drawn(invoice)
    assert "PAID" in words and "Amount due $0.00" in words
    assert "30 days" not in words and "Pay online" not in words


def test_a_void_invoice_asks_for_nothing(invoice):
    invoice.voided_at = now()
    cast.save(invoice)
    assert "VOID" in drawn(invoice) and "30 days" not in drawn(invoice)


def test_a_copy_of_a_paid_invoice_is_no_bill(owner, invoice, postbox):
    received(checkout(invoice))
    send_invoice(owner, invoice.id)
    work_off_everything()
    (letter,) = [each for each in postbox.letters() if "INV-0042" in each["subject"]]
    assert letter["subject"] == "Invoice INV-0042 from Bright Heating Co.: settled"
    assert "Amount due" not in letter["text"] and "View invoice" in letter["text"]
    assert "30 days" not in words_of(postbox.attachment(letter))


def test_letters_greet_the_contact_and_name_the_customer(owner, invoice, postbox):
    """The invoice's letter and the receipt's, as page and PDF do."""
    send_invoice(owner, invoice.id)
    received(checkout(invoice))
    work_off_everything()
    letters = postbox.letters()
    assert len(letters) == 2
    for letter in letters:
        assert "Hello Dana Reyes," in letter["text"]
        assert "Harbor View Apartments" in letter["text"]
        assert "Billed to:   Dana" not in letter["text"]
