"""Refunds: all or part of a payment goes back, and what becomes of it on its way."""

import pytest
import stripe

from tests.sandbox_process import DECLINED_CARD, pay

PENDING_CARD, FAILING_CARD = "4000 0000 0000 7726", "4000 0000 0000 5126"


@pytest.fixture
def options(bright):
    """On Bright Heating's own account."""
    return {"stripe_account": bright}


@pytest.fixture
def refund(client, options):
    """Refunds over the API."""

    def make(charge, amount=None, key=None, **params):
        wanted = {"charge": charge.id, "amount": amount, **params}
        return client.v1.refunds.create(
            wanted, {**options, **({"idempotency_key": key} if key else {})}
        )

    return make


def event_types(client, options, skip):
    """Types of the account's events, oldest first, without the first ``skip``."""
    return [event.type for event in client.v1.events.list({"limit": 100}, options).data][::-1][
        skip:
    ]


def test_a_full_refund(client, bright, options, paid_charge, refund, receiver):
    charge = paid_charge()
    made = refund(
        charge,
        reason="requested_by_customer",
        metadata={"invoice": "INV-0042"},
        refund_application_fee=True,
    )
    assert made.id.startswith("re_")
    assert (made.amount, made.status, made.charge) == (10_000, "succeeded", charge.id)
    assert (made.reason, made.metadata["invoice"]) == ("requested_by_customer", "INV-0042")
    after = client.v1.charges.retrieve(charge.id, {"expand": ["refunds"]}, options)
    assert (after.amount_refunded, after.refunded) == (10_000, True)
    assert [each.id for each in after.refunds.data] == [made.id]
    assert event_types(client, options, 5) == ["refund.created", "charge.refunded"]
    [told] = receiver.wait_for("charge.refunded", bright)
    assert told["data"]["previous_attributes"] == {"amount_refunded": 0, "refunded": False}
    [fee] = receiver.wait_for("application_fee.refunded", about=charge.application_fee)
    assert (fee["data"]["object"]["refunded"], fee["data"]["object"]["amount_refunded"]) == (
        True,
        150,
    )


def test_what_a_refund_does_to_both_balances(client, options, paid_charge, refund):
    """Stripe keeps its own fee; the platform returns its part of what goes back."""
    charge = paid_charge()
    made = refund(charge, 4_000, refund_application_fee=True, expand=["balance_transaction"])
    transaction = made.balance_transaction
    assert (transaction.type, transaction.amount) == ("refund", -4_000)
    assert (transaction.fee, transaction.net) == (-60, -3_940)
    [given_back] = client.v1.application_fees.refunds.list(charge.application_fee).data
    assert (given_back.amount, given_back.fee) == (60, charge.application_fee)
    theirs = client.v1.balance_transactions.retrieve(given_back.balance_transaction)
    assert (theirs.type, theirs.net) == ("application_fee_refund", -60)
    assert client.v1.application_fees.refunds.retrieve(charge.application_fee, given_back.id).id


def test_without_being_asked_the_platform_keeps_its_fee(client, options, paid_charge, refund):
    charge = paid_charge()
    made = refund(charge, expand=["balance_transaction"])
    assert (made.balance_transaction.fee, made.balance_transaction.net) == (0, -10_000)
    assert not client.v1.application_fees.retrieve(charge.application_fee).refunded


@pytest.mark.parametrize("parts", [[3_333, 3_333, 3_333, 1], [1, 9_999], [5_000, 5_000]])
def test_parts_of_the_fee_add_up_to_the_fee(client, paid_charge, refund, parts):
    charge = paid_charge(fee=151)
    for part in parts:
        refund(charge, part, refund_application_fee=True)
    fee = client.v1.application_fees.retrieve(charge.application_fee)
    assert (fee.amount_refunded, fee.refunded) == (151, True)


def test_more_than_is_left_is_refused_in_stripes_words(paid_charge, refund):
    """Case 5: 33.33 three times, then 0.01, then nothing is left."""
    charge = paid_charge()
    for part in (3_333, 3_333, 3_333):
        refund(charge, part)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        refund(charge, 2)
    assert refused.value.user_message == (
        "Refund amount ($0.02) is greater than unrefunded amount on charge ($0.01)"
    )
    assert refused.value.param == "amount"
    refund(charge, 1)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        refund(charge, 1)
    assert refused.value.code == "charge_already_refunded"
    assert refused.value.user_message == f"Charge {charge.id} has already been refunded."


def test_one_key_is_one_refund(client, options, paid_charge, refund):
    """Case 6 and 26: the same press, however often it is sent."""
    charge = paid_charge()
    first, again = refund(charge, 6_000, key="press-1"), refund(charge, 6_000, key="press-1")
    assert first.id == again.id
    with pytest.raises(stripe.IdempotencyError):
        refund(charge, 5_000, key="press-1")
    with pytest.raises(stripe.InvalidRequestError):
        refund(charge, 6_000, key="press-2")
    assert len(client.v1.refunds.list({"charge": charge.id}, options).data) == 1


def test_by_payment_intent_listed_and_annotated(client, options, paid_charge):
    charge = paid_charge()
    made = client.v1.refunds.create(
        {"payment_intent": charge.payment_intent, "amount": 100}, options
    )
    client.v1.refunds.update(made.id, {"metadata": {"note": "goodwill"}}, options)
    found = client.v1.refunds.retrieve(made.id, {"expand": ["charge", "payment_intent"]}, options)
    assert (found.charge.id, found.metadata["note"]) == (charge.id, "goodwill")
    for by in ({"charge": charge.id}, {"payment_intent": charge.payment_intent}, {}):
        assert [each.id for each in client.v1.refunds.list(by, options).data] == [made.id]
    path = f"/v1/charges/{charge.id}/refunds"
    listed = client.raw_request("get", path, **options).data
    assert listed["data"][0]["id"] == made.id
    one = client.raw_request("get", f"{path}/{made.id}", **options).data
    assert one["id"] == made.id
    with pytest.raises(stripe.InvalidRequestError, match="cannot be canceled"):
        client.v1.refunds.cancel(made.id, {}, options)


def test_a_refund_that_arrives_later(client, bright, options, sandbox, paid_charge, refund):
    """Case 8: pending, then done."""
    made = refund(paid_charge(PENDING_CARD))
    assert (made.status, made.pending_reason) == ("pending", "processing")
    assert sandbox.hurry(bright, "refunds") == 1
    after = client.v1.refunds.retrieve(made.id, {}, options)
    assert after.status == "succeeded" and "pending_reason" not in after
    assert event_types(client, options, 5) == [
        "refund.created", "charge.refunded", "refund.updated", "charge.refund.updated"
    ]  # fmt: skip


def test_a_refund_that_comes_back(client, bright, options, sandbox, paid_charge, refund):
    """Case 8: it looked succeeded, then the bank returned it; the money is ours again."""
    charge = paid_charge(FAILING_CARD)
    made = refund(charge, 4_000)
    assert made.status == "succeeded"
    sandbox.hurry(bright, "refunds")
    after = client.v1.refunds.retrieve(
        made.id, {"expand": ["failure_balance_transaction"]}, options
    )
    assert (after.status, after.failure_reason) == ("failed", "expired_or_canceled_card")
    back = after.failure_balance_transaction
    assert (back.type, back.net) == ("refund_failure", 4_000)
    charge = client.v1.charges.retrieve(charge.id, {}, options)
    assert (charge.amount_refunded, charge.refunded) == (0, False)
    assert event_types(client, options, 5) == [
        "refund.created", "charge.refunded",
        "refund.failed", "refund.updated", "charge.refund.updated",
    ]  # fmt: skip


def test_a_refund_made_at_stripe_and_canceled_there(client, bright, options, sandbox, paid_charge):
    """Case 9: it starts in Stripe's dashboard."""
    charge = paid_charge(PENDING_CARD)
    made = sandbox.refund(bright, charge.id, 2_500)
    assert client.v1.refunds.retrieve(made["id"], {}, options).status == "pending"
    sandbox.settle_refund(made["id"], "canceled")
    assert client.v1.refunds.retrieve(made["id"], {}, options).status == "canceled"
    assert client.v1.charges.retrieve(charge.id, {}, options).amount_refunded == 0


@pytest.mark.parametrize(
    ("params", "param", "code"),
    [
        ({}, None, None),
        ({"charge": "ch_none"}, "charge", "resource_missing"),
        ({"payment_intent": "pi_none"}, "payment_intent", "resource_missing"),
        ({"charge": "ch_none", "payment_intent": "pi_none"}, "charge", None),
        ({"charge": "ch_none", "amount": 0}, "amount", "parameter_invalid_integer"),
        ({"charge": "ch_none", "amount": "1.5"}, "amount", "parameter_invalid_integer"),
        ({"charge": "ch_none", "reason": "whim"}, "reason", None),
        ({"charge": "ch_none", "reverse_transfer": True}, "reverse_transfer", None),
    ],
)  # fmt: skip
def test_what_cannot_be_refunded_is_refused(client, options, params, param, code):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create(params, options)
    assert (refused.value.http_status, refused.value.param, refused.value.code) == (
        400,
        param,
        code,
    )


def test_a_declined_charge_and_a_charge_without_fee(client, options, open_session, paid_charge):
    pay(open_session().url, DECLINED_CARD)
    [declined] = client.v1.charges.list({}, options).data
    with pytest.raises(stripe.InvalidRequestError, match="did not succeed"):
        client.v1.refunds.create({"charge": declined.id}, options)
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        client.v1.refunds.create({"payment_intent": declined.payment_intent}, options)
    plain = paid_charge(fee=None)
    with pytest.raises(stripe.InvalidRequestError, match="no application fee"):
        client.v1.refunds.create({"charge": plain.id, "refund_application_fee": True}, options)


def test_refunds_of_another_account_are_missing(client, paid_charge, refund, clearwater):
    made = refund(paid_charge())
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.retrieve(made.id, {}, {"stripe_account": clearwater})
    assert refused.value.http_status == 404
