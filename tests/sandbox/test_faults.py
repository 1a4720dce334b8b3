"""Faults on purpose: each does what it says, as often as it says, the same for the same seed."""

import time

import httpx
import pytest
import stripe

from tests.sandbox.conftest import connect
from tests.sandbox_process import SECRET_KEY


@pytest.fixture(autouse=True)
def healed(sandbox):
    """Nothing stays broken for the next test."""
    yield
    sandbox.heal()


@pytest.fixture
def make_customer(client, bright):
    """Something to ask for that has an effect and an event."""
    options = {"stripe_account": bright}

    def make(name="Dana", key=None):
        more = {"idempotency_key": key} if key else {}
        return client.v1.customers.create({"name": name}, {**options, **more})

    return make


def customers(client, bright):
    """Names of the account's customers, oldest first."""
    listed = client.v1.customers.list({"limit": 100}, {"stripe_account": bright}).data
    return [each.name for each in listed][::-1]


def arrivals(receiver, bright):
    """Names in the order in which their events arrived."""
    seen = [each for each in list(receiver.events) if each.get("account") == bright]
    return [each["data"]["object"]["name"] for each in seen]


def wait_until(what, seconds=60):
    """Wait for something to be true."""
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_duplicated_events(sandbox, bright, make_customer, receiver):
    """Case 13: the very same event, several times."""
    sandbox.fault("duplicate", account=bright, copies=4, seconds=0)
    make_customer()
    events = receiver.wait_for("customer.created", bright, count=5)
    assert len({each["id"] for each in events}) == 1


def test_dropped_events_stay_to_be_asked_for(sandbox, client, bright, make_customer, receiver):
    sandbox.fault("drop", account=bright, types=["customer.*"], times=1)
    make_customer("Lost")
    make_customer("Found")
    receiver.wait_for("customer.created", bright)
    assert arrivals(receiver, bright) == ["Found"]
    wanted = {"delivery_success": False}
    wait_until(lambda: len(client.v1.events.list(wanted, {"stripe_account": bright}).data) == 1)
    [missed] = client.v1.events.list(wanted, {"stripe_account": bright}).data
    assert missed.data.object.name == "Lost"
    assert sandbox.replay(account=bright, types=["customer.created"], count=50)
    receiver.wait_for("customer.created", bright, count=3)


def test_delayed_and_reordered_events(sandbox, bright, make_customer, receiver):
    sandbox.fault("delay", account=bright, times=1, seconds=0.4)
    make_customer("First")
    make_customer("Second")
    receiver.wait_for("customer.created", bright, count=2)
    assert arrivals(receiver, bright) == ["Second", "First"]
    sandbox.heal()
    sandbox.fault("reorder", account=bright, seconds=0.5, seed=7)
    names = [f"P{number}" for number in range(8)]
    for name in names:
        make_customer(name)
    receiver.wait_for("customer.created", bright, count=10)
    came = arrivals(receiver, bright)[2:]
    assert came != names and sorted(came) == names


def test_the_answer_is_lost_after_the_work_was_done(sandbox, client, bright, make_customer):
    """Case 26: the caller cannot know; the same key tells."""
    sandbox.fault("lose_response", account=bright, path="/v1/customers", times=1, seconds=0)
    with pytest.raises(stripe.APIConnectionError):
        make_customer(key="press-1")
    assert customers(client, bright) == ["Dana"]
    make_customer(key="press-1")
    assert customers(client, bright) == ["Dana"]


def test_the_sdk_gets_over_a_lost_answer_by_itself(sandbox, client, bright):
    patient = connect(sandbox, max_network_retries=2)
    sandbox.fault("lose_response", account=bright, times=1, seconds=0)
    patient.v1.customers.create({"name": "Dana"}, {"stripe_account": bright})
    assert customers(client, bright) == ["Dana"]


@pytest.mark.parametrize(
    ("kind", "raised", "status"),
    [("error_429", stripe.RateLimitError, 429), ("error_500", stripe.APIError, 500)],
)
def test_errors_before_any_work(sandbox, client, bright, make_customer, kind, raised, status):
    sandbox.fault(kind, account=bright, times=2)
    for _ in range(2):
        with pytest.raises(raised) as refused:
            make_customer(key="press-1")
        assert refused.value.http_status == status
    make_customer(key="press-1")
    assert customers(client, bright) == ["Dana"]


def test_a_500_that_the_key_remembers(sandbox, client, bright, make_customer):
    """As Stripe does once work had begun: the same key gets the same 500 for a day."""
    sandbox.fault("error_500", account=bright, times=1, remembered=True)
    for _ in range(3):
        with pytest.raises(stripe.APIError):
            make_customer(key="press-1")
    assert customers(client, bright) == []
    make_customer(key="press-2")


def test_no_answer_at_all(sandbox, client, bright, make_customer):
    sandbox.fault("timeout", account=bright, times=1, seconds=0.3)
    begun = time.monotonic()
    with pytest.raises(stripe.APIConnectionError):
        make_customer()
    assert time.monotonic() - begun >= 0.3
    assert customers(client, bright) == []


def test_down_nobody_answers_and_nothing_is_sent(
    sandbox, client, bright, make_customer, receiver, open_session
):
    session = open_session()
    sandbox.fault("down")
    with pytest.raises(stripe.APIConnectionError):
        make_customer()
    for page in (session.url, f"{sandbox.base_url}/p/session/x", f"{sandbox.base_url}/receipts/x"):
        with pytest.raises(httpx.HTTPError):
            httpx.get(page, trust_env=False)
    assert httpx.get(sandbox.base_url, trust_env=False).status_code == 200
    sandbox.heal()
    make_customer("Back")
    receiver.wait_for("customer.created", bright)
    assert customers(client, bright) == ["Back"]


def test_the_same_seed_strikes_the_same(sandbox, bright, make_customer):
    def run(seed):
        sandbox.heal()
        sandbox.fault("error_500", account=bright, rate=0.5, seed=seed)
        struck = []
        for _ in range(16):
            try:
                make_customer()
                struck.append(False)
            except stripe.APIError:
                struck.append(True)
        [fault] = sandbox.faults()
        assert (fault["drawn"], fault["hit"]) == (16, sum(struck))
        return struck

    first, again, other = run(3), run(3), run(4)
    assert first == again != other
    assert 0 < sum(first) < 16


def test_other_accounts_are_spared(sandbox, client, bright, clearwater, make_customer):
    sandbox.fault("error_500", account=clearwater)
    make_customer()


def test_a_fault_ends_by_itself(sandbox, make_customer, bright):
    sandbox.fault("error_429", account=bright, for_seconds=1)
    with pytest.raises(stripe.RateLimitError):
        make_customer()
    time.sleep(1.1)
    make_customer()


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"kind": "gremlins"},
        {"kind": "delay", "seconds": "-1"},
        {"kind": "delay", "rate": 2},
        {"kind": "delay", "rate": "nan"},
        {"kind": "duplicate", "copies": 10_000},
        {"kind": "drop", "types": "all"},
        {"kind": "drop", "colour": "red"},
    ],
)
def test_a_fault_nobody_knows_is_refused(sandbox, sent):
    answer = httpx.post(
        f"{sandbox.base_url}/sandbox/faults",
        json=sent,
        headers={"Authorization": f"Bearer {SECRET_KEY}"},
        trust_env=False,
    )
    assert answer.status_code == 400, answer.text
    assert sandbox.faults() == []
