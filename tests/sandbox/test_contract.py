"""Stripe's published description as the judge: what this room has not passed through it yet.

Every request and response of the other tests here is judged on its way (``JudgedClient``), every
event when it is received. The number is printed at the end of the run.
"""

import pytest

from tests.contract import contract
from tests.sandbox.conftest import order
from tests.sandbox_process import pay


@pytest.fixture
def judge():
    """The description, or a plain word that it is not here."""
    found = contract()
    if found is None:
        pytest.skip("Stripe's description (../shared/stripe) is not here")
    return found


def test_the_judge_does_find_faults(judge):
    """The control: without it, silence would prove nothing."""
    path = "/v1/checkout/sessions"
    good = "mode=payment&success_url=http%3A%2F%2Fx.example"
    assert judge.request_faults("POST", path, good) == []
    assert judge.request_faults("POST", path, good + "&payment_method_types[0]=card")
    assert judge.request_faults("POST", path, good + "&payment_intent_data[aplication_fee]=1")
    assert judge.response_faults("GET", "/v1/charges/ch_1", {"object": "charge"})
    balance = {"object": "balance", "available": [], "pending": [], "livemode": False}
    assert judge.response_faults("GET", "/v1/balance", balance) == []
    assert judge.response_faults("GET", "/v1/balance", {**balance, "invented": 1})


def test_objects_of_every_kind_agree_with_the_description(
    judge, client, bright, open_session, receiver
):
    options = {"stripe_account": bright}
    customer = client.v1.customers.create(
        {
            "name": "Dana Reyes",
            "email": "dana@harborview.example",
            "address": {"line1": "1 Harbor Way", "country": "US"},
            "shipping": {"name": "Dana", "address": {"city": "New York"}},
            "metadata": {"customer": "c1"},
        },
        options,
    )
    client.v1.customers.update(customer.id, {"phone": "+1 212 555 0199", "name": ""}, options)
    session = open_session(
        customer=customer.id,
        payment_intent_data={"application_fee_amount": 100, "metadata": {"attempt": "a1"}},
        custom_text={"submit": {"message": "Thank you."}},
        expand=["customer", "line_items"],
    )
    client.v1.checkout.sessions.update(session.id, {"metadata": {"seen": "yes"}}, options)
    pay(session.url, "4000 0000 0000 9995")
    client.v1.payment_intents.list({"customer": customer.id}, options)
    pay(session.url)
    receiver.wait_for("charge.updated", bright)
    intent = client.v1.payment_intents.list(
        {"expand": ["data.latest_charge.balance_transaction"]}, options
    ).data[0]
    client.v1.payment_methods.retrieve(intent.payment_method, {}, options)
    client.v1.balance_transactions.retrieve(
        intent.latest_charge.balance_transaction.id, {"expand": ["source"]}, options
    )
    for event in client.v1.events.list({"limit": 20}, options).data:
        client.v1.events.retrieve(event.id, {}, options)
    client.v1.customers.delete(customer.id, {}, options)
    client.v1.customers.retrieve(customer.id, {}, options)
    client.v1.accounts.retrieve_current({}, options)
    client.v1.webhook_endpoints.list()


def test_a_platforms_own_payment_agrees_too(judge, client):
    session = client.v1.checkout.sessions.create(order(expand=["line_items"]))
    assert pay(session.url).paid
    client.v1.charges.list({"limit": 1, "expand": ["data.payment_intent"]})
