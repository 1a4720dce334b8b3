"""A receipt says what a payment was for, and what is left of it by now."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from pypdf import PdfReader

from fsm_portal.domain.ids import new_id
from fsm_portal.domain.payment import Payment
from fsm_portal.flows.by_hand.reverse_payment import reverse_payment
from fsm_portal.flows.by_hand.take_payment import Taken, take_payment
from fsm_portal.flows.identity import Scope
from tests.flows import books
from tests.flows.refunds import ask, paid, refunds_events, work_at_stripe
from tests.flows.stripe_side import deliver
from tests.invoices import write_invoice
from tests.papers import receipt_pdf
from tests.payments import checkout, received


@pytest.fixture
def receipt_of(dana):
    """The words of a payment's receipt, as Dana reads it."""

    def words(payment: Payment) -> str:
        eyes = Scope("customer", dana.company_id, dana.id, None)
        _, file = receipt_pdf(eyes, payment.id)
        pages = PdfReader(io.BytesIO(file)).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())

    return words


def test_a_part_and_several_invoices(any_database, company, dana, invoice, receipt_of):
    part = received(checkout(invoice, amount=10_000))
    assert "Invoice INV-0042 Nov 2, 2026 $280.00 $100.00" in receipt_of(part)
    other = write_invoice(company, dana, number="INV-0043")
    said = receipt_of(received(checkout(invoice, other)))
    assert "$280.00 $180.00 Invoice INV-0043" in said
    assert "Total received $460.00" in said and "Left of" not in said


def test_what_was_refunded_and_disputed_since(
    any_database, stripe, sandbox, owner, payer, invoice, receipt_of
):
    """Case 44: downloaded again, it is what is true now."""
    payment = paid(stripe, payer, invoice)
    ask(owner, payment, "80.00")
    work_at_stripe()
    deliver(*refunds_events(stripe))
    said = receipt_of(payment)
    assert "PARTIALLY REFUNDED" in said.upper()
    assert "-$80.00" in said and "Left of this payment $200.00" in said
    dispute = sandbox.open_dispute(payment.charge_id)
    deliver(*stripe.events("charge.dispute.created", "charge.dispute.funds_withdrawn"))
    said = receipt_of(payment)
    assert "Taken back by your bank" in said and "Left of this payment $0.00" in said
    sandbox.decide_dispute(dispute["id"], "won")
    deliver(*stripe.events("charge.dispute.funds_reinstated", "charge.dispute.closed"))
    said = receipt_of(payment)
    assert "Taken back" not in said and "Left of this payment $200.00" in said


def test_cash_and_what_was_kept_as_credit_until_it_was_reversed(
    any_database, owner, invoice, receipt_of
):
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    take_payment(owner, invoice.id, Taken(new_id(), "cash", "300.00", yesterday, keep=True))
    payment = books.only_payment()
    said = receipt_of(payment)
    assert "Method Cash" in said and "Kept as your credit $20.00" in said
    assert "Reference" not in said
    reverse_payment(owner, payment.id)
    said = receipt_of(payment)
    assert "REVERSED" in said.upper() and "Left of this payment $0.00" in said
