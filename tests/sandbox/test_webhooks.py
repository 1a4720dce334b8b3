"""Webhooks: signed, sent to whom they concern, repeated until they are taken."""

import threading
import time

import pytest
import stripe

from tests.sandbox.conftest import connect, order
from tests.sandbox.webhook_receiver import SECRETS, WebhookReceiver
from tests.sandbox_process import Webhooks, free_port, pay, start_sandbox


@pytest.fixture
def listener():
    """A receiver of this test only."""
    listening = WebhookReceiver()
    yield listening
    listening.stop()
    assert not listening.faults


def hooks(listening):
    """Flags that send everything to ``listening``."""
    return Webhooks(
        platform_url=f"{listening.url}/platform",
        platform_secret=SECRETS["/platform"],
        connect_url=f"{listening.url}/connect",
        connect_secret=SECRETS["/connect"],
    )


def test_every_event_is_signed_with_its_endpoints_secret(open_session, bright, receiver):
    """The receiver verifies each with the SDK; a wrong signature would be in its faults."""
    pay(open_session().url)
    receiver.wait_for("charge.updated", bright)
    assert {each["received_at"] for each in receiver.events if each.get("account")} == {"/connect"}
    assert receiver.faults == []


def test_an_endpoint_made_over_the_api_gets_what_it_asked_for(
    client, open_session, bright, listener
):
    made = client.v1.webhook_endpoints.create(
        {
            "url": f"{listener.url}/connect",
            "connect": True,
            "enabled_events": ["checkout.session.completed"],
        }
    )
    listener.secrets["/connect"] = made.secret
    assert made.secret.startswith("whsec_")
    assert "secret" not in client.v1.webhook_endpoints.retrieve(made.id)
    pay(open_session().url)
    listener.wait_for("checkout.session.completed", bright)
    assert listener.types(bright) == ["checkout.session.completed"]
    client.v1.webhook_endpoints.update(made.id, {"disabled": True})
    pay(open_session().url)
    assert client.v1.webhook_endpoints.delete(made.id).deleted
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.webhook_endpoints.retrieve(made.id)
    assert len(listener.events) == 1


def test_an_accounts_own_endpoint_is_not_told_the_account(client, bright, listener):
    made = client.v1.webhook_endpoints.create(
        {"url": f"{listener.url}/own", "enabled_events": ["*"]}, {"stripe_account": bright}
    )
    listener.secrets["/own"] = made.secret
    client.v1.customers.create({"name": "Dana"}, {"stripe_account": bright})
    [event] = listener.wait_for("customer.created", None)
    assert "account" not in event


def test_a_disabled_endpoint_gets_nothing_until_it_is_enabled_again(client, bright, listener):
    """Changing something else does not enable it."""
    options = {"stripe_account": bright}
    wanted = {"url": f"{listener.url}/own", "enabled_events": ["customer.created"]}
    made = client.v1.webhook_endpoints.create(wanted, options)
    listener.secrets["/own"] = made.secret
    change = client.v1.webhook_endpoints.update
    assert change(made.id, {"disabled": True}, options).status == "disabled"
    assert change(made.id, {"description": "Asleep"}, options).status == "disabled"
    client.v1.customers.create({"name": "Unheard"}, options)
    assert change(made.id, {"disabled": False}, options).status == "enabled"
    client.v1.customers.create({"name": "Heard"}, options)
    [event] = listener.wait_for("customer.created", None)
    assert event["data"]["object"]["name"] == "Heard"
    with pytest.raises(stripe.InvalidRequestError, match="no type of event"):
        change(made.id, {"enabled_events": ["everything"]}, options)


def test_a_refused_delivery_is_repeated_until_it_is_taken(tmp_path, listener):
    """The same event again, first after about a second."""
    well = threading.Event()
    listener.answer = lambda _attempt, _event: 200 if well.is_set() else 500
    running = start_sandbox(tmp_path, hooks(listener))
    try:
        client = connect(running)
        client.v1.customers.create({"name": "Dana"})
        [event] = client.v1.events.list({"delivery_success": False}).data
        assert event.pending_webhooks == 1
        while not listener.attempts:
            time.sleep(0.01)
        well.set()
        listener.wait_for("customer.created")
        (first, event_id), (second, same_id) = listener.attempts
        assert event_id == same_id
        assert second - first > 0.8
        until = time.monotonic() + 60
        while client.v1.events.list({"delivery_success": False}).data:
            assert time.monotonic() < until
        [event] = client.v1.events.list({"delivery_success": True}).data
        assert event.pending_webhooks == 0
    finally:
        running.stop()


def test_deliveries_outlive_a_crash_on_either_side(tmp_path):
    """Nobody listens, the sandbox is killed and started again: the events still arrive."""
    port = free_port()
    nobody = Webhooks(
        connect_url=f"http://127.0.0.1:{port}/connect", connect_secret=SECRETS["/connect"]
    )
    running = start_sandbox(tmp_path, nobody, settle_delay=0.5)
    account = running.make_account("acct_brightheating", "Bright Heating Co.")
    client = connect(running)
    session = client.v1.checkout.sessions.create(order(), {"stripe_account": account})
    assert pay(session.url).paid
    running.stop(kill=True)
    listening = WebhookReceiver(port)
    running = start_sandbox(tmp_path, nobody)
    try:
        listening.wait_for("checkout.session.completed", account)
        # The settlement was due after the crash: it is caught up on.
        listening.wait_for("charge.updated", account)
        assert not listening.faults
    finally:
        running.stop()
        listening.stop()


def test_a_slow_receiver_does_not_hold_up_the_others(tmp_path, listener):
    slow, hurry = WebhookReceiver(), threading.Event()
    slow.answer = lambda _attempt, _event: 200 if hurry.wait(8) else 500
    running = start_sandbox(tmp_path, hooks(listener))
    try:
        client = connect(running)
        made = client.v1.webhook_endpoints.create(
            {"url": f"{slow.url}/slow", "enabled_events": ["*"]}
        )
        slow.secrets["/slow"] = made.secret
        for number in range(5):
            client.v1.customers.create({"name": f"P{number}"})
        listener.wait_for("customer.created", count=5)
        assert slow.events == []
        hurry.set()
        slow.wait_for("customer.created", count=5)
    finally:
        running.stop()
        slow.stop()


def test_a_moved_receiver_gets_what_the_old_address_did_not_take(tmp_path, listener):
    """Endpoints given as flags stay the same endpoint when their address changes."""
    old = Webhooks(
        platform_url=f"http://127.0.0.1:{free_port()}/platform",
        platform_secret=SECRETS["/platform"],
    )
    running = start_sandbox(tmp_path, old)
    connect(running).v1.customers.create({"name": "Dana"})
    running.stop()
    running = start_sandbox(tmp_path, hooks(listener))
    try:
        listener.wait_for("customer.created")
    finally:
        running.stop()
