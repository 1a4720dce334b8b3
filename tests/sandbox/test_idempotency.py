"""The same key twice is one piece of work (invariants C and D)."""

import threading

import pytest
import stripe

from tests.sandbox.conftest import connect, order


def test_the_same_key_gives_the_same_answer_again(client, bright):
    options = {"stripe_account": bright, "idempotency_key": "attempt-1"}
    first = client.v1.checkout.sessions.create(order(), options)
    again = client.v1.checkout.sessions.create(order(), options)
    assert again.id == first.id
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert again.last_response.headers["Original-Request"] == first.last_response.request_id
    assert again.last_response.request_id != first.last_response.request_id
    assert len(client.v1.checkout.sessions.list({}, {"stripe_account": bright}).data) == 1


def test_the_same_key_for_something_else_is_refused(client, bright):
    options = {"stripe_account": bright, "idempotency_key": "attempt-2"}
    client.v1.checkout.sessions.create(order(5000), options)
    with pytest.raises(stripe.IdempotencyError) as refused:
        client.v1.checkout.sessions.create(order(5001), options)
    assert refused.value.http_status == 400
    assert refused.value.error.type == "idempotency_error"
    with pytest.raises(stripe.IdempotencyError) as refused:
        client.v1.customers.create({"name": "Dana"}, options)
    assert "same endpoint" in str(refused.value)


def test_a_key_belongs_to_its_account(client, bright, clearwater):
    key = "attempt-3"
    ours = client.v1.customers.create({}, {"stripe_account": bright, "idempotency_key": key})
    theirs = client.v1.customers.create({}, {"stripe_account": clearwater, "idempotency_key": key})
    assert ours.id != theirs.id


def test_what_was_refused_while_reading_may_be_sent_again(client, bright):
    """Stripe keeps answers of work that began, not of parameters it could not read."""
    options = {"stripe_account": bright, "idempotency_key": "attempt-4"}
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(order(colour="blue"), options)
    assert client.v1.checkout.sessions.create(order(), options).status == "open"


def test_what_was_refused_at_work_is_refused_again(client, bright):
    options = {"stripe_account": bright, "idempotency_key": "attempt-5"}
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.checkout.sessions.create(order(3), options)
        assert refused.value.code == "amount_too_small"
    assert refused.value.headers["Idempotent-Replayed"] == "true"


def test_the_same_key_at_the_same_time_is_a_conflict(sandbox, bright):
    patient = connect(sandbox, max_network_retries=0)
    options = {"stripe_account": bright, "idempotency_key": "attempt-6"}
    outcomes = []

    def create():
        try:
            outcomes.append(patient.v1.checkout.sessions.create(order(), options).id)
        except stripe.StripeError as refused:
            outcomes.append(f"{refused.http_status} {refused.error.code}")

    sandbox.set_latency(300)
    try:
        both = [threading.Thread(target=create) for _ in range(2)]
        for each in both:
            each.start()
        for each in both:
            each.join()
    finally:
        sandbox.set_latency(0)
    conflict, session = sorted(outcomes)
    assert conflict == "409 idempotency_key_in_use"
    assert session.startswith("cs_test_")
