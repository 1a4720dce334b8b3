"""Webhook to a changed page in one real browser, beside a bare page on a bare socket.

Two tabs of one headless Chromium, posted to in turn: the portal's home page as customers get it,
and a page of ten lines that writes what its socket says into the document.
"""

import asyncio
import shutil
import statistics
import time
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from bench.live_cast import DOLLAR, OWED_CENTS
from bench.live_sides import OURS_BUILT, Served, both_served
from bench.row import Row

ROUNDS, WARMING = 40, 5

# Resolves with the moment at which the page first says a text.
WHEN_SAID = """text => new Promise(said => {
    const look = () => {
        if (!document.body.innerText.includes(text)) return false;
        watching.disconnect();
        said(performance.timeOrigin + performance.now());
        return true;
    };
    const watching = new MutationObserver(look);
    watching.observe(document.body, {subtree: true, childList: true, characterData: true});
    look();
})"""


def run() -> list[Row]:
    """One row; builds the portal's front end first when its sources have changed."""
    return [asyncio.run(_measured())]


async def _measured() -> Row:
    turns = ROUNDS + WARMING
    async with (
        both_served(1, 1, turns, ours=OURS_BUILT) as (ours, bare),
        async_playwright() as play,
    ):
        chromium = shutil.which("chromium")
        browser = await play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        pages = {served: await _opened(browser, served) for served in (ours, bare)}
        times: dict[Served, list[float]] = {ours: [], bare: []}
        for turn in range(turns):
            for served in (ours, bare) if turn % 2 else (bare, ours):
                taken = await _paid(served, pages[served], turn + 1)
                if turn >= WARMING:
                    times[served].append(taken)
        await browser.close()
    ours_p50, bare_p50 = (statistics.median(times[served]) for served in (ours, bare))
    name = "webhook to the changed page in one browser, p50"
    return Row(name, f"{ours_p50:.1f} ms", f"{bare_p50:.1f} ms", ours_p50 / bare_p50, None)


async def _opened(browser: Browser, served: Served) -> Page:
    payer = served.payers[0]
    context = await browser.new_context(base_url=served.url)
    cookie: Any = {"name": served.cookie_name, "value": payer.tokens[0], "url": served.url}
    await context.add_cookies([cookie])
    page = await context.new_page()
    path = "/portal/" if served.side is OURS_BUILT else f"/?topic={payer.topic}"
    await page.goto(path)
    await page.get_by_text(_owed(0)).first.wait_for()
    return page


async def _paid(served: Served, page: Page, payments: int) -> float:
    """Milliseconds from the POST of the next payment to the page saying what is left to pay."""
    said = asyncio.ensure_future(page.evaluate(WHEN_SAID, _owed(payments)))
    await asyncio.sleep(0.03)  # the page watches before anything is posted
    await served.poster.connect()
    began = time.time() * 1e3
    await served.pay(served.payers[0])
    moment: float = await asyncio.wait_for(said, 10)
    return moment - began


def _owed(payments: int) -> str:
    return f"${(OWED_CENTS - payments * DOLLAR) // 100:,}.00"


if __name__ == "__main__":
    for row in run():
        print(f"{row.name:50} {row.ours:>10} {row.baseline:>10} {row.ratio:6.2f}")
