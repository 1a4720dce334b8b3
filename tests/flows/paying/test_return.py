"""Back from Stripe's page: the address proves nothing, Stripe is asked. (Case 17)"""

import pytest

from fsm_portal.db import unit_of_work
from fsm_portal.domain.checkout_attempt import CheckoutAttempt
from fsm_portal.domain.ledger import LedgerEntry
from fsm_portal.domain.payment import BroughtBy, Payment
from fsm_portal.flows.paying.confirm_checkout import Confirmation, confirm_checkout
from fsm_portal.flows.paying.start_checkout import start_checkout
from fsm_portal.gateways.stripe_api import expire_checkout
from tests import cast
from tests.flows import books
from tests.flows.conftest import customer_identity
from tests.flows.stripe_side import deliver
from tests.invoices import write_invoice
from tests.sandbox_process import pay, pay_by_bank


@pytest.fixture
def back(payer):
    """``back(session_id)``: Dana's browser comes back with this id in the address."""
    return lambda session_id: confirm_checkout(payer.company_id, payer.person_id, session_id)


def test_back_before_the_webhook_the_payment_is_looked_up(stripe, payer, company, invoice, back):
    """Case 17: it feeds the same recorder, and staff can see which source was first."""
    assert pay(start_checkout(payer, invoice.id)).paid

    state, topics = back(stripe.only_session()["id"])

    assert state == Confirmation.PAID
    assert f"invoice:{company.id}:{invoice.id}" in topics
    assert books.status(invoice) == "Paid"
    payment = books.only_payment()
    assert (payment.brought_by, payment.last4) == (BroughtBy.RETURN, "4242")


def test_the_webhook_that_comes_after_does_not_double_it(stripe, payer, invoice, back):
    """Case 17, invariant D."""
    assert pay(start_checkout(payer, invoice.id)).paid
    back(stripe.only_session()["id"])
    before = len(books.rows(LedgerEntry))

    deliver(*stripe.settled_events())

    assert books.only_payment().brought_by == BroughtBy.RETURN
    assert len(books.rows(LedgerEntry)) == before
    assert books.only_payment().balance_transaction_id is not None


def test_coming_back_ten_times_is_coming_back_once(stripe, payer, invoice, back):
    assert pay(start_checkout(payer, invoice.id)).paid
    session_id = stripe.only_session()["id"]
    assert {back(session_id)[0] for _ in range(10)} == {Confirmation.PAID}
    assert books.only_payment().amount == 28_000


def test_coming_back_without_having_paid_changes_nothing(stripe, payer, invoice, back):
    start_checkout(payer, invoice.id)
    assert back(stripe.only_session()["id"]) == (Confirmation.OPEN, frozenset())
    assert books.status(invoice) == "Unpaid"


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "1",
        "success",
        "cs_test_made_up",
        "cs_test_../../charges",
        "..",
        "{CHECKOUT_SESSION_ID}",
        "cs_test_\x00",
        "cs_\ud800",
        "cs_" + "a" * 5_000,
    ],
)
def test_a_forged_address_changes_nothing_and_never_reaches_stripe(
    any_database, stripe, payer, invoice, back, unreachable, forged
):
    """Case 17: ``?checkout=…`` is client input."""
    start_checkout(payer, invoice.id)
    with unreachable():
        assert back(forged) == (Confirmation.OPEN, frozenset())
    assert books.status(invoice) == "Unpaid"


def test_somebody_elses_checkout_is_no_different_from_a_made_up_one(
    stripe, payer, company, northwind, back
):
    """Case 35: its payment is neither shown nor recorded through Dana's visit."""
    theirs = write_invoice(company, northwind)
    assert pay(start_checkout(customer_identity(northwind), theirs.id)).paid
    assert back(stripe.only_session()["id"]) == (Confirmation.OPEN, frozenset())
    assert books.rows(Payment) == []


def test_another_companys_checkout_is_no_different_either(other_stripe, payer, other_company, back):
    dana_there = cast.save(cast.harbor_view(other_company))
    theirs = write_invoice(other_company, dana_there)
    assert pay(start_checkout(customer_identity(dana_there), theirs.id)).paid
    assert back(other_stripe.only_session()["id"])[0] == Confirmation.OPEN
    assert books.rows(Payment) == []


def test_when_stripe_cannot_be_asked_the_page_does_not_guess(
    stripe, payer, invoice, back, unreachable
):
    """Invariant K."""
    assert pay(start_checkout(payer, invoice.id)).paid
    session_id = stripe.only_session()["id"]
    with unreachable():
        assert back(session_id) == (Confirmation.UNREACHABLE, frozenset())
    assert back(session_id)[0] == Confirmation.PAID


def test_a_page_that_has_expired_unnoticed_is_noted(stripe, payer, invoice, back):
    start_checkout(payer, invoice.id)
    session_id = stripe.only_session()["id"]
    assert expire_checkout(stripe.account, session_id)
    assert back(session_id)[0] == Confirmation.OPEN
    (attempt,) = books.rows(CheckoutAttempt)
    assert attempt.closed_at is not None


def test_a_bank_debit_is_processing_and_not_paid(stripe, payer, invoice, back):
    """Case 18."""
    assert pay_by_bank(start_checkout(payer, invoice.id)).paid
    assert back(stripe.only_session()["id"])[0] == Confirmation.PROCESSING
    assert books.status(invoice) == "Processing"


def test_a_payment_that_contradicts_our_books_is_not_shown_as_paid(stripe, payer, invoice, back):
    """Case 19, invariant K: nobody waits for it without end, and staff are shown its event."""
    assert pay(start_checkout(payer, invoice.id)).paid
    with unit_of_work() as session:
        attempt = books.rows(CheckoutAttempt, session)[0]
        attempt.amount = 27_999
        session.add(attempt)
    assert back(stripe.only_session()["id"]) == (Confirmation.PAID, frozenset())
    assert books.rows(Payment) == []
