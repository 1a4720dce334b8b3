"""Starting it: flags, a taken port, data that stays."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.sandbox.conftest import connect
from tests.sandbox_process import ROOT, free_port, start_sandbox


def run(*flags):
    """Start the command with flags that make it end by itself."""
    command = [sys.executable, "-m", "fsm_portal.sandbox", *flags]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_a_taken_port_is_one_clear_line(sandbox, tmp_path):
    port = sandbox.base_url.rpartition(":")[2]
    ended = run("--port", port, "--data", str(tmp_path))
    assert ended.returncode == 1
    [line] = ended.stderr.splitlines()
    assert "in use" in line and "Traceback" not in line


@pytest.mark.parametrize(
    "flags",
    [
        ("--webhook-connect", "not an address", "--webhook-connect-secret", "whsec_x"),
        ("--webhook-connect", "http://127.0.0.1:9/x"),
        ("--webhook", "http://127.0.0.1:9/x"),
        ("--port", "99999999"),
    ],
)
def test_flags_that_cannot_work_are_one_clear_line(tmp_path, flags):
    ended = run("--data", str(tmp_path), *flags)
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1


def test_everything_is_there_after_a_restart(tmp_path):
    running = start_sandbox(tmp_path)
    account = running.make_account("acct_brightheating", "Bright Heating")
    connect(running).v1.customers.create({"name": "Dana"}, {"stripe_account": account})
    running.stop()
    running = start_sandbox(tmp_path)
    try:
        running.make_account("acct_brightheating", "Bright Heating Co.")
        client = connect(running)
        assert client.v1.accounts.retrieve(account).business_profile.name == "Bright Heating Co."
        [customer] = client.v1.customers.list({}, {"stripe_account": account}).data
        assert customer.name == "Dana"
    finally:
        running.stop()


def test_two_never_share_their_data(tmp_path):
    """Both would send every webhook. One that was killed holds on to nothing."""
    first = start_sandbox(tmp_path)
    try:
        ended = run("--port", str(free_port()), "--data", str(tmp_path))
        assert ended.returncode == 1
        [line] = ended.stderr.splitlines()
        assert "Another sandbox keeps its data" in line
    finally:
        first.stop(kill=True)
    start_sandbox(tmp_path).stop()


def test_it_imports_nothing_of_the_portal():
    """It could be lifted out of this repository as it is."""
    code = (
        "import sys; import fsm_portal.sandbox.__main__; print(*[m for m in sys.modules"
        " if m == 'reflex' or m == 'stripe' or m.startswith('fsm_portal.')"
        " and not m.startswith('fsm_portal.sandbox')])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == ""


def test_its_own_endpoints_want_the_key_too(sandbox):
    answer = httpx.post(
        f"{sandbox.base_url}/sandbox/accounts", data={"id": "acct_x", "name": "X"}, trust_env=False
    )
    assert answer.status_code == 401


def test_the_wrapper_finds_its_way_from_anywhere(tmp_path):
    wrapper = Path(ROOT) / "bin" / "stripe-sandbox"
    ended = subprocess.run(
        [str(wrapper), "--help"], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert "--webhook-connect-secret" in ended.stdout, ended.stderr
