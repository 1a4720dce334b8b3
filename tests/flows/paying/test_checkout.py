"""Pay now: the amount is the ledger's, the page is Stripe's, and one page at a time can be paid."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from fsm_portal.config import settings
from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.checkout_attempt import CheckoutAttempt, CheckoutAttemptInvoice
from fsm_portal.domain.payment import BroughtBy, Payment, PaymentAllocation
from fsm_portal.flows.paying import open_pages as pages
from fsm_portal.flows.paying import start_checkout as flow
from fsm_portal.flows.paying.start_checkout import CannotPay, start_checkout
from fsm_portal.gateways.stripe_facts import ATTEMPT_KEY
from tests.flows import books
from tests.flows.stripe_side import deliver
from tests.invoices import write_invoice
from tests.sandbox_process import pay


def test_the_page_asks_for_what_the_ledger_says_is_due(stripe, payer, invoice):
    """Case 2: nothing of the amount comes from the browser; case 11: the fee comes out of it."""
    url = start_checkout(payer, invoice.id)

    session = stripe.only_session()
    assert session["url"] == url
    assert (session["amount_total"], session["currency"]) == (28_000, "usd")
    assert session["customer_details"]["email"] == "dana@harborview.example"
    (item,) = stripe.get(f"/v1/checkout/sessions/{session['id']}/line_items")["data"]
    assert item["description"] == "Invoice INV-0042"
    home = f"{settings().base_url}/portal/invoices/{invoice.id}/"
    assert session["success_url"] == f"{home}?checkout={{CHECKOUT_SESSION_ID}}"
    assert session["cancel_url"] == home
    expires = datetime.fromtimestamp(session["expires_at"], UTC) - datetime.now(UTC)
    assert timedelta(minutes=58) < expires < timedelta(minutes=61)


def test_the_charge_is_the_companys_own_less_the_platforms_fee(stripe, payer, invoice):
    """A direct charge: it stands on the connected account, 1.5% of it goes to the platform."""
    assert pay(start_checkout(payer, invoice.id)).paid
    stripe.settled_events()

    (charge,) = stripe.get("/v1/charges")["data"]
    assert (charge["amount"], charge["application_fee_amount"]) == (28_000, 420)
    assert charge["description"] == "Invoice INV-0042, Bright Heating Co."
    # Other tests may have charged the platform's own account; this payment did not.
    platforms = stripe.platform("/v1/charges", limit=100)["data"]
    assert charge["payment_intent"] not in [each["payment_intent"] for each in platforms]
    fees = stripe.platform("/v1/application_fees", limit=100)["data"]
    (fee,) = [each for each in fees if each["account"] == stripe.account]
    assert (fee["amount"], fee["charge"]) == (420, charge["id"])


def test_an_installation_may_take_no_fee(environment, stripe, payer, invoice):
    environment.setenv("FSM_PLATFORM_FEE_BPS", "0")
    settings.cache_clear()
    assert pay(start_checkout(payer, invoice.id)).paid
    (charge,) = stripe.get("/v1/charges")["data"]
    assert charge["application_fee_amount"] is None


def test_the_attempt_is_on_our_books_before_stripe_hears_of_it(monkeypatch, stripe, payer, invoice):
    """Case 16: so no event can precede it, and its id makes a repeated request the same page."""
    seen = []
    original = flow.open_checkout

    def watched(**asked):
        with reading() as session:
            attempt = session.exec(select(CheckoutAttempt)).one()
            part = session.exec(select(CheckoutAttemptInvoice)).one()
        seen.append((attempt.id, attempt.amount, attempt.application_fee, part.invoice_id))
        original(**asked)
        return original(**asked)

    monkeypatch.setattr(flow, "open_checkout", watched)
    start_checkout(payer, invoice.id)

    session = stripe.only_session()
    assert seen == [(session["metadata"][ATTEMPT_KEY], 28_000, 420, invoice.id)]
    assert session["client_reference_id"] == session["metadata"][ATTEMPT_KEY]
    (attempt,) = books.rows(CheckoutAttempt)
    assert (attempt.stripe_session_id, attempt.url) == (session["id"], session["url"])


def test_after_a_part_payment_the_page_asks_for_the_rest(stripe, payer, invoice, part_payment):
    part_payment(invoice, 10_000)
    start_checkout(payer, invoice.id)
    assert stripe.only_session()["amount_total"] == 18_000


# ── One page at a time ──────────────────────────────────────────────────────────────────────


def test_pressing_pay_again_closes_the_first_page(stripe, payer, invoice):
    """Case 1."""
    first, second = start_checkout(payer, invoice.id), start_checkout(payer, invoice.id)

    assert not pay(first).paid
    assert pay(second).paid
    deliver(*stripe.settled_events())
    assert books.status(invoice) == "Paid"
    assert books.only_payment().amount == 28_000
    closed, open_one = sorted(books.rows(CheckoutAttempt), key=lambda attempt: attempt.id)
    assert (closed.closed_at is not None, closed.completed_at) == (True, None)
    assert (open_one.closed_at, open_one.completed_at is not None) == (None, True)


def test_a_page_that_was_just_paid_is_found_out_before_a_second_is_offered(stripe, payer, invoice):
    """Case 1: the event is still on its way, so Stripe is asked instead."""
    assert pay(start_checkout(payer, invoice.id)).paid

    with pytest.raises(CannotPay, match="was just made and is being confirmed"):
        start_checkout(payer, invoice.id)
    assert books.status(invoice) == "Paid"
    assert books.only_payment().brought_by == BroughtBy.RETURN
    assert stripe.only_session()["status"] == "complete"


def test_a_page_that_expired_unnoticed_is_no_obstacle(stripe, payer, invoice):
    start_checkout(payer, invoice.id)
    (old,) = books.rows(CheckoutAttempt)
    assert pages.expire_checkout(stripe.account, old.stripe_session_id)

    assert pay(start_checkout(payer, invoice.id)).paid
    (noticed,) = [attempt for attempt in books.rows(CheckoutAttempt) if attempt.id == old.id]
    assert noticed.closed_at is not None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"stripe_account_id": "acct_left"}, "cannot be reached"),
        ({"stripe_session_id": "cs_test_forgotten"}, "could not be opened"),
    ],
)
def test_a_page_nobody_lets_us_close_is_in_the_way_until_its_time_is_over(
    stripe, payer, invoice, clock_ahead, change, words
):
    """The company has another account now; and nobody is told of a payment that never was."""
    start_checkout(payer, invoice.id)
    with unit_of_work() as session:
        attempt = session.exec(select(CheckoutAttempt)).one()
        for name, value in change.items():
            setattr(attempt, name, value)
    with pytest.raises(CannotPay, match=words):
        start_checkout(payer, invoice.id)

    clock_ahead(hours=1, seconds=1)
    assert pay(start_checkout(payer, invoice.id)).paid


def test_a_page_that_stripe_neither_closes_nor_calls_paid_is_not_called_paid(
    monkeypatch, stripe, payer, invoice
):
    start_checkout(payer, invoice.id)
    monkeypatch.setattr(pages, "expire_checkout", lambda *_: False)
    with pytest.raises(CannotPay, match="could not be opened"):
        start_checkout(payer, invoice.id)


def _press_twice_at_once(monkeypatch, payer, invoice):
    """Two tabs press Pay in the same moment: both are at Stripe before either has its page."""
    both, original, opened, refused = threading.Barrier(2), flow.open_checkout, [], []

    def together(**asked):
        both.wait(10)
        return original(**asked)

    def press():
        try:
            opened.append(start_checkout(payer, invoice.id))
        except CannotPay as error:
            refused.append(error)

    monkeypatch.setattr(flow, "open_checkout", together)
    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert (len(opened), refused) == (2, [])


def _open_pages(stripe):
    sessions = stripe.get("/v1/checkout/sessions")["data"]
    return [session["url"] for session in sessions if session["status"] == "open"]


def test_two_presses_in_the_same_moment_leave_one_page_open(
    any_database, monkeypatch, stripe, payer, invoice
):
    """Case 1."""
    _press_twice_at_once(monkeypatch, payer, invoice)
    (page,) = _open_pages(stripe)
    assert pay(page).paid


def test_control_without_the_second_look_both_pages_stay_open(monkeypatch, stripe, payer, invoice):
    """Case 1's control: it is the look after opening that closes the other page."""
    monkeypatch.setattr(flow, "_close_rivals", lambda *_: None)
    _press_twice_at_once(monkeypatch, payer, invoice)
    assert len(_open_pages(stripe)) == 2


def test_money_captured_twice_all_the_same_is_the_customers_credit(
    any_database, monkeypatch, stripe, payer, company, invoice
):
    """Case 1: nothing is lost and nothing is applied twice; the surplus is explicit."""
    first = start_checkout(payer, invoice.id)
    monkeypatch.setattr(pages, "expire_checkout", lambda *_: True)  # Stripe said so, yet it is paid
    second = start_checkout(payer, invoice.id)
    assert pay(first).paid and pay(second).paid
    deliver(*stripe.settled_events())

    assert books.status(invoice) == "Paid"
    assert books.balance(invoice).due == 0
    assert [payment.amount for payment in books.rows(Payment)] == [28_000, 28_000]
    assert [part.amount for part in books.rows(PaymentAllocation)] == [28_000]
    held = books.accounts(company)
    assert (held["stripe"], held["customer_credit"], held["receivable"]) == (56_000, -28_000, 0)


# ── When Stripe is away ─────────────────────────────────────────────────────────────────────


def test_stripe_down_is_said_plainly_and_nothing_is_charged(
    environment, monkeypatch, stripe, payer, invoice, unreachable
):
    """Case 26's first half: no page, no charge, and the next press works."""
    with unreachable(), pytest.raises(CannotPay, match=r"Nothing was charged; please try again"):
        start_checkout(payer, invoice.id)
    assert books.status(invoice) == "Unpaid"
    assert stripe.get("/v1/checkout/sessions")["data"] == []

    assert pay(start_checkout(payer, invoice.id)).paid


def test_a_slow_stripe_holds_nobody_elses_work(
    any_database, monkeypatch, stripe, payer, company, dana, invoice
):
    """No unit of work is open while Stripe is asked: others commit meanwhile."""
    asked, answered, opened = threading.Event(), threading.Event(), []
    original = flow.open_checkout

    def slow(**about):
        asked.set()
        assert answered.wait(10)
        return original(**about)

    monkeypatch.setattr(flow, "open_checkout", slow)
    waiting = threading.Thread(target=lambda: opened.append(start_checkout(payer, invoice.id)))
    waiting.start()
    assert asked.wait(10)
    write_invoice(company, dana, number="INV-0043")
    answered.set()
    waiting.join(20)
    assert len(opened) == 1
