"""Disputes: the cardholder's bank takes money back, and gives it back or keeps it."""

import pytest
import stripe
from httpx import HTTPStatusError

DISPUTED_CARD, INQUIRY_CARD = "4000 0000 0000 0259", "4000 0000 0000 1976"


@pytest.fixture
def options(bright):
    """On Bright Heating's own account."""
    return {"stripe_account": bright}


@pytest.fixture
def later_events(client, options):
    """Types of what followed the payment's own events, oldest first."""

    def listed():
        every = client.v1.events.list({"limit": 100}, options).data[::-1]
        return [event.type for event in every][5:]

    return listed


def balance(client, options):
    """What the account will have when everything is available."""
    return sum(each.amount for each in client.v1.balance.retrieve({}, options).pending)


def answered(client, options, dispute_id, text):
    """Hand in evidence that decides by itself."""
    return client.v1.disputes.update(
        dispute_id, {"evidence": {"uncategorized_text": text}}, options
    )


@pytest.fixture
def disputed(client, bright, options, sandbox, paid_charge):
    """A payment of $100.00 whose holder's bank took it back."""
    charge = paid_charge(DISPUTED_CARD, fee=None)
    assert sandbox.hurry(bright, "disputes") == 1
    [dispute] = client.v1.disputes.list({"charge": charge.id}, options).data
    return dispute


def test_a_dispute_takes_the_amount_and_a_fee(client, options, disputed, later_events):
    assert (disputed.status, disputed.reason, disputed.amount) == (
        "needs_response",
        "fraudulent",
        10_000,
    )
    [taken] = disputed.balance_transactions
    assert (taken.type, taken.amount, taken.fee, taken.net) == (
        "adjustment",
        -10_000,
        1_500,
        -11_500,
    )
    assert taken.reporting_category == "dispute"
    charge = client.v1.charges.retrieve(disputed.charge, {}, options)
    assert charge.disputed
    assert balance(client, options) == 10_000 - 320 - 11_500
    assert later_events() == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]


def test_won_the_money_returns_and_the_fee_does_not(
    client, bright, options, sandbox, disputed, later_events
):
    under_review = answered(client, options, disputed.id, "winning_evidence")
    assert under_review.status == "under_review"
    assert under_review.evidence_details.submission_count == 1
    sandbox.hurry(bright, "disputes")
    won = client.v1.disputes.retrieve(disputed.id, {"expand": ["charge"]}, options)
    assert (won.status, won.is_charge_refundable) == ("won", True)
    assert [each.net for each in won.balance_transactions] == [10_000, -11_500]
    assert balance(client, options) == 10_000 - 320 - 1_500
    assert later_events()[2:] == [
        "charge.dispute.updated",
        "charge.dispute.funds_reinstated",
        "charge.dispute.closed",
    ]
    assert client.v1.refunds.create({"charge": won.charge.id}, options).status == "succeeded"


def test_lost_nothing_more_moves(client, bright, options, sandbox, disputed, later_events):
    answered(client, options, disputed.id, "losing_evidence")
    sandbox.hurry(bright, "disputes")
    lost = client.v1.disputes.retrieve(disputed.id, {}, options)
    assert (lost.status, len(lost.balance_transactions)) == ("lost", 1)
    assert later_events()[2:] == ["charge.dispute.updated", "charge.dispute.closed"]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"charge": lost.charge}, options)
    assert refused.value.code == "charge_disputed"
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        client.v1.disputes.close(lost.id, {}, options)


def test_accepting_a_dispute_loses_it(client, options, disputed):
    assert client.v1.disputes.close(disputed.id, {}, options).status == "lost"


def test_evidence_can_be_gathered_before_it_is_submitted(client, options, disputed):
    wanted = {"evidence": {"customer_name": "Dana Reyes"}, "submit": False, "metadata": {"n": "1"}}
    held = client.v1.disputes.update(disputed.id, wanted, options)
    assert (held.status, held.evidence_details.has_evidence) == ("needs_response", True)
    assert (held.evidence.customer_name, held.metadata["n"]) == ("Dana Reyes", "1")
    sent = client.v1.disputes.update(disputed.id, {"submit": True}, options)
    assert sent.status == "under_review"


def test_an_inquiry_moves_no_money(client, bright, options, sandbox, paid_charge, later_events):
    charge = paid_charge(INQUIRY_CARD)
    sandbox.hurry(bright, "disputes")
    [inquiry] = client.v1.disputes.list({}, options).data
    assert (inquiry.status, inquiry.balance_transactions) == ("warning_needs_response", [])
    assert inquiry.payment_method_details.card.case_type == "inquiry"
    client.v1.refunds.create({"charge": charge.id, "amount": 100}, options)
    assert client.v1.disputes.retrieve(inquiry.id, {}, options).status == "warning_needs_response"
    client.v1.refunds.create({"charge": charge.id}, options)
    assert client.v1.disputes.retrieve(inquiry.id, {}, options).status == "warning_closed"
    assert later_events()[0] == "charge.dispute.created"
    assert later_events()[-1] == "charge.dispute.closed"


def test_an_inquiry_that_escalates(client, bright, options, sandbox, paid_charge):
    paid_charge(INQUIRY_CARD)
    sandbox.hurry(bright, "disputes")
    [inquiry] = client.v1.disputes.list({}, options).data
    answered(client, options, inquiry.id, "escalate_inquiry_evidence")
    sandbox.hurry(bright, "disputes")
    after = client.v1.disputes.retrieve(inquiry.id, {}, options)
    assert (after.status, len(after.balance_transactions)) == ("needs_response", 1)


def test_what_an_inquiry_escalates_to_is_what_was_not_refunded_meanwhile(
    client, options, sandbox, paid_charge
):
    """Case 10: nobody gets more back than was paid."""
    charge = paid_charge(fee=None)
    inquiry = sandbox.open_dispute(charge.id, inquiry="true")
    client.v1.refunds.create({"charge": charge.id, "amount": 4_000}, options)
    escalated = sandbox.decide_dispute(inquiry["id"], "escalated")
    [taken] = escalated["balance_transactions"]
    assert (escalated["amount"], taken["amount"]) == (6_000, -6_000)
    [told] = client.v1.events.list({"type": "charge.dispute.updated"}, options).data
    assert told.data.previous_attributes["amount"] == 10_000


@pytest.mark.parametrize(
    ("outcome", "comes_back"), [("lost", 0), ("partially_won", 4_000), ("won", 10_000)]
)
def test_a_bank_may_take_all_of_a_payment_that_was_partly_refunded(
    client, options, sandbox, paid_charge, outcome, comes_back
):
    """Case 10: as Stripe says of disputes for the full amount after a partial refund."""
    charge = paid_charge(fee=None)
    inquiry = sandbox.open_dispute(charge.id, inquiry="true")
    client.v1.refunds.create({"charge": charge.id, "amount": 4_000}, options)
    taken = sandbox.decide_dispute(inquiry["id"], "escalated_in_full")
    assert (taken["amount"], taken["balance_transactions"][0]["amount"]) == (10_000, -10_000)
    closed = sandbox.decide_dispute(inquiry["id"], outcome)
    assert closed["status"] == ("won" if outcome == "won" else "lost")
    moved = [each["amount"] for each in closed["balance_transactions"]]
    assert moved == ([comes_back, -10_000] if comes_back else [-10_000])


def test_a_bank_may_dispute_all_of_it_at_once_but_no_more(client, options, sandbox, paid_charge):
    """Case 10."""
    charge = paid_charge(fee=None)
    client.v1.refunds.create({"charge": charge.id, "amount": 4_000}, options)
    with pytest.raises(HTTPStatusError):
        sandbox.open_dispute(charge.id, amount=10_001)
    assert sandbox.open_dispute(charge.id, amount=10_000)["amount"] == 10_000


def test_what_is_left_of_a_refunded_payment_is_disputed(client, options, sandbox, paid_charge):
    """Case 10, from the dashboard."""
    charge = paid_charge()
    client.v1.refunds.create({"charge": charge.id, "amount": 4_000}, options)
    opened = sandbox.open_dispute(charge.id, reason="product_not_received")
    assert (opened["amount"], opened["reason"]) == (6_000, "product_not_received")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"charge": charge.id, "amount": 1}, options)
    assert refused.value.code == "charge_disputed"
    sandbox.decide_dispute(opened["id"], "won")
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount"):
        client.v1.refunds.create({"charge": charge.id, "amount": 6_001}, options)
    client.v1.refunds.create({"charge": charge.id, "amount": 6_000}, options)


def test_dispute_events_reach_the_connect_endpoint(bright, disputed, receiver):
    [opened] = receiver.wait_for("charge.dispute.created", bright)
    assert opened["data"]["object"]["id"] == disputed.id
    receiver.wait_for("charge.dispute.funds_withdrawn", bright)
