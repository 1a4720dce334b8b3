"""What the customer's invoice page weighs and how soon it is there, beside a minimal Reflex page.

Both are built and served alike and loaded in turn, in a browser that has nothing of them yet: at
a desk, and as on a cheap phone (1.6 Mbit/s, 150 ms away, a processor four times slower).
"""

import asyncio
import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from playwright.async_api import Browser, async_playwright

from bench import minimal_page
from bench.portal_on import environment, portal_on
from bench.row import Row
from fsm_portal import db, front_end
from fsm_portal.config import settings
from fsm_portal.domain.tables import metadata
from tests import cast
from tests.invoices import write_invoice
from tests.portal.people import session_cookie

GOAL = 1.25
LOADS, SLOW_LOADS = 9, 5
STARTS_WITHIN = 60.0
_SLOW = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 0.75e6 / 8,
}

# Not a wait_for_function: that evaluates a text, which the portal's pages forbid.
_WHEN_SHOWN = """words => new Promise(shown => {
    const look = () => {
        if (!document.querySelector("h1")?.innerText.includes(words)) return;
        watching.disconnect();
        shown(performance.now());
    };
    const watching = new MutationObserver(look);
    watching.observe(document, {subtree: true, childList: true, characterData: true});
    look();
})"""
_FIRST_PAINT = """() => new Promise(painted => new PerformanceObserver(list => {
    for (const entry of list.getEntries())
        if (entry.name === "first-paint") painted(entry.startTime);
}).observe({type: "paint", buffered: true}))"""


@dataclass(frozen=True)
class Page:
    """A page to load, and the words by which one sees that its data is there."""

    url: str
    cookie: str
    words: str


@dataclass(frozen=True)
class Load:
    """One load: bytes of script and style as transferred, milliseconds since navigation began."""

    transferred: int
    first_paint: float
    data_shown: float


def run() -> list[Row]:
    """Builds what is not built yet, then takes about a minute."""
    front_end.ensure_built()
    minimal_page.ensure_built()
    return asyncio.run(_measured())


async def _measured() -> list[Row]:
    with (
        tempfile.TemporaryDirectory() as directory,
        _ours(Path(directory)) as ours,
        _minimal() as minimal,
    ):
        async with _browser() as browser:
            fast = await _loads(browser, (ours, minimal), LOADS, slow=False)
            slow = await _loads(browser, (ours, minimal), SLOW_LOADS, slow=True)
    rows = [_bytes(*fast)]
    for name, (of_ours, of_minimal) in (("", fast), (", slow phone", slow)):
        rows.append(_times(f"first paint{name}", of_ours, of_minimal, "first_paint"))
        rows.append(_times(f"data on screen{name}", of_ours, of_minimal, "data_shown"))
    return rows


def _bytes(ours: list[Load], minimal: list[Load]) -> Row:
    sizes = [statistics.median(load.transferred for load in loads) for loads in (ours, minimal)]
    return Row(
        "JS and CSS for the customer's invoice page",
        *(f"{size / 1000:.1f} KB" for size in sizes),
        sizes[0] / sizes[1],
        GOAL,
    )


def _times(name: str, ours: list[Load], minimal: list[Load], what: str) -> Row:
    medians = [
        statistics.median(getattr(load, what) for load in loads) for loads in (ours, minimal)
    ]
    return Row(name, *(f"{median:.0f} ms" for median in medians), medians[0] / medians[1], None)


async def _loads(
    browser: Browser, pages: tuple[Page, Page], count: int, *, slow: bool
) -> tuple[list[Load], list[Load]]:
    taken: dict[Page, list[Load]] = {page: [] for page in pages}
    for turn in range(count + 1):
        for page in pages if turn % 2 else pages[::-1]:
            load = await _load(browser, page, slow)
            if turn:  # the first one warms the servers up
                taken[page].append(load)
    return taken[pages[0]], taken[pages[1]]


async def _load(browser: Browser, page: Page, slow: bool) -> Load:
    """Load ``page`` in a browser context of its own, so that nothing is cached."""
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    if page.cookie:
        name, _, value = page.cookie.partition("=")
        cookie: Any = {"name": name, "value": value, "url": urljoin(page.url, "/")}
        await context.add_cookies([cookie])
    tab = await context.new_page()
    devtools = await context.new_cdp_session(tab)
    await devtools.send("Network.enable")
    if slow:
        await devtools.send("Network.emulateNetworkConditions", _SLOW)
        await devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    wanted: set[str] = set()
    sizes: dict[str, int] = {}

    def answered(event: dict[str, Any]) -> None:
        if event["response"]["url"].split("?")[0].endswith((".js", ".css")):
            wanted.add(event["requestId"])

    def finished(event: dict[str, Any]) -> None:
        sizes[event["requestId"]] = event["encodedDataLength"]

    devtools.on("Network.responseReceived", answered)
    devtools.on("Network.loadingFinished", finished)
    async with asyncio.timeout(30):
        await tab.goto(page.url, wait_until="commit")
        shown: float = await tab.evaluate(_WHEN_SHOWN, page.words)
        await tab.wait_for_load_state("load")
        first_paint: float = await tab.evaluate(_FIRST_PAINT)
    load = Load(sum(sizes[request] for request in wanted), first_paint, shown)
    await context.close()
    return load


@contextlib.asynccontextmanager
async def _browser() -> AsyncIterator[Browser]:
    async with async_playwright() as play:
        chromium = shutil.which("chromium")
        browser = await play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        await browser.close()


@contextlib.contextmanager
def _ours(directory: Path) -> Iterator[Page]:
    """Dana's invoice on the portal, served from its build."""
    database, port = directory / "portal.sqlite3", _free_port()
    url = f"http://127.0.0.1:{port}"
    with portal_on(database):
        os.environ["FSM_BASE_URL"] = url  # the cookie's name says which port it is for
        settings.cache_clear()
        metadata.create_all(db.engine())
        company = cast.save(cast.bright_heating())
        dana = cast.save(cast.harbor_view(company))
        invoice = write_invoice(company, dana, due_in_days=365)
        cookie = session_cookie(dana)
    variables = os.environ | environment(database) | {"FSM_BASE_URL": url}
    with _serving([sys.executable, "-m", "fsm_portal.serve", str(port)], variables, url):
        yield Page(f"{url}/portal/invoices/{invoice.id}/", cookie, invoice.number)


@contextlib.contextmanager
def _minimal() -> Iterator[Page]:
    port = _free_port()
    command = [sys.executable, "-m", "uvicorn", "minimal.minimal:app", "--factory"]
    command += ["--port", str(port), "--log-level", "error", "--no-access-log"]
    url, folder = f"http://127.0.0.1:{port}", minimal_page.FOLDER
    with _serving(command, minimal_page.serving(), url, folder):
        yield Page(f"{url}/", "", "Hello")


@contextlib.contextmanager
def _serving(
    command: list[str], variables: dict[str, str], url: str, folder: Path = front_end.ROOT
) -> Iterator[None]:
    process = subprocess.Popen(command, env=variables, cwd=folder)
    try:
        deadline = time.monotonic() + STARTS_WITHIN
        while not _answers(f"{url}/ping"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command[-1]} did not start")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()


def _answers(url: str) -> bool:
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2):
        return True
    return False


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


if __name__ == "__main__":
    for row in run():
        print(f"{row.name:45} {row.ours:>10} {row.baseline:>10} {row.ratio or 0:6.2f}")
