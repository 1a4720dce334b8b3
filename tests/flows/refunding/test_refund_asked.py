"""Refunds started here: how much, of what, by whom, and what the books say afterwards."""

import pytest

from fsm_portal.config import settings
from fsm_portal.db import unit_of_work
from fsm_portal.domain.company import Company
from fsm_portal.domain.credit_note import CreditNote
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.payment import BroughtBy, Payment
from fsm_portal.domain.refund import Refund, RefundStatus
from fsm_portal.flows.from_stripe.receive_stripe_event import receive_webhook
from fsm_portal.flows.paying.start_checkout import start_checkout
from fsm_portal.flows.refunding.ask_refund import RefundWish, ask_refund
from fsm_portal.flows.refunding.refund_terms import refund_terms
from fsm_portal.flows.refunding.refundable import CannotRefund
from fsm_portal.gateways.stripe_facts import PLATFORM, REFUND_KEY
from tests import cast
from tests.flows import books
from tests.flows.conftest import staff_identity
from tests.flows.refunds import (
    ask,
    at_stripe,
    paid,
    refund,
    refunds_events,
    wish,
    work_at_stripe,
)
from tests.flows.stripe_side import PLATFORM_SECRET, as_body, deliver, signature
from tests.invoices import write_invoice
from tests.sandbox_process import pay


@pytest.fixture
def payment(stripe, payer, invoice) -> Payment:
    """280.00 USD for INV-0042, settled; of it the platform took 4.20."""
    return paid(stripe, payer, invoice)


def test_a_part_goes_back_with_its_credit_note_and_its_part_of_the_fee(
    stripe, owner, company, invoice, payment
):
    """Case 11: 80.00 of 280.00, and of the platform's 4.20 the 1.20 that belong to it."""
    asked, topics = ask_refund(owner, wish(payment, "80.00", invoice_id=invoice.id))
    assert {f"invoice:{company.id}:{invoice.id}", f"company:{company.id}"} <= topics
    assert refund(asked).status == RefundStatus.ASKED
    assert books.status(invoice) == "Paid", "nothing is claimed before Stripe has answered"

    topics = work_at_stripe()

    assert f"invoice:{company.id}:{invoice.id}" in topics
    (made,) = at_stripe(stripe)
    assert (made["amount"], made["status"]) == (8_000, "succeeded")
    assert made["reason"] == "requested_by_customer"
    assert made["metadata"] == {REFUND_KEY: asked}
    known = refund(asked)
    assert (known.status, known.stripe_refund_id) == ("succeeded", made["id"])
    assert (known.platform_fee, known.asked_by) == (120, owner.person_id)
    assert known.brought_by == BroughtBy.STAFF
    assert books.status(invoice) == "Partially refunded"
    balance = books.balance(invoice)
    assert (balance.paid, balance.credited, balance.due) == (20_000, 8_000, 0)
    (note,) = books.rows(CreditNote)
    assert (note.total, note.refund_id) == (8_000, asked)
    held = books.accounts(company)
    assert held["stripe"] == stripe.balance()
    assert held["platform_fee"] == 420 - 120


def test_what_is_still_owed_reopens_the_balance(stripe, owner, invoice, payment):
    ask(owner, payment, 28_000, still_owed=True, reason="duplicate")
    work_at_stripe()
    assert books.status(invoice) == "Unpaid"
    assert books.balance(invoice).due == 28_000
    assert books.rows(CreditNote) == []


def test_thirds_of_a_hundred_and_then_not_a_cent_more(
    any_database, stripe, owner, payer, company, dana
):
    """Case 5: three times 33.33, a cent, and no other; the fee's parts come to the whole of it."""
    invoice = write_invoice(company, dana, lines=(("Repair", "1", "10000"),))
    payment = paid(stripe, payer, invoice)
    for amount in ("33.33", "33.33", "33.33", "0.01"):
        ask(owner, payment, amount)
    with pytest.raises(CannotRefund, match=r"All of this payment has gone back"):
        ask(owner, payment, "0.01")
    work_at_stripe()
    assert [each["amount"] for each in at_stripe(stripe)] == [3_333, 3_333, 3_333, 1]
    assert sum(each.platform_fee for each in books.rows(Refund)) == 150
    assert books.status(invoice) == "Refunded"
    held = books.accounts(company)
    assert held["stripe"] == stripe.balance() and held["platform_fee"] == 0


def test_more_than_is_left_is_refused_in_plain_words(stripe, owner, payment):
    """Case 5: what is only asked for counts already."""
    ask(owner, payment, "200.00")
    with pytest.raises(CannotRefund, match=r"At most \$80\.00 of this payment can be refunded"):
        ask(owner, payment, "80.01")
    assert len(books.rows(Refund)) == 1


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "above zero"),
        (0, "above zero"),
        (-5, "above zero"),
        ("-5", "such as"),
        ("NaN", "such as"),
        ("10.001", "at most 2 decimals"),
        ("1e3", "such as"),
        (1.5, "such as"),
        (True, "such as"),
        ({"amount": 1}, "such as"),
        (None, "such as"),
        ("280.01", "At most"),
        (10**30, "At most"),
        ("9" * 100_000, "such as"),
        (" " * 98 + "8000", "such as"),
    ],
)
def test_what_is_no_amount_is_refused(stripe, owner, payment, amount, words):
    """Case 2, the other way round."""
    with pytest.raises(CannotRefund, match=words) as refused:
        ask(owner, payment, amount)
    assert refused.value.field == "amount"
    assert books.rows(Refund) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"press_id": "x"},
        {"press_id": 5},
        {"payment_id": "'; --"},
        {"payment_id": None},
        {"payment_id": "0" * 32},
        {"reason": "because"},
        {"reason": None},
        {"still_owed": "yes"},
    ],
)
def test_whatever_else_is_made_up_is_refused(stripe, owner, payment, changes):
    fields = {"press_id": new_id(), "payment_id": payment.id, "amount": "1.00"} | changes
    with pytest.raises(CannotRefund):
        ask_refund(owner, RefundWish(**fields))
    assert books.rows(Refund) == []


def test_only_the_office_refunds_and_only_its_own_payments(
    stripe, owner, payer, company, other_company, payment, invoice
):
    """Case 35: a stranger's payment is no different from none."""
    tom = staff_identity(cast.save(cast.tom(company)))
    priya = staff_identity(cast.save(cast.priya(other_company)))
    for who, words in ((tom, "Your role"), (payer, "Your role"), (priya, "does not exist")):
        with pytest.raises(CannotRefund, match=words):
            ask(who, payment, "1.00")
        with pytest.raises(CannotRefund, match=words):
            refund_terms(who, payment.id, invoice.id)
    assert books.rows(Refund) == []


def test_an_invoice_that_the_payment_is_not_for_is_left_out(stripe, owner, dana, company, payment):
    stranger = write_invoice(company, dana, number="INV-0099")
    asked = ask(owner, payment, "1.00", invoice_id=stranger.id)
    assert refund(asked).invoice_id is None


@pytest.mark.breaks_the_books("it is not on the ledger: only its way back is asked for")
def test_a_payment_by_hand_has_its_own_way_back(stripe, owner, company, dana, maya):
    taken = cast.save(
        Payment(
            company_id=company.id,
            customer_id=dana.id,
            currency="USD",
            amount=5_000,
            method="cash",
            taken_by=maya.id,
            brought_by=BroughtBy.STAFF,
            received_at=company.created_at,
        )
    )
    with pytest.raises(CannotRefund, match=r"taken by hand"):
        ask(owner, taken, "1.00")


@pytest.mark.parametrize("change", ["another", "disconnected"])
def test_an_account_that_is_gone_cannot_refund(stripe, owner, company, payment, change):
    """Case 27: said before anything is asked for."""
    with unit_of_work() as session:
        row = session.get_one(Company, company.id)
        if change == "another":
            row.stripe_account_id = "acct_new"
        else:
            row.stripe_deauthorized_at = row.created_at
    with pytest.raises(CannotRefund, match="no longer connected"):
        ask(owner, payment, "1.00")


def test_what_the_dialog_begins_with(stripe, owner, invoice, payment):
    terms = refund_terms(owner, payment.id, invoice.id)
    assert (terms.paid, terms.amount) == ("$280.00 · Visa ending 4242", "280.00")
    assert (terms.limit, terms.spread) == ("$280.00", "")
    assert "all $4.20 with the whole payment" in terms.fees
    ask(owner, payment, "80.00")
    assert refund_terms(owner, payment.id, invoice.id).amount == "200.00"


def test_an_installation_for_one_company_refunds_without_connect(
    environment, stripe, sandbox, owner, payer, company, invoice
):
    """No Stripe-Account header, no platform fee to give back."""
    environment.setenv("FSM_STRIPE_CONNECT", "0")
    settings.cache_clear()
    with unit_of_work() as session:
        session.get_one(Company, company.id).stripe_account_id = PLATFORM
    assert pay(start_checkout(payer, invoice.id)).paid
    for event in stripe.platform("/v1/events", limit=100)["data"][::-1]:
        body = as_body(event).encode()
        receive_webhook(body, signature(body, PLATFORM_SECRET), connect=False)
    payment = books.only_payment()
    asked = ask(owner, payment, "80.00")
    work_at_stripe()
    assert refund(asked).status == "succeeded"
    assert refund(asked).platform_fee == 0
    assert books.status(invoice) == "Partially refunded"


@pytest.mark.parametrize(
    ("currency", "price", "typed", "minor", "stripes", "fee_back"),
    [
        ("JPY", "12345", "5000", 5_000, 5_000, 75),  # of 185
        ("KWD", "12340", "5.550", 5_550, 5_550, 81),  # of 180
    ],
)
def test_every_currency_in_its_own_minor_unit(
    stripe, owner, payer, company, dana, currency, price, typed, minor, stripes, fee_back
):
    """Case 4: exact on both sides, the platform's fee in proportion."""
    invoice = write_invoice(company, dana, lines=(("Repair", "1", price),), currency=currency)
    payment = paid(stripe, payer, invoice)
    asked = ask(owner, payment, typed)
    work_at_stripe()
    (made,) = at_stripe(stripe)
    assert made["amount"] == stripes
    assert refund(asked).amount == minor and refund(asked).status == "succeeded"
    assert refund(asked).platform_fee == fee_back
    assert books.accounts(company)["stripe"] == stripe.balance()
    assert books.status(invoice) == "Partially refunded"


def test_a_step_that_no_card_knows_is_said_so(stripe, owner, payer, company, dana):
    """Case 4: 1.005 dinars; 5.5 yen."""
    for currency, price, typed, words in (
        ("KWD", "12340", "1.005", r"KWD can be refunded in steps of 0\.010"),
        ("JPY", "12345", "5.5", "JPY amounts have at most 0 decimals"),
    ):
        invoice = write_invoice(
            company, dana, number=currency, lines=(("Repair", "1", price),), currency=currency
        )
        payment = paid(stripe, payer, invoice)
        with pytest.raises(CannotRefund, match=words):
            ask(owner, payment, typed)


def test_a_refund_made_in_stripes_dashboard_counts_here(
    stripe, sandbox, owner, company, invoice, payment
):
    """Case 9: it appears here once, nobody here asked for it, and what is left is less."""
    sandbox.refund(stripe.account, payment.charge_id, 10_000)
    deliver(*refunds_events(stripe))
    deliver(*refunds_events(stripe))
    (known,) = books.rows(Refund)
    assert (known.amount, known.asked_by, known.press_id) == (10_000, None, None)
    assert refund_terms(owner, payment.id, invoice.id).limit == "$180.00"


def test_a_refund_at_stripe_that_we_did_not_hear_of_yet_is_found_out(
    stripe, sandbox, owner, company, invoice, payment
):
    """Cases 5 and 9: Stripe refuses the surplus, its sentence is kept, and nothing moved."""
    sandbox.refund(stripe.account, payment.charge_id, 10_000)
    asked = ask(owner, payment, "200.00")
    work_at_stripe()
    known = refund(asked)
    assert known.status == RefundStatus.REFUSED
    assert "greater than unrefunded amount" in known.failure_reason
    assert books.balance(invoice).refunded == 0
    # It stands in nobody's way.
    deliver(*refunds_events(stripe))
    assert refund_terms(owner, payment.id, invoice.id).limit == "$180.00"
