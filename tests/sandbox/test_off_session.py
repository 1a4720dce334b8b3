"""A saved card charged over the API while its owner is away."""

import pytest
import stripe


@pytest.fixture
def charge(client, customer, options):
    """Charges one of Dana's cards 25.00 and returns the intent."""

    def press(method: str, key: str | None = None, **changes):
        wanted = {
            "amount": 2_500,
            "currency": "usd",
            "customer": customer,
            "payment_method": method,
            "confirm": True,
            "off_session": True,
            **changes,
        }
        asked = {**options, "idempotency_key": key} if key else options
        return client.v1.payment_intents.create(wanted, asked)

    return press


def test_a_saved_card_is_charged_at_once(charge, saved, sandbox, receiver, bright, customer):
    intent = charge(
        saved().id,
        application_fee_amount=38,
        metadata={"attempt": "a1"},
        expand=["latest_charge"],
    )
    assert (intent.status, intent.amount_received) == ("succeeded", 2_500)
    assert intent.latest_charge.customer == customer
    receiver.wait_for("payment_intent.succeeded", bright, about=intent.id)
    sandbox.hurry(bright, "fees")
    [settled] = receiver.wait_for("charge.updated", bright)
    assert settled["data"]["object"]["application_fee_amount"] == 38


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ("pm_card_chargeCustomerFail", "card_declined"),
        ("pm_card_authenticationRequired", "authentication_required"),
    ],
)
def test_a_refusal_stays_as_a_failed_payment(
    client, options, charge, saved, receiver, bright, card, code
):
    method = saved(card).id
    with pytest.raises(stripe.CardError) as refused:
        charge(method, "attempt-1")
    assert (refused.value.http_status, refused.value.code) == (402, code)
    told = refused.value.error.payment_intent
    found = client.v1.payment_intents.retrieve(told.id, {}, options)
    assert (found.status, found.last_payment_error.code) == ("requires_payment_method", code)
    failed = client.v1.charges.retrieve(refused.value.error.charge, {}, options)
    assert (failed.status, failed.paid) == ("failed", False)
    receiver.wait_for("payment_intent.payment_failed", bright, about=told.id)
    # The same key answers the same and tries no second time.
    with pytest.raises(stripe.CardError):
        charge(method, "attempt-1")
    assert len(client.v1.charges.list({}, options).data) == 1


def test_a_card_that_was_approved_when_saved_is_not_asked_about_again(charge, saved):
    assert charge(saved("pm_card_authenticationRequiredOnSetup").id).status == "succeeded"


def test_only_the_customers_own_card_can_be_charged(client, options, charge, saved):
    method = saved().id
    other = client.v1.customers.create({"name": "Larkspur Elementary"}, options).id
    with pytest.raises(stripe.InvalidRequestError, match="does not belong to this customer"):
        charge(method, customer=other)
    with pytest.raises(stripe.InvalidRequestError, match="No such PaymentMethod"):
        charge("pm_nothing")
    client.v1.payment_methods.detach(method, {}, options)
    with pytest.raises(stripe.InvalidRequestError, match="does not belong to this customer"):
        charge(method)


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"amount": 49}, "amount"),
        ({"amount": 100_000_000}, "amount"),
        ({"application_fee_amount": 2_501}, "application_fee_amount"),
        ({"off_session": False}, "confirm"),
    ],
)
def test_what_cannot_be_charged_is_refused_before_anything_happens(
    client, options, charge, saved, changes, param
):
    method = saved().id
    with pytest.raises(stripe.InvalidRequestError) as refused:
        charge(method, **changes)
    assert refused.value.param == param
    assert client.v1.payment_intents.list({}, options).data == []
