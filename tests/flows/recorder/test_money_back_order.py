"""Refunds and disputes, told in every order: the same end, whoever was late. (Invariants A, E)"""

import pytest

from fsm_portal.domain.stripe_event import StripeEvent
from fsm_portal.flows.paying.start_checkout import start_checkout
from fsm_portal.gateways.stripe_events import read_event
from fsm_portal.gateways.stripe_facts import Event
from tests.flows import books
from tests.flows.stories import a_story, orders, state, tell
from tests.flows.stripe_side import StripeSide, as_body
from tests.sandbox_process import pay


@pytest.fixture
def charge(stripe: StripeSide, payer, invoice) -> str:
    """A payment of 280.00 USD, settled: its charge."""
    assert pay(start_checkout(payer, invoice.id)).paid
    stripe.settled_events()
    (charge,) = stripe.get("/v1/charges")["data"]
    return str(charge["id"])


def told(stripe: StripeSide, *types: str) -> list[Event]:
    """The account's events of these types, as the recorder reads them."""
    return [read_event(as_body(event)) for event in stripe.events(*types)]


def every_order(events: list[Event], invoice, company) -> dict[str, object]:
    """Tell ``events`` in every order; returns the one state that all of them end in."""
    with a_story() as session:
        tell(session, events)
        as_it_should_be = state(session, invoice)
        held = books.accounts(company, session)
    for order in orders(events):
        with a_story() as session:
            tell(session, list(order))
            assert state(session, invoice) == as_it_should_be, [event.type for event in order]
            kept = {event.outcome for event in books.rows(StripeEvent, session)}
            assert not kept & {"parked", "quarantined"}
    return as_it_should_be | {"held": held}


def test_a_part_refunded_and_the_rest_disputed_and_lost(stripe, sandbox, charge, invoice, company):
    """Cases 10 and 14: all 720 orders of six events."""
    sandbox.refund(stripe.account, charge, 8_000)
    dispute = sandbox.open_dispute(charge)
    sandbox.decide_dispute(dispute["id"], "lost")
    end = every_order(
        told(
            stripe,
            "charge.succeeded",
            "charge.updated",
            "refund.created",
            "charge.dispute.created",
            "charge.dispute.funds_withdrawn",
            "charge.dispute.closed",
        ),
        invoice,
        company,
    )
    # 80.00 went back with a credit note; the other 200.00 the bank took, and they are owed again.
    assert end["statuses"] == ["Unpaid"]
    assert end["held"]["receivable"] == 20_000
    # What stays at Stripe: nothing of the payment, less the dispute's fee. Its other fees follow.
    assert end["held"]["stripe"] == -1_500
    assert end["held"]["dispute_fee"] == 1_500


def test_a_dispute_that_was_won(stripe, sandbox, charge, invoice, company):
    """Case 10: the money is back, its fee is not, and the invoice is as paid as before."""
    dispute = sandbox.open_dispute(charge)
    sandbox.decide_dispute(dispute["id"], "won")
    end = every_order(
        told(
            stripe,
            "charge.succeeded",
            "charge.dispute.created",
            "charge.dispute.funds_withdrawn",
            "charge.dispute.funds_reinstated",
            "charge.dispute.closed",
        ),
        invoice,
        company,
    )
    assert end["statuses"] == ["Paid"]
    assert end["held"]["stripe"] == 28_000 - 1_500


def test_a_refund_that_succeeded_and_came_back(stripe, sandbox, charge, invoice, company):
    """Case 8: the balance is restored, its credit note counts no more."""
    refund = sandbox.refund(stripe.account, charge, 10_000)
    sandbox.settle_refund(refund["id"], "failed")
    end = every_order(
        told(
            stripe,
            "charge.succeeded",
            "refund.created",
            "charge.refunded",
            "refund.failed",
            "refund.updated",
        ),
        invoice,
        company,
    )
    assert end["statuses"] == ["Paid"]
    assert end["held"]["stripe"] == 28_000
    assert end["held"]["sales_credited"] == 0


def test_two_refunds_of_all_of_it(stripe, sandbox, charge, invoice, company):
    """Case 9: made in Stripe's dashboard, here once each."""
    for amount in (9_333, 18_667):
        sandbox.refund(stripe.account, charge, amount)
    end = every_order(
        told(stripe, "charge.succeeded", "refund.created", "charge.refunded"), invoice, company
    )
    assert end["statuses"] == ["Refunded"]
    assert len(end["refunds"]) == len(end["credit notes"]) == 2
    assert end["held"].get("receivable", 0) == end["held"]["stripe"] == 0


def test_a_refund_that_took_the_place_of_one_that_came_back(
    stripe, sandbox, charge, invoice, company
):
    """Case 8: all of it goes back a second time once the first refund failed.

    Told before that failure it is more than was paid, and held back only until the failure is told.
    """
    first = sandbox.refund(stripe.account, charge, 20_000)
    sandbox.settle_refund(first["id"], "failed")
    sandbox.refund(stripe.account, charge, 28_000)
    end = every_order(
        told(stripe, "charge.succeeded", "refund.created", "refund.failed"), invoice, company
    )
    assert end["statuses"] == ["Refunded"]
    assert end["held"]["stripe"] == 0
