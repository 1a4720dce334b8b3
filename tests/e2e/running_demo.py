"""``bin/demo`` beside the tests: where it is, and what can be done to it from outside."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from fsm_portal import db
from fsm_portal.config import settings
from fsm_portal.flows.login_links import operator_links
from fsm_portal.gateways import stripe_client
from tests.sandbox_process import PLAIN

ROOT = Path(__file__).resolve().parent.parent.parent
STARTS_WITHIN = 240


@dataclass(frozen=True)
class Demo:
    """What ``demo.json`` says, and where the portal's log is."""

    data: Path
    places: dict[str, Any]

    @property
    def base_url(self) -> str:
        return str(self.places["base_url"])

    @property
    def mail_url(self) -> str:
        return str(self.places["mail_url"])

    def portal(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run ``bin/portal`` on this demo's data."""
        return subprocess.run(
            [sys.executable, "-m", "fsm_portal.command_line", *arguments],
            cwd=ROOT,
            env=os.environ | self.environment,
            capture_output=True,
            text=True,
            check=True,
        )

    @property
    def environment(self) -> dict[str, str]:
        keys = json.loads((self.data / "secrets.json").read_text())
        return {
            "FSM_BASE_URL": self.base_url,
            "FSM_DATA_DIR": str(self.data),
            "FSM_SECRET_KEY": keys["session_key"],
            "FSM_STRIPE_SECRET_KEY": keys["stripe_key"],
            "FSM_STRIPE_API_BASE": self.places["stripe_url"],
        }

    def link_for(self, email: str) -> str:
        """A fresh sign-in link, as ``bin/portal link`` prints it."""
        with self.settings():
            return operator_links(email, None, timedelta(hours=1))[-1][1]

    @contextmanager
    def settings(self) -> Iterator[None]:
        """The demo's in this process: a process of their own takes two seconds to begin."""
        kept = (settings, db.engine, stripe_client.client)
        with pytest.MonkeyPatch.context() as here:
            for name, value in self.environment.items():
                here.setenv(name, value)
            for each in kept:
                each.cache_clear()
            try:
                yield
            finally:
                db.engine().dispose()
                for each in kept:
                    each.cache_clear()

    def mail(self, to: str, subject: str, timeout: float = 60) -> dict[str, Any]:
        """The newest mail to ``to`` whose subject has ``subject``; waits for it."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if found := self.mails(to, subject):
                return found[0]
            time.sleep(0.1)
        raise AssertionError(f"no mail to {to} about {subject!r} within {timeout} s")

    def mails(self, to: str, subject: str) -> list[dict[str, Any]]:
        """All that are there now, the newest first."""
        answer = httpx.get(f"{self.mail_url}/api/messages", params={"to": to}, **PLAIN)
        return [each for each in answer.json() if subject in each["subject"]]


@contextmanager
def running_demo(data: Path) -> Iterator[Demo]:
    """``bin/demo`` on free ports, with ``data`` as its folder."""
    log, first = (data / "demo.log").open("w"), _four_free_ports()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "fsm_portal.demo.launch",
            "demo",
            "--port",
            str(first),
            "--data",
            str(data),
        ],
        cwd=ROOT,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield Demo(data, _places(process, data))
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        log.close()
    # As Ctrl-C is promised to end it: all of it, and in peace.
    said = (data / "demo.log").read_text()
    assert process.returncode == 0 and "Stopped." in said, said
    assert not [port for port in range(first, first + 4) if _is_open(port)]


def _places(process: subprocess.Popen[bytes], data: Path) -> dict[str, Any]:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(FileNotFoundError, json.JSONDecodeError):
            return dict(json.loads((data / "demo.json").read_text()))
        time.sleep(0.1)
    raise RuntimeError(f"the demo did not start:\n{(data / 'demo.log').read_text()}")


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _four_free_ports() -> int:
    """The first of four. Neighbours have numbers of their own: each looks at other ports."""
    for port in range(21_000 + os.getpid() % 1_000 * 4, 30_000, 4):
        with contextlib.ExitStack() as held:
            try:
                for offset in range(4):
                    probe = held.enter_context(socket.socket())
                    probe.bind(("127.0.0.1", port + offset))
            except OSError:
                continue
            return port
    raise RuntimeError("no four ports in a row are free")
