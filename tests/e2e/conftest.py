"""A running demo and browsers that look at it: what a newcomer starts, seen as people see it."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from fsm_portal import db
from fsm_portal.config import settings
from fsm_portal.flows.login_links import operator_links
from tests.sandbox_process import PLAIN

ROOT = Path(__file__).resolve().parent.parent.parent
PICTURES = ROOT / "test-output" / "pictures"
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
STARTS_WITHIN = 240
# A page shows what it shows in a blink; a busy machine may take its time.
expect.set_options(timeout=20_000)


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
        with self._settings():
            return operator_links(email, None, timedelta(hours=1))[-1][1]

    @contextmanager
    def _settings(self) -> Iterator[None]:
        """The demo's in this process: one of ``bin/portal`` takes a second to begin."""
        with pytest.MonkeyPatch.context() as here:
            for name, value in self.environment.items():
                here.setenv(name, value)
            settings.cache_clear()
            db.engine.cache_clear()
            try:
                yield
            finally:
                db.engine().dispose()
                db.engine.cache_clear()
                settings.cache_clear()

    def mail(self, to: str, subject: str, timeout: float = 60) -> dict[str, Any]:
        """The newest mail to ``to`` whose subject has ``subject``; waits for it."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            answer = httpx.get(f"{self.mail_url}/api/messages", params={"to": to}, **PLAIN)
            for message in answer.json():
                if subject in message["subject"]:
                    return dict(message)
            time.sleep(0.1)
        raise AssertionError(f"no mail to {to} about {subject!r} within {timeout} s")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """``bin/demo`` on free ports with a folder of its own."""
    data = tmp_path_factory.mktemp("demo")
    log = (data / "demo.log").open("w")
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "fsm_portal.demo.launch",
            "demo",
            "--port",
            str(_four_free_ports()),
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
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        log.close()


def _places(process: subprocess.Popen[bytes], data: Path) -> dict[str, Any]:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(FileNotFoundError, json.JSONDecodeError):
            return dict(json.loads((data / "demo.json").read_text()))
        time.sleep(0.1)
    raise RuntimeError(f"the demo did not start:\n{(data / 'demo.log').read_text()}")


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


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One for a file: its event loop would be in the way of other rooms that start their own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-quic", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@dataclass
class Person:
    """A browser of its own: cookies, window size, and what its console complained about."""

    context: BrowserContext
    complaints: list[str]

    def tab(self, address: str) -> Page:
        """Open an address beside what is open already."""
        page = self._window()
        # A declined card is answered with 402, which the console reports as a failed resource.
        page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text)
                if message.type == "error" and "402" not in message.text
                else None
            ),
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(address)
        return page

    def _window(self) -> Page:
        """Each tab in a window of its own: one that is behind another is drawn once a second."""
        browser, pages = self.context.browser, self.context.pages
        if browser is None or not pages:
            return self.context.new_page()
        told = self.context.new_cdp_session(pages[0]).send("Target.getTargetInfo")
        wanted = {
            "url": "about:blank",
            "browserContextId": told["targetInfo"]["browserContextId"],
            "newWindow": True,
        }
        with self.context.expect_page() as opened:
            browser.new_browser_cdp_session().send("Target.createTarget", wanted)
        return opened.value

    def sign_in(self, link: str) -> Page:
        """Open a link and confirm, once."""
        page = self.tab(link)
        page.get_by_role("button", name=re.compile("Continue")).click()
        return page


@pytest.fixture
def person(chromium: Browser) -> Iterator[Callable[..., Person]]:
    """Makes people, each with a browser of their own; in the end none may have complained."""
    people: list[Person] = []

    def make(size: dict[str, int] = DESK, **options: Any) -> Person:
        context = chromium.new_context(viewport=size, **options)
        context.set_default_timeout(60_000)
        people.append(Person(context, []))
        return people[-1]

    yield make
    for each in people:
        each.context.close()
    assert [text for each in people for text in each.complaints] == []


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Keeps a screenshot as the test's output, named after it."""

    def keep(page: Page, name: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        safe = re.sub(r"[^a-z0-9]+", "-", f"{request.node.name} {name}".lower()).strip("-")
        page.screenshot(path=PICTURES / f"{safe}.png", full_page=True)

    return keep


def pay_with(page: Page, card: str) -> None:
    """Fill in the checkout page as a person would, and press Pay."""
    page.get_by_label("Card number").fill(card)
    page.get_by_label("Expires").fill("12 / 34")
    page.get_by_label("Security code").fill("123")
    page.get_by_label("Name on card").fill("Dana Reyes")
    page.get_by_role("button", name=re.compile("^Pay ")).click()
