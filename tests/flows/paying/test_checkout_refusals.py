"""What cannot be paid, and how that is said: a plain sentence, and no page at Stripe."""

from datetime import UTC, datetime

import pytest

from fsm_portal.db import unit_of_work
from fsm_portal.domain.card_limits import MOST
from fsm_portal.domain.company import Company
from fsm_portal.domain.payment import FailedPayment
from fsm_portal.flows.paying.start_checkout import CannotPay, start_checkout
from tests import cast
from tests.flows import books
from tests.flows.conftest import customer_identity
from tests.flows.stripe_side import deliver, event_of
from tests.invoices import write_invoice
from tests.sandbox_process import pay, pay_by_bank

# https://docs.stripe.com/testing: a US bank account whose debit fails.
FAILING_ACCOUNT = "000222222227"
MISSING = "This invoice does not exist."


def refusal(who, invoice_id) -> str:
    with pytest.raises(CannotPay) as refused:
        start_checkout(who, invoice_id)
    return str(refused.value)


@pytest.fixture
def nothing_at_stripe(stripe):
    """Afterwards there is no checkout page: whatever was refused never reached Stripe."""
    yield stripe
    assert stripe.get("/v1/checkout/sessions")["data"] == []


def test_another_customers_invoice_is_no_different_from_a_missing_one(
    nothing_at_stripe, payer, company, northwind
):
    """Case 35."""
    theirs = write_invoice(company, northwind)
    assert refusal(payer, theirs.id) == refusal(payer, "0" * 32) == MISSING


def test_another_companys_invoice_is_no_different_from_a_missing_one(
    nothing_at_stripe, other_stripe, payer, other_company
):
    """Case 35: even for the same person, who is a customer of both."""
    dana_there = cast.save(cast.harbor_view(other_company))
    theirs = write_invoice(other_company, dana_there)
    assert refusal(payer, theirs.id) == MISSING
    start_checkout(customer_identity(dana_there), theirs.id)
    assert other_stripe.only_session()["currency"] == "gbp"


@pytest.mark.parametrize(
    "hostile",
    ["", "..", "INV-0042", "0" * 33, "' OR 1=1 --", "nul\x00", "\ud800", "é" * 5_000, "%00"],
)
def test_whatever_is_no_id_is_missing(any_database, nothing_at_stripe, payer, invoice, hostile):
    """Case 2."""
    assert refusal(payer, hostile) == MISSING


def test_a_draft_is_not_there_yet(nothing_at_stripe, payer, company, dana):
    draft = write_invoice(company, dana, issued=False)
    assert refusal(payer, draft.id) == MISSING


def test_a_void_invoice_asks_for_nothing(nothing_at_stripe, payer, invoice):
    invoice.voided_at = datetime.now(UTC)
    with unit_of_work() as session:
        session.merge(invoice)
    assert refusal(payer, invoice.id) == "This invoice is void: there is nothing to pay."


def test_a_paid_invoice_cannot_be_paid_again(stripe, payer, invoice):
    assert pay(start_checkout(payer, invoice.id)).paid
    deliver(*stripe.settled_events())
    assert refusal(payer, invoice.id) == "This invoice is already paid. Thank you!"


def test_staff_do_not_pay_for_their_customers(nothing_at_stripe, owner, invoice):
    assert refusal(owner, invoice.id).startswith("Only the customer can pay here.")


def test_a_rest_below_stripes_least_charge_gets_a_plain_message(
    nothing_at_stripe, payer, invoice, part_payment
):
    """Case 3."""
    part_payment(invoice, 28_000 - 49)
    assert "below the smallest amount" in refusal(payer, invoice.id)


def test_a_least_charge_that_only_stripe_knows_gets_the_same_message(
    nothing_at_stripe, payer, company, dana
):
    """Case 3: our table has no entry for dinars; Stripe's refusal is understood."""
    invoice = write_invoice(company, dana, lines=(("Valve", "1", "100"),), currency="KWD")
    assert "below the smallest amount" in refusal(payer, invoice.id)


def test_more_than_one_card_payment_can_be_is_said_before_stripe_is_asked(
    nothing_at_stripe, payer, company, dana
):
    invoice = write_invoice(company, dana, lines=(("Chiller plant", "1", str(MOST + 1)),))
    assert "too large for one card payment" in refusal(payer, invoice.id)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"stripe_account_id": None}, "does not take payments online yet"),
        ({"stripe_charges_enabled": False}, "cannot be paid online right now"),
    ],
    ids=str,
)
def test_a_company_that_cannot_charge_says_whom_to_ask(
    nothing_at_stripe, payer, company, invoice, change, words
):
    with unit_of_work() as session:
        row = session.get_one(Company, company.id)
        for name, value in change.items():
            setattr(row, name, value)
    assert refusal(payer, invoice.id) == (
        f"Bright Heating Co. {words}. Please ask them how to pay: office@brightheating.example or "
        "+1 212 555 0142."
    )


def test_a_company_that_left_the_platform_mid_checkout_keeps_its_history(
    stripe, payer, company, dana, invoice
):
    """Case 27: Pay is off at once, what was paid stays, and what was on its way still arrives."""
    later = write_invoice(company, dana, number="INV-0043")
    assert pay(start_checkout(payer, invoice.id)).paid
    assert pay(start_checkout(payer, later.id)).paid
    of_first, of_second = stripe.settled_events()[:4], stripe.settled_events()[4:]
    deliver(*of_first)
    gone = event_of("account.application.deauthorized", {"id": "ca_portal"}, stripe.account)
    topics = deliver(gone)

    third = write_invoice(company, dana, number="INV-0044")
    assert "cannot be paid online right now" in refusal(payer, third.id)
    assert f"company:{company.id}" in topics
    deliver(*of_second)
    assert [books.status(each) for each in (invoice, later)] == ["Paid", "Paid"]


def test_a_bank_debit_on_its_way_is_waited_for(stripe, payer, invoice):
    """Case 18: no second checkout; what the page says is Processing, not Paid."""
    assert pay_by_bank(start_checkout(payer, invoice.id)).paid

    deliver(*stripe.events())
    assert books.status(invoice) == "Processing"
    assert books.balance(invoice).paid == 0
    assert "on its way" in refusal(payer, invoice.id)

    stripe.days_later()
    deliver(*stripe.settled_events())
    assert books.status(invoice) == "Paid"
    payment = books.only_payment()
    assert (payment.amount, payment.method, payment.last4) == (28_000, "us_bank_account", "6789")


def test_a_bank_debit_that_came_back_is_shown_to_staff_and_can_be_paid_anew(
    stripe, payer, company, invoice
):
    """Case 18."""
    assert pay_by_bank(start_checkout(payer, invoice.id), FAILING_ACCOUNT).paid
    deliver(*stripe.events())
    assert books.status(invoice) == "Processing"

    stripe.days_later()
    topics = deliver(*stripe.events())
    assert f"invoice:{company.id}:{invoice.id}" in topics
    assert books.status(invoice) == "Unpaid"
    (failed,) = books.rows(FailedPayment)
    assert failed.method == "us_bank_account"
    assert pay(start_checkout(payer, invoice.id)).paid


def test_a_bank_debits_events_may_come_in_any_order(stripe, payer, invoice):
    """Cases 14 and 18: "submitted" that comes after "paid" does not take it back."""
    assert pay_by_bank(start_checkout(payer, invoice.id)).paid
    stripe.days_later()
    deliver(*reversed(stripe.settled_events()))
    assert books.status(invoice) == "Paid"
    assert refusal(payer, invoice.id) == "This invoice is already paid. Thank you!"
