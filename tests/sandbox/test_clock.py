"""The clock that can be moved: what takes days in life is seen at once, in order."""

import time

import httpx
import pytest

from tests.sandbox.conftest import connect, order
from tests.sandbox.webhook_receiver import SECRETS, WebhookReceiver
from tests.sandbox_process import SECRET_KEY, Webhooks, pay, start_sandbox

HOUR, DAY = 3600, 24 * 3600


@pytest.fixture
def own(tmp_path):
    """A sandbox of this test only: its clock may be moved."""
    running = start_sandbox(tmp_path)
    yield running
    running.stop()


@pytest.fixture
def account(own):
    """Bright Heating Co. there."""
    return own.make_account("acct_brightheating", "Bright Heating Co.")


def test_moved_forward_it_runs_on_and_stays_so_after_a_restart(tmp_path):
    running = start_sandbox(tmp_path)
    assert abs(running.now() - time.time()) <= 2
    running.advance(3 * DAY)
    running.stop()
    running = start_sandbox(tmp_path)
    try:
        assert 3 * DAY - 2 <= running.now() - time.time() <= 3 * DAY + 10
    finally:
        running.stop()


def test_a_session_expires_at_its_own_time(own, account):
    client, options = connect(own), {"stripe_account": account}
    session = client.v1.checkout.sessions.create(order(), options)
    own.advance(23 * HOUR)
    assert client.v1.checkout.sessions.retrieve(session.id, {}, options).status == "open"
    own.advance(2 * HOUR)
    assert client.v1.checkout.sessions.retrieve(session.id, {}, options).status == "expired"
    [expired] = client.v1.events.list({"type": "checkout.session.expired"}, options).data
    assert expired.created == session.expires_at


def test_an_unanswered_dispute_is_lost_when_its_time_is_up(own, account):
    client, options = connect(own), {"stripe_account": account}
    session = client.v1.checkout.sessions.create(order(), options)
    assert pay(session.url, "4000 0000 0000 0259").paid
    own.advance(2 * HOUR)
    [dispute] = client.v1.disputes.list({}, options).data
    assert dispute.status == "needs_response"
    own.advance(10 * DAY)
    after = client.v1.disputes.retrieve(dispute.id, {}, options)
    assert (after.status, after.evidence_details.past_due) == ("lost", True)
    [closed] = client.v1.events.list({"type": "charge.dispute.closed"}, options).data
    assert closed.created == dispute.evidence_details.due_by


def test_webhooks_are_repeated_over_days_and_given_up_after_three(tmp_path):
    """The signature stays on the real clock: receivers refuse what is not."""
    listening = WebhookReceiver()
    listening.answer = lambda _attempt, _event: 503
    webhooks = Webhooks(f"{listening.url}/platform", SECRETS["/platform"])
    running = start_sandbox(tmp_path, webhooks)
    try:
        client = connect(running)
        client.v1.customers.create({"name": "Dana"})
        for _ in range(3):
            seen = len(listening.attempts)
            running.advance(4 * HOUR)
            until = time.monotonic() + 60
            while len(listening.attempts) == seen:
                assert time.monotonic() < until
                time.sleep(0.01)
        listening.answer = lambda _attempt, _event: 200
        running.advance(4 * HOUR)
        listening.wait_for("customer.created")
        assert not listening.faults
        running.advance(31 * DAY)
        assert client.v1.events.list().data == []
    finally:
        running.stop()
        listening.stop()


@pytest.mark.parametrize(
    "sent", [{}, {"advance": -1}, {"advance": 10**9}, {"set": 1}, {"set": 10**12}, {"rewind": 1}]
)
def test_it_never_goes_back_nor_too_far(sandbox, sent):
    answer = httpx.post(
        f"{sandbox.base_url}/sandbox/clock",
        json=sent,
        headers={"Authorization": f"Bearer {SECRET_KEY}"},
        trust_env=False,
    )
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("verb", ["hurry", "payouts", "replay"])
def test_an_account_that_is_not_there_is_told(sandbox, verb):
    """Otherwise a mistyped id would look like nothing to do."""
    with pytest.raises(httpx.HTTPStatusError) as refused:
        sandbox.ask("POST", f"/sandbox/{verb}", account="acct_mistyped")
    assert refused.value.response.status_code == 404
