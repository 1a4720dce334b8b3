"""Checkouts of which nobody knows what became: the sweep asks Stripe, and guesses nothing."""

from datetime import timedelta

import pytest

from fsm_portal.db import unit_of_work
from fsm_portal.domain.checkout_attempt import CheckoutAttempt
from fsm_portal.domain.clock import now
from fsm_portal.domain.payment import BroughtBy, Payment
from fsm_portal.flows.paying.start_checkout import CannotPay, start_checkout
from fsm_portal.flows.sweeping import sweep
from tests.flows import books
from tests.flows.sweeping.test_sweep_books import without_events
from tests.sandbox_process import pay, pay_by_bank


@pytest.fixture(autouse=True)
def no_events(monkeypatch, stripe) -> None:
    """Events bring most of it; here they are lost."""
    without_events(monkeypatch)
    monkeypatch.setattr("fsm_portal.flows.sweeping.round.match_movements", lambda *_: None)


def only_attempt() -> CheckoutAttempt:
    (attempt,) = books.rows(CheckoutAttempt)
    assert isinstance(attempt, CheckoutAttempt)
    return attempt


def resolved() -> int:
    found = []
    sweep(progress=found.append)
    return sum(swept.attempts for swept in found)


def test_a_page_that_is_open_stays_open(payer, invoice):
    start_checkout(payer, invoice.id)
    assert resolved() == 0
    assert only_attempt().closed_at is None


def test_a_page_that_was_paid_and_nobody_heard_of_it(any_database, payer, invoice, clock_ahead):
    """Invariant J: neither webhook nor return; the page's time is over."""
    assert pay(start_checkout(payer, invoice.id)).paid
    assert resolved() == 0
    clock_ahead(hours=2)
    assert resolved() == 1
    assert books.status(invoice) == "Paid"
    assert books.only_payment().brought_by == BroughtBy.SWEEP
    assert resolved() == 0


def test_a_page_that_ran_out_is_closed(any_database, stripe, payer, invoice, clock_ahead):
    start_checkout(payer, invoice.id)
    stripe.sandbox.hurry(stripe.account, "sessions")
    clock_ahead(hours=2)
    assert resolved() == 1
    assert only_attempt().closed_at is not None
    assert books.status(invoice) == "Unpaid"


def test_a_page_that_stripe_forgot_can_be_paid_by_nobody(payer, invoice, clock_ahead):
    start_checkout(payer, invoice.id)
    with unit_of_work() as session:
        (attempt,) = books.rows(CheckoutAttempt, session)
        attempt.stripe_session_id = "cs_test_forgotten"
    clock_ahead(hours=2)
    assert resolved() == 1
    assert only_attempt().closed_at is not None


@pytest.mark.parametrize(
    ("account", "status"), [("000123456789", "Paid"), ("000222222227", "Unpaid")]
)
def test_a_bank_debit_whose_end_nobody_heard_of(
    any_database, stripe, payer, invoice, clock_ahead, account, status
):
    """Case 18, with every event lost."""
    assert pay_by_bank(start_checkout(payer, invoice.id), account).paid
    clock_ahead(hours=2)
    assert resolved() == 1
    assert only_attempt().processing_at is not None
    stripe.days_later()
    assert resolved() == 0, "the bank is given its time"
    clock_ahead(days=2)
    assert resolved() == 1
    assert books.status(invoice) == status
    assert (only_attempt().failed_at is None) == (status == "Paid")


def test_a_press_that_stripe_answered_into_the_void(
    any_database, stripe, payer, invoice, clock_ahead
):
    """The page was made and its address lost: it is found by what we wrote on it."""
    stripe.sandbox.fault("lose_response", path="/v1/checkout/sessions", times=3)
    try:
        with pytest.raises(CannotPay):
            start_checkout(payer, invoice.id)
    finally:
        stripe.sandbox.heal()
    session = stripe.only_session()
    assert only_attempt().stripe_session_id is None
    clock_ahead(minutes=11)
    assert resolved() == 0
    attempt = only_attempt()
    assert (attempt.stripe_session_id, attempt.closed_at) == (session["id"], None)
    assert attempt.expires_at - now() < timedelta(hours=1)
    stripe.sandbox.hurry(stripe.account, "sessions")
    clock_ahead(hours=2)
    assert resolved() == 1
    assert only_attempt().closed_at is not None


def test_a_press_that_stripe_never_heard_of(any_database, payer, invoice, unreachable, clock_ahead):
    with unreachable(), pytest.raises(CannotPay):
        start_checkout(payer, invoice.id)
    assert resolved() == 0, "whoever pressed it may still be waiting"
    clock_ahead(minutes=11)
    assert resolved() == 1
    attempt = only_attempt()
    assert (attempt.stripe_session_id, attempt.closed_at is None) == (None, False)
    assert books.rows(Payment) == []
