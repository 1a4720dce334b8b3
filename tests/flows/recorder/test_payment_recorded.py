"""A payment at Stripe becomes Paid here: by signed webhooks, on the books to the cent."""

import time

import httpx

from fsm_portal import live
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.domain.payment import BroughtBy, FailedPayment, PaymentAllocation
from fsm_portal.domain.stripe_event import Outcome, StripeEvent
from fsm_portal.flows.paying import open_pages
from fsm_portal.flows.paying.start_checkout import start_checkout
from fsm_portal.flows.work_outbox import work_one
from tests.flows import books
from tests.flows.postbox import work_off_everything
from tests.flows.stripe_side import deliver
from tests.sandbox_process import DECLINED_CARD, PLAIN, pay


def test_paid_at_stripe_is_paid_here(stripe, payer, company, invoice):
    """Invariants A and C: the entries say where each cent is."""
    assert pay(start_checkout(payer, invoice.id)).paid
    assert books.status(invoice) == "Unpaid"  # case 17: being paid at Stripe is not yet being told

    topics = deliver(*stripe.settled_events())

    assert books.status(invoice) == "Paid"
    payment = books.only_payment()
    assert (payment.amount, payment.currency) == (28_000, "USD")
    assert (payment.method, payment.last4) == ("visa", "4242")
    assert payment.brought_by == BroughtBy.WEBHOOK
    (intent,) = stripe.get("/v1/payment_intents")["data"]
    assert (payment.payment_intent_id, payment.charge_id) == (intent["id"], intent["latest_charge"])
    (part,) = books.rows(PaymentAllocation)
    assert (part.invoice_id, part.amount) == (invoice.id, 28_000)
    assert books.accounts(company) == {"receivable": 0, "sales": -28_000, "stripe": 28_000}
    assert topics == {
        f"company:{company.id}",
        f"customer:{company.id}:{payer.person_id}",
        f"invoice:{company.id}:{invoice.id}",
    }


def test_once_the_fees_are_in_the_stripe_account_is_what_stripe_holds(
    stripe, payer, company, invoice, postbox
):
    """The books prove themselves against Stripe's balance transactions, to the cent."""
    assert pay(start_checkout(payer, invoice.id)).paid
    deliver(*stripe.settled_events())
    work_off_everything()

    payment = books.only_payment()
    assert (payment.stripe_fee, payment.platform_fee) == (842, 420)
    held = books.accounts(company)
    assert held["stripe"] == stripe.balance() == 28_000 - 842 - 420
    assert (held["stripe_fee"], held["platform_fee"]) == (842, 420)
    assert sum(held.values()) == 0


def test_a_refused_card_is_shown_to_staff_and_the_next_one_pays(stripe, payer, company, invoice):
    """Case 15: failed, then succeeded on the same intent."""
    page = start_checkout(payer, invoice.id)
    assert pay(page, DECLINED_CARD).errors == {
        "cardNumber": "Your card was declined. Try a different card."
    }
    topics = deliver(*stripe.events())
    assert topics == {f"company:{company.id}"}
    (failed,) = books.rows(FailedPayment)
    assert (failed.amount, failed.currency, failed.last4) == (28_000, "USD", "0002")
    assert (failed.code, failed.message) == ("generic_decline", "Your card was declined.")
    assert books.status(invoice) == "Unpaid"

    assert pay(page).paid
    deliver(*stripe.settled_events())
    assert books.status(invoice) == "Paid"
    assert books.only_payment().payment_intent_id == failed.payment_intent_id


def test_a_failed_approval_at_the_bank_is_shown_to_staff(stripe, payer, company, invoice):
    """3D Secure: no charge was ever made, and the office hears of it all the same."""
    page = start_checkout(payer, invoice.id)
    assert pay(page, "4000 0025 0000 3155").redirect.endswith("/authenticate")
    httpx.post(f"{page}/authenticate", data={"outcome": "fail"}, **PLAIN)
    assert deliver(*stripe.events()) == {f"company:{company.id}"}
    (failed,) = books.rows(FailedPayment)
    assert (failed.amount, failed.code) == (28_000, "payment_intent_authentication_failure")
    assert "unable to authenticate" in failed.message
    assert (failed.method, failed.last4) == ("visa", "3155")

    assert pay(page).paid
    deliver(*stripe.settled_events())
    assert books.status(invoice) == "Paid"
    assert len(books.rows(FailedPayment)) == 1


def test_each_failed_approval_on_one_page_is_shown(stripe, payer, company, invoice):
    page = start_checkout(payer, invoice.id)
    for _ in range(2):
        assert pay(page, "4000 0025 0000 3155").redirect.endswith("/authenticate")
        httpx.post(f"{page}/authenticate", data={"outcome": "fail"}, **PLAIN)
    for _ in range(2):  # every event twice
        deliver(*stripe.events())
    first, second = books.rows(FailedPayment)
    assert first.payment_intent_id == second.payment_intent_id


def test_money_that_no_invoice_could_take_gets_a_receipt_too(
    monkeypatch, stripe, payer, invoice, postbox
):
    """Case 1: the second payment is all credit."""
    first = start_checkout(payer, invoice.id)
    monkeypatch.setattr(open_pages, "expire_checkout", lambda *_: True)
    second = start_checkout(payer, invoice.id)
    assert pay(first).paid and pay(second).paid
    deliver(*stripe.settled_events())
    work_off_everything()
    assert len(postbox.letters(payer.email)) == 2
    assert not [work.dead_reason for work in books.rows(OutboxMessage) if work.dead_reason]


def test_what_the_portal_needs_not_know_is_kept_all_the_same(stripe, payer, invoice):
    """Case 23: that something was created says nothing new; the inbox has it."""
    assert pay(start_checkout(payer, invoice.id)).paid
    events = stripe.settled_events()
    deliver(*events)
    kept = {event.event_id: event for event in books.rows(StripeEvent)}
    assert set(kept) == {event["id"] for event in events}
    ignored = [event.type for event in kept.values() if event.outcome == Outcome.IGNORED]
    assert sorted(ignored) == ["customer.created", "payment_intent.created"]


def test_the_whole_way_with_stripe_delivering_by_itself(
    monkeypatch, live_webhooks, stripe, payer, company, invoice, postbox
):
    """Walks A and B: pay on Stripe's page, signed webhooks over HTTP, rings, receipt by mail."""
    rung = []
    monkeypatch.setattr(live, "ring", rung.append)
    assert pay(start_checkout(payer, invoice.id)).paid

    _wait_until(lambda: books.status(invoice) == "Paid")
    _wait_until(lambda: books.only_payment().balance_transaction_id is not None)
    _wait_until(lambda: f"invoice:{company.id}:{invoice.id}" in frozenset().union(*rung))
    work_off_everything(work_one)
    assert books.accounts(company)["stripe"] == stripe.balance()
    assert postbox.only_letter()["subject"].startswith("Receipt")
    # Stripe was answered 2xx every time: nothing waits to be sent again.
    _wait_until(lambda: all(event["pending_webhooks"] == 0 for event in stripe.events()))
    assert {
        event.outcome for event in books.rows(StripeEvent) if event.account_id == "platform"
    } == {Outcome.IGNORED}


def _wait_until(holds, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)
