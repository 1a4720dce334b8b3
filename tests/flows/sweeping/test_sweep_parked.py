"""Facts whose payment never comes are not left waiting: Stripe is asked whose they are."""

import pytest

from fsm_portal.domain.payment import Payment
from fsm_portal.domain.stripe_event import Outcome, StripeEvent
from fsm_portal.flows.paying.start_checkout import start_checkout
from fsm_portal.flows.reconciliation.settle_fact import set_aside
from fsm_portal.flows.sweeping import accounts_to_sweep, sweep
from fsm_portal.flows.sweeping.parked import judge_parked
from fsm_portal.gateways.stripe_client import StripeUnavailable
from tests.flows import books
from tests.flows.elsewhere import shop_payment
from tests.flows.stripe_side import deliver
from tests.flows.sweeping.test_sweep_books import in_balance
from tests.sandbox_process import pay


def judged() -> int:
    (account,) = accounts_to_sweep()
    return judge_parked(account)[0]


def outcomes() -> list[tuple[str, str]]:
    return sorted((row.outcome, row.reason) for row in books.rows(StripeEvent))


def test_a_refund_of_the_companys_shop_is_none_of_ours(any_database, stripe, clock_ahead):
    charge = shop_payment(stripe, 5_000)
    stripe.sandbox.refund(stripe.account, charge["id"])
    deliver(*stripe.events("refund.created"))
    assert [outcome for outcome, _ in outcomes()] == [Outcome.PARKED]
    assert judged() == 0, "its payment may still come"
    clock_ahead(days=1, minutes=1)
    assert judged() == 1
    assert outcomes() == [(Outcome.IGNORED, "its payment was not made through this portal")]
    assert judged() == 0


def test_a_refund_whose_payment_is_ours_brings_it(
    any_database, stripe, payer, invoice, clock_ahead
):
    """Invariant J: every event of the payment was lost, the refund's came."""
    assert pay(start_checkout(payer, invoice.id)).paid
    stripe.settled_events()
    stripe.sandbox.refund(stripe.account, stripe.get("/v1/charges")["data"][0]["id"], 5_000)
    deliver(*stripe.events("refund.created"))
    clock_ahead(days=1, minutes=1)
    assert judged() == 1
    assert books.only_payment().amount == 28_000
    assert books.balance(invoice).refunded == 5_000
    assert outcomes() == [(Outcome.RECORDED, "")]


def test_a_refund_of_an_attempt_that_nobody_made_is_shown_to_staff(
    any_database, stripe, clock_ahead
):
    charge = shop_payment(stripe, 5_000, fsm_attempt="0" * 32)
    stripe.sandbox.refund(stripe.account, charge["id"])
    deliver(*stripe.events("refund.created"))
    clock_ahead(days=1, minutes=1)
    assert judged() == 1
    ((outcome, reason),) = outcomes()
    assert outcome == Outcome.QUARANTINED and "no checkout attempt" in reason
    assert books.rows(Payment) == []


def test_a_payment_intent_that_stripe_does_not_know_is_none_of_ours(stripe, clock_ahead):
    charge = shop_payment(stripe, 5_000)
    stripe.sandbox.refund(stripe.account, charge["id"])
    (event,) = stripe.events("refund.created")
    event["data"]["object"]["payment_intent"] = "pi_nobodys"
    deliver(event)
    clock_ahead(days=1, minutes=1)
    assert judged() == 1
    assert [outcome for outcome, _ in outcomes()] == [Outcome.IGNORED]


def test_when_stripe_is_away_it_waits_on(stripe, unreachable, clock_ahead):
    charge = shop_payment(stripe, 5_000)
    stripe.sandbox.refund(stripe.account, charge["id"])
    deliver(*stripe.events("refund.created"))
    clock_ahead(days=1, minutes=1)
    with unreachable(), pytest.raises(StripeUnavailable):
        sweep()
    assert [outcome for outcome, _ in outcomes()] == [Outcome.PARKED]


def test_money_that_staff_set_aside_is_booked_as_none_of_ours(any_database, stripe, company, owner):
    shop_payment(stripe, 5_000, fsm_attempt="0" * 32)
    sweep()
    held_back = [row for row in books.rows(StripeEvent) if row.outcome == Outcome.QUARANTINED]
    # All events that tell the same go along.
    assert len(held_back) > 1
    set_aside(owner, held_back[0].event_id, "Our old portal")
    assert Outcome.QUARANTINED not in {row.outcome for row in books.rows(StripeEvent)}
    found = []
    sweep(progress=found.append)
    assert found[0].elsewhere == 1
    assert in_balance(company, stripe)
