"""Payouts: what is available goes to the bank every day, and says which payments it holds."""

import pytest
import stripe

from tests.sandbox.conftest import connect, order
from tests.sandbox_process import pay, start_sandbox

HOUR, DAY = 3600, 24 * 3600
AT_ONCE = "4000 0000 0000 0077"


@pytest.fixture
def options(bright):
    """On Bright Heating's own account."""
    return {"stripe_account": bright}


def test_every_day_by_the_clock(tmp_path):
    """Payments of one day are one payout two days later; it is at the bank a day after that."""
    running = start_sandbox(tmp_path)
    try:
        account = running.make_account("acct_brightheating", "Bright Heating Co.")
        client, options = connect(running), {"stripe_account": account}
        for amount, fee in ((10_000, 100), (20_000, 200)):
            wanted = order(amount, payment_intent_data={"application_fee_amount": fee})
            pay(client.v1.checkout.sessions.create(wanted, options).url)
        running.hurry(account, "fees")
        assert client.v1.payouts.list({}, options).data == []
        running.advance(2 * DAY)
        [payout] = client.v1.payouts.list({"expand": ["data.balance_transaction"]}, options).data
        assert (payout.amount, payout.status) == (30_000 - 320 - 610 - 300, "in_transit")
        assert (payout.created % DAY, payout.automatic) == (0, True)
        assert (payout.balance_transaction.type, payout.balance_transaction.net) == (
            "payout", -28_770
        )  # fmt: skip
        [available] = client.v1.balance.retrieve({}, options).available
        assert available.amount == 0
        assert [each.amount for each in client.v1.payouts.list().data] == [300]
        inside = client.v1.balance_transactions.list({"payout": payout.id}, options).data
        assert sorted(each.type for each in inside) == ["charge", "charge", "payout"]
        assert sum(each.net for each in inside) == 0
        # A refund after the payout waits until there is something to take it from.
        [charge, _] = client.v1.charges.list({}, options).data
        client.v1.refunds.create({"charge": charge.id, "amount": 5_000}, options)
        running.advance(DAY)
        paid = client.v1.payouts.retrieve(payout.id, {}, options)
        assert (paid.status, paid.reconciliation_status) == ("paid", "completed")
        pay(client.v1.checkout.sessions.create(order(10_000), options).url)
        running.advance(3 * DAY)
        [second, _] = client.v1.payouts.list({}, options).data
        assert second.amount == 10_000 - 320 - 5_000
        kinds = [e.type for e in client.v1.events.list({"type": "payout.*"}, options).data][::-1]
        assert kinds[:3] == ["payout.created", "payout.paid", "payout.reconciliation_completed"]
    finally:
        running.stop()


def test_what_is_available_at_once_can_go_now(
    client, bright, options, sandbox, paid_charge, receiver
):
    paid_charge(AT_ONCE, fee=None)
    paid_charge(fee=None)
    [payout] = sandbox.pay_out(bright)["data"]
    assert payout["amount"] == 10_000 - 320
    assert sandbox.settle_payout(payout["id"], "paid")["status"] == "paid"
    receiver.wait_for("payout.paid", bright, about=payout["id"])
    assert len(sandbox.pay_out(bright)["data"]) == 1
    found = client.v1.payouts.list({"status": "paid", "arrival_date": {"gte": 1}}, options).data
    assert [each.id for each in found] == [payout["id"]]


def test_a_payout_that_fails_is_in_the_balance_again(client, bright, options, sandbox, paid_charge):
    paid_charge(AT_ONCE, fee=None)
    [payout] = sandbox.pay_out(bright)["data"]
    assert sandbox.settle_payout(payout["id"], "failed")["failure_code"] == "account_closed"
    [available] = client.v1.balance.retrieve({}, options).available
    assert available.amount == 9_680
    assert sandbox.pay_out(bright)["data"][0]["amount"] == 9_680


def test_transactions_of_an_unknown_payout(client, options, clearwater):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.balance_transactions.list({"payout": "po_none"}, options)
    assert (refused.value.http_status, refused.value.param) == (400, "payout")


def test_one_by_hand_takes_what_is_asked_for_and_no_more(
    client, options, open_session, sandbox, bright, receiver
):
    assert pay(open_session(10_000).url, AT_ONCE).paid
    sandbox.hurry(bright, "fees")
    wanted = {"amount": 4_000, "currency": "usd", "metadata": {"for": "October"}}
    payout = client.v1.payouts.create(wanted, options)
    assert (payout.status, payout.automatic, payout.reconciliation_status) == (
        "pending", False, "not_applicable"
    )  # fmt: skip
    [available] = client.v1.balance.retrieve({}, options).available
    assert available.amount == 10_000 - 320 - 4_000
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payouts.create({**wanted, "amount": 5_681}, options)
    assert refused.value.code == "balance_insufficient"
    with pytest.raises(stripe.InvalidRequestError, match="automatic transfers"):
        client.v1.balance_transactions.list({"payout": payout.id}, options)
    sandbox.settle_payout(payout.id, "paid")
    receiver.wait_for("payout.paid", bright, about=payout.id)
    # What is left goes out with the daily one.
    sandbox.pay_out(bright)
    assert client.v1.payouts.list({"limit": 1}, options).data[0].amount == 5_680


def test_one_by_hand_can_be_canceled_until_it_is_on_its_way(
    client, options, open_session, sandbox, bright, receiver
):
    assert pay(open_session(10_000).url, AT_ONCE).paid
    sandbox.hurry(bright, "fees")
    payout = client.v1.payouts.create({"amount": 9_680, "currency": "usd"}, options)
    gone = client.v1.payouts.cancel(payout.id, {}, options)
    assert gone.status == "canceled"
    receiver.wait_for("payout.canceled", bright, about=payout.id)
    [available] = client.v1.balance.retrieve({}, options).available
    assert available.amount == 9_680
    with pytest.raises(stripe.InvalidRequestError, match="only be canceled while"):
        client.v1.payouts.cancel(payout.id, {}, options)
