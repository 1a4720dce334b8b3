"""What documents say about the books, in the language of the customer who reads them."""

import io
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.refund import RefundStatus
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoices.invoice_document import invoice_document
from fsm_portal.flows.invoicing.void_invoice import void_invoice
from fsm_portal.flows.payments.receipt_document import receipt_document
from fsm_portal.flows.refunding.refund_document import MADE, refund_document
from fsm_portal.flows.statement.statement_document import statement_pdf
from fsm_portal.gateways import pdf
from tests.flows.refunds import ask, paid, refund, refunds_events, work_at_stripe
from tests.flows.stripe_side import deliver
from tests.gateways.pdf_documents import words
from tests.invoices import write_invoice
from tests.payments import checkout, received


def drawn(build, subject) -> str:
    """The words of the document that ``build`` makes of a row."""
    with reading() as session:
        document = build(session, session.get_one(type(subject), (subject.company_id, subject.id)))
    return words(pdf.draw(document).content)


def reads(customer: Customer, locale: str) -> None:
    with unit_of_work() as session:
        session.get_one(Customer, (customer.company_id, customer.id)).locale = locale


def statement(customer: Customer) -> bytes:
    scope = Scope("customer", customer.company_id, customer.id, None)
    return statement_pdf(scope, "all", "", "")[1]


def test_the_paid_stamp_has_the_day_on_which_nothing_was_owed_any_more(any_database, invoice):
    """The company's day: in New York the last part came on the evening before."""
    received(checkout(invoice, amount=10_000), at=datetime(2026, 11, 5, 15, tzinfo=UTC))
    assert "PAID" not in drawn(invoice_document, invoice)
    received(checkout(invoice, amount=18_000), at=datetime(2026, 11, 9, 3, tzinfo=UTC))
    assert "PAID Nov 8, 2026" in drawn(invoice_document, invoice)


def test_a_withdrawn_invoice_is_stamped_with_its_day(clock, owner, invoice):
    void_invoice(owner, invoice.id)
    assert "VOID Nov 16, 2026" in drawn(invoice_document, invoice)


def test_only_what_is_to_be_paid_has_a_code_to_scan(invoice):
    assert "Scan to pay" in drawn(invoice_document, invoice)
    received(checkout(invoice))
    assert "Scan to pay" not in drawn(invoice_document, invoice)


def test_a_refund_receipt_says_what_went_back_and_what_is_left(
    any_database, stripe, owner, payer, invoice
):
    payment = paid(stripe, payer, invoice)
    asked = ask(owner, payment, "80.00")
    assert refund(asked).status not in MADE  # Stripe has not said yet that there is one
    work_at_stripe()
    deliver(*refunds_events(stripe))
    made = refund(asked)
    assert made.status == RefundStatus.SUCCEEDED and made.status in MADE
    said = drawn(refund_document, made)
    for part in (
        "Refund receipt", f"RF-{made.id[-8:].upper()}", "Amount refunded $80.00",
        "Visa ending 4242", made.stripe_refund_id, "Invoice INV-0042 Nov 2, 2026 $280.00 $80.00",
        "Total refunded $80.00", "This refund -$80.00", "Left of this payment $200.00",
        "Nothing more is owed for it: see credit note CN-0001.",
    ):  # fmt: skip
        assert part in said, part


def test_a_refund_that_came_back_says_so_and_takes_nothing_off(
    any_database, stripe, sandbox, owner, payer, invoice
):
    """Case 8: the receipt that the customer has is not the last word."""
    payment = paid(stripe, payer, invoice, "4000 0000 0000 7726")
    asked = ask(owner, payment, "80.00")
    work_at_stripe()
    assert "ON ITS WAY" in drawn(refund_document, refund(asked))
    sandbox.settle_refund(refund(asked).stripe_refund_id, "failed")
    deliver(*refunds_events(stripe))
    said = drawn(refund_document, refund(asked))
    assert "CAME BACK" in said and "Left of this payment $280.00" in said
    assert "This refund" not in said and "the money came back to Bright Heating Co." in said


def test_still_owed_is_said(stripe, owner, payer, invoice):
    payment = paid(stripe, payer, invoice)
    asked = ask(owner, payment, "80.00", still_owed=True)
    work_at_stripe()
    deliver(*refunds_events(stripe))
    said = drawn(refund_document, refund(asked))
    assert "What was refunded is still owed on the invoice." in said


@pytest.mark.parametrize(
    ("locale", "invoice_says", "receipt_says", "statement_says"),
    [
        ("de_DE", "Rechnung", "Visa mit Endziffern 4242", "Zahlung mit Visa mit Endziffern 4242"),
        ("ja_JP", "請求書", "Visa（末尾 4242）", "お支払い：Visa（末尾 4242）"),
        ("th_TH", "ใบแจ้งหนี้", "Visa ลงท้ายด้วย 4242", "ชำระด้วย Visa ลงท้ายด้วย 4242"),
    ],
)
def test_a_customer_reads_their_own_language(
    any_database, dana, invoice, locale, invoice_says, receipt_says, statement_says
):
    reads(dana, locale)
    payment = received(checkout(invoice))
    shown = (
        drawn(invoice_document, invoice),
        drawn(receipt_document, payment),
        words(statement(dana)),
    )
    for said, expected in zip(shown, (invoice_says, receipt_says, statement_says), strict=True):
        assert "".join(expected.split()) in "".join(said.split())
        for english in ("Invoice", "Amount", "Paid", "Payment", "Balance", "Page"):
            assert english not in said, english


def test_equal_statements_are_equal_files(any_database, clock, company, dana, invoice):
    """Drawn an hour later it is the same, as long as nothing moved."""
    received(checkout(invoice))
    first = statement(dana)
    clock.move(hours=1)
    assert statement(dana) == first
    write_invoice(company, dana, number="INV-0043")
    assert statement(dana) != first


def test_a_character_that_no_font_has_is_told(dana, invoice):
    with unit_of_work() as session:
        session.get_one(Customer, (dana.company_id, dana.id)).name = "Thebes 𓀀"
    with reading() as session:
        document = invoice_document(session, session.merge(invoice))
    assert pdf.draw(document).missing == ("𓀀",)


def test_documents_are_read_from_the_books_of_a_reader_from_the_right(dana, invoice):
    reads(dana, "he_IL")
    with reading() as session:
        document = invoice_document(session, session.merge(invoice))
    page = PdfReader(io.BytesIO(pdf.draw(document).content)).pages[0]
    assert "חשבונית" in page.extract_text()
