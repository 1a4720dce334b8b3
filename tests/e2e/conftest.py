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
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from fsm_portal import db
from fsm_portal.config import settings
from fsm_portal.flows.login_links import operator_links
from fsm_portal.gateways import stripe_client
from tests.e2e.at_stripe import Stripe
from tests.sandbox_process import PLAIN

ROOT = Path(__file__).resolve().parent.parent.parent
PICTURES = ROOT / "test-output" / "pictures"
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
CARD = "4242 4242 4242 4242"
STARTS_WITHIN = 240
# The suggestions of an address bar that nobody sees are pages of their own, made anew with every
# window: half of what a window costs. Chromium takes the last list only, so the rest is of
# Playwright's own.
_WITHOUT = (
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"),
    *("AimEnabled", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay"),
    *("MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding"),
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose"),
    *("PreconnectToSearch", "ThirdPartyStoragePartitioning"),
)
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


class _Chromium:
    """One for the whole room: each takes a second to begin, and to draw its first page."""

    def __init__(self) -> None:
        self._opened = contextlib.ExitStack()
        self._browser: Browser | None = None

    def browser(self) -> Browser:
        if self._browser is None or not self._browser.is_connected():
            self.close()
            playwright = self._opened.enter_context(sync_playwright())
            self._browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium",
                args=[
                    "--no-sandbox",
                    "--disable-quic",
                    "--disable-background-networking",
                    f"--disable-features={','.join(_WITHOUT)}",
                ],
            )
            self._opened.callback(self._browser.close)
        return self._browser

    def close(self) -> None:
        self._opened.close()
        self._browser = None


_CHROMIUM = _Chromium()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, object, object]:
    """Its event loop would be in the way of other rooms that start their own."""
    try:
        return (yield)
    finally:
        if nextitem is None or nextitem.path.parent != item.path.parent:
            _CHROMIUM.close()


@pytest.fixture(scope="session")
def _closed_in_the_end() -> Iterator[None]:
    """Also where a run ends early."""
    yield
    _CHROMIUM.close()


@pytest.fixture
def chromium(_closed_in_the_end: None) -> Browser:
    return _CHROMIUM.browser()


@dataclass
class Person:
    """A browser of its own: cookies, window size, and what its console complained about."""

    context: BrowserContext
    complaints: list[str]

    def tab(self, address: str = "") -> Page:
        """Open an address, or a window with nothing in it yet, beside what is open already."""
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
        if address:
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

    def comes_in(self, link: str, place: str = "") -> Page:
        """Be signed in by a link and stand at ``place``, or where the link leads."""
        leads_to = self.is_let_in(link)
        return self.tab(urljoin(link, place or leads_to))

    def is_let_in(self, link: str) -> str:
        """Signed in without a look at the link's page, for walks about something else.

        What the page would send is sent; where it leads.
        """
        origin = link.partition("/sign-in/")[0]
        answer = self.context.request.post(link, headers={"Origin": origin}, max_redirects=0)
        assert answer.status == 303, answer.text()
        return answer.headers["location"]


MakePerson = Callable[..., Person]
Picture = Callable[[Page, str], None]


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
def stripe(demo: Demo) -> Iterator[Stripe]:
    """What a walk breaks at Stripe is mended after it."""
    side = Stripe(demo.places["stripe_url"], demo.environment["FSM_STRIPE_SECRET_KEY"])
    yield side
    side.ask("POST", "/sandbox/latency", milliseconds=0)
    side.ask("DELETE", "/sandbox/faults")


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Keeps a screenshot as the test's output, named after it."""

    def keep(page: Page, name: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        safe = re.sub(r"[^a-z0-9]+", "-", f"{request.node.name} {name}".lower()).strip("-")
        page.screenshot(path=PICTURES / f"{safe}.png", full_page=True)

    return keep


def fits(page: Page) -> bool:
    """Whether nothing hangs over the edge of the screen."""
    wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    return bool(page.evaluate(wide))


def pay_with(page: Page, card: str) -> None:
    """Fill in the checkout page as a person would, and press Pay."""
    page.get_by_label("Card number").fill(card)
    page.get_by_label("Expires").fill("12 / 34")
    page.get_by_label("Security code").fill("123")
    page.get_by_label("Name on card").fill("Dana Reyes")
    page.get_by_role("button", name=re.compile("^Pay ")).click()
