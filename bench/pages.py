"""What the customer's invoice page weighs and how soon it is there, beside a minimal Reflex page.

Both are built and served alike and loaded in turn, in a browser that has nothing of them yet: at
a desk, and as on a cheap phone (1.6 Mbit/s, 150 ms away, a processor four times slower).
"""

import asyncio
import contextlib
import shutil
import statistics
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from playwright.async_api import Browser, async_playwright

from bench import minimal_page
from bench.pages_served import Page, minimal, our_page
from bench.row import Row
from fsm_portal import front_end

GOAL = 1.25
LOADS, SLOW_LOADS = 9, 5
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
        our_page(Path(directory)) as ours,
        minimal() as bare,
    ):
        async with a_browser() as browser:
            fast = await _loads(browser, (ours, bare), LOADS, slow=False)
            slow = await _loads(browser, (ours, bare), SLOW_LOADS, slow=True)
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
    ours, bare = await loads(browser, pages, count, slow=slow)
    return ours, bare


async def loads(
    browser: Browser, pages: Sequence[Page], count: int, *, slow: bool
) -> list[list[Load]]:
    """``count`` loads of each page, taken in turn, back and forth."""
    taken: dict[Page, list[Load]] = {page: [] for page in pages}
    for turn in range(count + 1):
        for page in pages if turn % 2 else pages[::-1]:
            load = await _load(browser, page, slow)
            if turn:  # the first one warms the servers up
                taken[page].append(load)
    return [taken[page] for page in pages]


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
async def a_browser() -> AsyncIterator[Browser]:
    async with async_playwright() as play:
        chromium = shutil.which("chromium")
        browser = await play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        await browser.close()


if __name__ == "__main__":
    for row in run():
        print(f"{row.name:45} {row.ours:>10} {row.baseline:>10} {row.ratio or 0:6.2f}")
