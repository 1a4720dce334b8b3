"""Looking at the hosted pages as people do: a tab, and fingers that fill in a form."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# A busy machine may take its time.
expect.set_options(timeout=20_000)
WIDTHS = {"phone": 390, "desk": 1280}
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


@contextmanager
def window(browser: Browser, width: int = 1280, **options) -> Iterator[Page]:
    """A fresh tab; fails on script errors and on anything the page's own policy forbids."""
    context = browser.new_context(viewport={"width": width, "height": 844}, **options)
    tab, complaints = context.new_page(), []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on(
        "console",
        lambda line: complaints.append(line.text) if "Security Policy" in line.text else None,
    )
    try:
        yield tab
        assert complaints == []
    finally:
        context.close()


def fill(tab: Page, card: str, **fields: str) -> None:
    """Type a card as a person does, key by key."""
    tab.locator("[name=cardNumber]").fill("")
    tab.locator("[name=cardNumber]").press_sequentially(card)
    values = {"cardExpiry": "1234", "cardCvc": "123", "billingName": "Dana Reyes", **fields}
    for name, value in values.items():
        tab.locator(f"[name={name}]").fill("")
        tab.locator(f"[name={name}]").press_sequentially(value)


def violations(tab: Page) -> list[tuple[str, str]]:
    """What axe finds wrong: the rule, and the first place that breaks it."""
    found = Axe().run(tab).response["violations"]
    return [(each["id"], each["nodes"][0]["html"]) for each in found]
