"""bin/demo as a newcomer uses it: everything comes up, says where it is, and stops as one."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from fsm_portal.demo.options import Ports, check_ports, parse
from fsm_portal.front_end import ROOT, ensure_built

PATIENCE = 240


def free_ports() -> Ports:
    """Ports in a place of this process's own: another run may be looking for some as well."""
    first = 25_000 + os.getpid() % 400 * 10
    for base in range(first, 30_000, 10):
        try:
            check_ports(parse("demo", ["--port", str(base)]))
        except SystemExit:
            continue
        return Ports(base)
    raise AssertionError("no free ports")


@contextmanager
def demo(ports: Ports, data: Path) -> Iterator[subprocess.Popen[str]]:
    """A running demo, as bin/demo starts it once the packages are installed."""
    ensure_built()
    command = [sys.executable, "-m", "fsm_portal.demo.launch", "demo"]
    process = subprocess.Popen(
        [*command, "--port", str(ports.portal), "--data", str(data)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=120)


def places(data: Path, process: subprocess.Popen[str]) -> dict:
    deadline = time.monotonic() + PATIENCE
    while not (data / "demo.json").exists():
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline, "the demo takes too long"
        time.sleep(0.1)
    return json.loads((data / "demo.json").read_text())


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_newcomer_is_told_where_to_look_and_if_one_part_dies_which(tmp_path):
    """That Ctrl-C ends all of it, every demo of the browser's room shows as it is stopped."""
    ports, data = free_ports(), tmp_path / "demo"
    with demo(ports, data) as process:
        told = places(data, process)
        base = f"http://localhost:{ports.portal}"
        assert told["base_url"] == base
        assert told["stripe_url"] == f"http://localhost:{ports.stripe}"
        assert told["mail_url"] == f"http://localhost:{ports.mail_page}"
        assert told["staff"]["email"] == "maya@brightheating.example"
        assert told["customer"]["email"] == "dana@harborview.example"
        assert told["customer"]["invoice_url"].startswith(f"{base}/portal/invoices/")
        for who in ("staff", "customer"):
            page = httpx.get(told[who]["login_url"])
            assert page.status_code == 200
            assert "Bright Heating Co." in page.text
        assert httpx.get(told["mail_url"], follow_redirects=True).status_code == 200
        # What the folder holds opens every account of the demo.
        assert data.stat().st_mode & 0o077 == 0
        assert (data / "secrets.json").stat().st_mode & 0o077 == 0

        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        if not children.exists():
            pytest.skip("finding the sandbox's process needs Linux")
        for pid in map(int, children.read_text().split()):
            if b"fsm_portal.sandbox" in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGKILL)
        output, _ = process.communicate(timeout=120)
        assert process.returncode == 1
        assert told["staff"]["login_url"] in output
        assert "The Stripe sandbox stopped (signal 9)." in output
    assert all(is_free(port) for _, port in ports.named("demo"))
