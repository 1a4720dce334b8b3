"""What becomes of a refund: pending, come back, beside a dispute, over several invoices, told."""

import io

import pytest
from pypdf import PdfReader

from fsm_portal.db import unit_of_work
from fsm_portal.domain.balances import InvoiceBalance
from fsm_portal.domain.company import Company, Plan
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.refund import Refund, RefundStatus
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.refunding.ask_refund import ask_refund
from fsm_portal.flows.refunding.refund_terms import refund_terms
from fsm_portal.flows.refunding.refundable import CannotRefund
from tests.flows import books
from tests.flows.postbox import work_off_everything
from tests.flows.refunds import (
    ask,
    at_stripe,
    paid,
    paid_together,
    refund,
    refunds_events,
    wish,
    work,
    work_at_stripe,
)
from tests.flows.stripe_side import deliver
from tests.invoices import write_invoice
from tests.papers import invoice_pdf

ARRIVES_LATER, COMES_BACK = "4000 0000 0000 7726", "4000 0000 0000 5126"


@pytest.fixture
def payment(stripe, payer, invoice) -> Payment:
    """280.00 USD for INV-0042."""
    return paid(stripe, payer, invoice)


def adds_up(invoice) -> InvoiceBalance:
    """Invariant A: what is paid is what came in less what went back."""
    balance = books.balance(invoice)
    assert balance.paid == balance.received - balance.refunded - balance.disputed
    return balance


def test_a_refund_that_arrives_later(any_database, stripe, sandbox, owner, payer, invoice):
    """Case 8: pending at first; the money has left, and nobody claims that it is there."""
    payment = paid(stripe, payer, invoice, ARRIVES_LATER)
    asked = ask(owner, payment, "80.00")
    work_at_stripe()
    assert refund(asked).status == RefundStatus.PENDING
    assert books.status(invoice) == "Partially refunded"
    assert sandbox.hurry(stripe.account, "refunds")
    deliver(*refunds_events(stripe))
    assert refund(asked).status == RefundStatus.SUCCEEDED


@pytest.mark.parametrize("end", ["failed", "canceled"])
def test_a_refund_that_comes_back(
    any_database, stripe, sandbox, owner, company, payer, invoice, end
):
    """Case 8: the balance is restored, the reason kept, and it can be refunded anew."""
    payment = paid(stripe, payer, invoice, ARRIVES_LATER)
    asked = ask(owner, payment, "280.00")
    work_at_stripe()
    assert books.status(invoice) == "Refunded"
    (made,) = at_stripe(stripe)
    sandbox.settle_refund(made["id"], end)
    deliver(*refunds_events(stripe))
    known = refund(asked)
    assert known.status == end
    assert known.failure_reason == ("expired_or_canceled_card" if end == "failed" else "")
    assert books.status(invoice) == "Paid"
    assert adds_up(invoice).due == 0
    assert books.accounts(company)["stripe"] == stripe.balance()
    assert refund_terms(owner, payment.id, invoice.id).limit == "$280.00"
    # The older word, told once more, changes nothing.
    deliver(*refunds_events(stripe))
    assert refund(asked).status == end


def test_a_card_whose_refunds_come_back(stripe, sandbox, owner, payer, invoice):
    """Case 8: it looked succeeded."""
    payment = paid(stripe, payer, invoice, COMES_BACK)
    asked = ask(owner, payment, "80.00", still_owed=True)
    work_at_stripe()
    assert refund(asked).status == RefundStatus.SUCCEEDED
    assert books.status(invoice) == "Partially paid"
    assert sandbox.hurry(stripe.account, "refunds")
    deliver(*refunds_events(stripe))
    assert refund(asked).status == RefundStatus.FAILED
    assert books.status(invoice) == "Paid"


def test_a_dispute_in_between(any_database, stripe, sandbox, owner, invoice, payment):
    """Case 10: the sums hold at every step, and nothing is refunded over the bank's head."""

    def tell() -> None:
        deliver(*stripe.events())
        adds_up(invoice)

    ask(owner, payment, "80.00")
    work_at_stripe()
    dispute = sandbox.open_dispute(payment.charge_id)
    tell()
    assert books.status(invoice) == "Disputed"
    assert adds_up(invoice).disputed == 20_000
    with pytest.raises(CannotRefund, match=r"bank is disputing this payment"):
        ask(owner, payment, "0.01")
    sandbox.decide_dispute(dispute["id"], "won")
    tell()
    assert books.status(invoice) == "Partially refunded"
    with pytest.raises(CannotRefund, match=r"At most \$200\.00"):
        ask(owner, payment, "200.01")
    ask(owner, payment, "200.00")
    work_at_stripe()
    tell()
    assert books.status(invoice) == "Refunded"
    assert adds_up(invoice).paid == 0


def test_a_dispute_that_is_lost_has_taken_it(stripe, sandbox, owner, company, invoice, payment):
    """Case 10: what the bank took cannot be refunded as well; it is owed again."""
    ask(owner, payment, "80.00")
    work_at_stripe()
    dispute = sandbox.open_dispute(payment.charge_id)
    sandbox.decide_dispute(dispute["id"], "lost")
    deliver(*stripe.events())
    assert books.status(invoice) == "Unpaid"
    assert adds_up(invoice).due == 20_000
    with pytest.raises(CannotRefund, match=r"All of this payment has gone back"):
        ask(owner, payment, "0.01")
    assert books.accounts(company)["stripe"] == stripe.balance()


def test_a_dispute_that_we_did_not_hear_of_yet(stripe, sandbox, owner, invoice, payment):
    """Case 10: Stripe says no, and its words are kept."""
    sandbox.open_dispute(payment.charge_id)
    asked = ask(owner, payment, "80.00")
    work_at_stripe()
    assert refund(asked).status == RefundStatus.REFUSED
    assert "charged back" in refund(asked).failure_reason


def test_an_inquiry_is_answered_by_a_refund(stripe, sandbox, owner, invoice, payment):
    """A question of the bank's takes no money, and a refund is a good answer."""
    sandbox.open_dispute(payment.charge_id, inquiry=True)
    deliver(*stripe.events())
    assert books.status(invoice) == "Paid"
    asked = ask(owner, payment, "280.00")
    work_at_stripe()
    assert refund(asked).status == RefundStatus.SUCCEEDED


@pytest.fixture
def three(company, dana):
    """100.00, 33.33 and 0.01 USD."""
    return [
        write_invoice(company, dana, number=f"INV-010{place}", lines=(("Repair", "1", price),))
        for place, price in enumerate(("10000", "3333", "1"))
    ]


def test_one_payment_over_three_invoices_follows_what_each_got(
    any_database, stripe, owner, company, three
):
    """Case 12: to the cent, refund after refund, until nothing is left."""
    payment = paid_together(stripe, *three)
    for amount, stands in (
        ("66.67", [5_000, 1_667, 0]),
        ("0.02", [5_001, 1_667, 1]),
        ("66.65", [10_000, 3_333, 1]),
    ):
        ask(owner, payment, amount)
        work_at_stripe()
        assert [books.balance(each).refunded for each in three] == stands
    assert [books.status(each) for each in three] == ["Refunded"] * 3
    assert sum(each.platform_fee for each in books.rows(Refund)) == 200
    assert books.accounts(company)["stripe"] == stripe.balance()


def test_asked_for_from_an_invoice_that_one_takes_it_first(stripe, owner, company, three):
    """Case 12: and what is more goes to the others."""
    first, second, last = three
    payment = paid_together(stripe, *three)
    terms = refund_terms(owner, payment.id, second.id)
    assert (terms.amount, terms.limit) == ("33.33", "$133.34")
    assert "$33.33 of it stands on this invoice" in terms.spread
    assert "several invoices" in refund_terms(owner, payment.id).spread
    _, topics = ask_refund(owner, wish(payment, "34.33", invoice_id=second.id))
    assert {f"invoice:{company.id}:{each.id}" for each in three} <= topics
    work_at_stripe()
    assert [books.balance(each).refunded for each in (first, second, last)] == [100, 3_333, 0]


def test_the_pdf_is_as_fresh_as_the_page(stripe, owner, invoice, payment):
    """Case 44: what it says was paid and is stamped follows the refund."""
    scope = Scope("customer", invoice.company_id, invoice.customer_id, None)

    def drawn() -> str:
        page = PdfReader(io.BytesIO(invoice_pdf(scope, invoice.id)[1])).pages[0]
        return " ".join(page.extract_text().split())

    ask(owner, payment, "80.00")
    work_at_stripe()
    words = drawn()
    assert "PARTIALLY REFUNDED" in words and "$200.00" in words and "Amount due $0.00" in words
    ask(owner, payment, "200.00", still_owed=True)
    work_at_stripe()
    words = drawn()
    assert "REFUNDED" not in words and "Amount due $200.00" in words


def test_the_customer_is_told_once(stripe, sandbox, owner, payer, invoice, postbox):
    """Invariant D: one letter for a refund, whatever was told how often."""
    payment = paid(stripe, payer, invoice, ARRIVES_LATER)
    ask(owner, payment, "80.00")
    work_off_everything()
    sandbox.hurry(stripe.account, "refunds")
    deliver(*refunds_events(stripe), *refunds_events(stripe))
    work_off_everything()
    (letter,) = [each for each in postbox.letters() if "Refund" in each["subject"]]
    assert letter["subject"] == "Refund from Bright Heating Co.: $80.00"
    (made,) = at_stripe(stripe)
    for words in ("Visa ending 7726", "INV-0042", made["id"], "5 to 10 days", "$280.00 on "):
        assert words in letter["text"] and words in letter["html"]
    assert "still due" not in letter["text"]


def test_a_letter_says_what_is_owed_again(stripe, owner, invoice, payment, postbox):
    ask(owner, payment, "80.00", still_owed=True)
    work_off_everything()
    (letter,) = [each for each in postbox.letters() if "Refund" in each["subject"]]
    assert "Still due on INV-0042: $80.00" in letter["text"]
    # Something is to be done.
    assert "nothing you need to do" not in " ".join(letter["text"].split())


@pytest.mark.parametrize("closed", [{"portal_enabled": False}, {"plan": Plan.STARTER}])
def test_letters_lead_to_no_portal_that_is_closed(
    stripe, owner, payer, company, invoice, postbox, closed
):
    """The receipt and word of the refund stand for themselves."""
    with unit_of_work() as session:
        session.get_one(Company, company.id).sqlmodel_update(closed)
    ask(owner, paid(stripe, payer, invoice), "80.00")
    work_off_everything()
    receipt, refunded = postbox.letters()
    assert receipt["subject"].startswith("Receipt") and refunded["subject"].startswith("Refund")
    for letter in (receipt, refunded):
        assert letter["links"] == [] and "/portal" not in letter["text"] + letter["html"]
    assert postbox.attachment(receipt).startswith(b"%PDF")


def test_no_letter_about_a_refund_that_has_come_back_meanwhile(
    stripe, sandbox, owner, invoice, payment, postbox
):
    """Invariant K: nobody is told of money that is not on its way."""
    ask(owner, payment, "80.00")
    work_at_stripe()
    (made,) = at_stripe(stripe)
    sandbox.settle_refund(made["id"], "failed")
    deliver(*refunds_events(stripe))
    work_off_everything()
    assert not [each for each in postbox.letters() if "Refund" in each["subject"]]
    (done,) = work("refund_mail")
    assert done.settled_at is not None and done.dead_reason is None


def test_a_customer_without_an_address_stops_no_refund(stripe, owner, dana, invoice, payment):
    with unit_of_work() as session:
        session.get_one(Customer, (dana.company_id, dana.id)).email = None
    asked = ask(owner, payment, "80.00")
    work_off_everything()
    assert refund(asked).status == RefundStatus.SUCCEEDED
    (given_up,) = work("refund_mail")
    assert "no email address" in given_up.dead_reason
