"""The end of a test run: everything any sandbox did is judged, and what is wrong fails the run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests import contract
from tests.contract_run import VARIABLE, verdict
from tests.sandbox.conftest import connect, order
from tests.sandbox.webhook_receiver import SECRETS
from tests.sandbox_process import ROOT, SECRET_KEY, Webhooks, pay, start_sandbox

KEY = {"Authorization": f"Bearer {SECRET_KEY}"}
_RUN = """
import os, pathlib

def test_that_passes():
    folder = pathlib.Path(os.environ["STRIPE_SANDBOX_RECORD"])
    (folder / "1.jsonl").write_text({lines!r})
"""


def line(path: str = "/v1/balance", *, status: int = 200, response=None, **told: str) -> str:
    """One recorded exchange, as the official SDK would have had it."""
    balance = {"object": "balance", "available": [], "pending": [], "livemode": False}
    asked = {"method": "GET", "path": path, "query": "", "body": "", "status": status, **told}
    agent = {"user-agent": "Stripe/v1 PythonBindings/16.1.0"}
    return json.dumps({**asked, "headers": agent, "response": response or balance}) + "\n"


def told(type: str = "balance.available", **data) -> str:
    """One recorded event, about a balance."""
    balance = {"object": "balance", "available": [], "pending": [], "livemode": False}
    event = {
        "id": "evt_1",
        "object": "event",
        "api_version": None,
        "created": 1,
        "data": {"object": balance, **data},
        "livemode": False,
        "pending_webhooks": 0,
        "request": None,
        "type": type,
    }
    return json.dumps({"event": event}) + "\n"


@pytest.fixture
def described() -> None:
    """Skips where Stripe's description is not."""
    if contract.contract() is None:
        pytest.skip("Stripe's description (../shared/stripe) is not here")


@pytest.fixture
def recorded(tmp_path, monkeypatch) -> Path:
    """Where sandboxes started by this test write down what they do, apart from the run's own."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "record"))
    return tmp_path / "record"


def test_every_sandbox_of_this_run_writes_down_what_it_does(client):
    client.v1.balance.retrieve()
    told = "".join(path.read_text() for path in Path(os.environ[VARIABLE]).glob("*.jsonl"))
    assert '"path": "/v1/balance"' in told


def test_a_payment_is_recorded_with_its_events_and_without_card_or_key(
    described, recorded, tmp_path, receiver
):
    hooks = Webhooks(connect_url=f"{receiver.url}/connect", connect_secret=SECRETS["/connect"])
    running = start_sandbox(tmp_path / "data", hooks)
    try:
        running.make_account("acct_recorded", "Bright Heating Co.")
        session = connect(running).v1.checkout.sessions.create(
            order(), {"stripe_account": "acct_recorded"}
        )
        assert pay(session.url, cvc="987").paid
        receiver.wait_for("charge.updated", "acct_recorded")
    finally:
        running.stop()
    found = verdict(recorded)
    assert found.faults == []
    assert found.judge.responses == {"POST /v1/checkout/sessions": 1}
    assert found.judge.events["checkout.session.completed"] == 1
    told = "".join(path.read_text() for path in recorded.iterdir())
    assert (
        "4242424242424242" not in told
        and '"987"' not in told
        and "=987" not in told
        and SECRET_KEY not in told
    )


def test_what_was_refused_is_judged_if_the_portal_sent_it(described, recorded, tmp_path):
    """Wrong requests that a test of the sandbox sends are wanted; the portal's never are."""
    running = start_sandbox(tmp_path / "data")
    sdk = {"User-Agent": "Stripe/v1 PythonBindings/16.1.0"}
    try:
        for headers in (KEY, KEY | sdk | contract.REFUSALS, KEY | sdk):
            url = f"{running.base_url}/v1/balance?invented=1"
            assert httpx.get(url, headers=headers, trust_env=False).status_code == 400
    finally:
        running.stop()
    found = verdict(recorded)
    assert len(found.faults) == 1 and "invented" in found.faults[0]
    assert found.judge.refusals == {"GET /v1/balance": 3}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (line(response={"object": "balance", "available": [], "pending": []}), "livemode"),
        (line(query="limit=3"), "limit"),
        (line("/v1/subscription_magic", status=404, response={"error": {}}), "not judged"),
        (line("/v2/core/accounts/acct_1", response={"id": "acct_1"}), "created: missing"),
        (line(status=402, response={"error": {"type": "invented"}}), "invented"),
        (told(type="charge.invented"), "charge.invented is unknown"),
        (told(previous_attributes={"invented": 1}), "previous_attributes/invented: unknown"),
        (told(previous_attributes={"livemode": "no"}), "not of type"),
        (json.dumps({"event": {"type": "x", "data": {"object": {"object": "charge"}}}}) + "\n", ""),
    ],
    ids=["response", "request", "unknown", "v2", "error", "type", "former", "kind", "event"],
)
def test_what_is_not_as_described_is_found_among_what_is(described, tmp_path, wrong, says):
    (tmp_path / "1.jsonl").write_text(line() + told() + wrong + line())
    found = verdict(tmp_path)
    assert len(found.faults) == 1 or says in ("created: missing", "")
    assert found.faults and any(says in fault for fault in found.faults)


def test_one_such_line_fails_a_run_whose_tests_pass(described, tmp_path):
    """The control: without it, a green run would prove nothing."""
    status, told = run_of_one_test(tmp_path, line() + line(query="invented=3"))
    assert status == 1, told
    assert "1 passed" in told and "NOT as Stripe describes it: 1" in told
    assert "GET /v1/balance 200 invented=3" in told


def test_a_run_in_which_all_is_as_described_passes_and_says_how_much_was_judged(
    described, tmp_path
):
    """A line that was not finished when a sandbox was killed was no answer to anybody."""
    status, told = run_of_one_test(tmp_path, line() + line()[:40])
    assert status == 0, told
    assert "1 requests, 1 responses of 1 endpoints, 0 refusals" in told
    assert "GET /v1/balance 1" in told


def test_without_the_description_the_run_says_that_it_was_skipped(tmp_path, monkeypatch):
    monkeypatch.setattr(contract, "FOLDER", tmp_path / "nowhere")
    (tmp_path / "1.jsonl").write_text(line() * 3)
    found = verdict(tmp_path)
    assert found.faults == []
    (said,) = found.report()
    assert said.startswith("Skipped: Stripe's description") and "3 exchanges" in said


def run_of_one_test(folder: Path, lines: str) -> tuple[int, str]:
    """A pytest of its own whose one test passes after a sandbox has recorded ``lines``."""
    (folder / "test_one.py").write_text(_RUN.format(lines=lines))
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.contract_run", str(folder)]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr
