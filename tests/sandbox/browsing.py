"""Looking at the hosted pages as people do: a tab, and fingers that fill in a form."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chromium import PROGRAM, SCHEMES

# A busy machine may take its time.
expect.set_options(timeout=20_000)
WIDTHS = {"phone": 390, "desk": 1280}
needs_browser = pytest.mark.skipif(PROGRAM is None, reason="chromium is not installed")


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


def in_every_look(tab: Page) -> Iterator[int]:
    """At both widths and in both schemes, a page follows at once; the width it has now."""
    for width in WIDTHS.values():
        tab.set_viewport_size({"width": width, "height": 844})
        for scheme in SCHEMES:
            tab.emulate_media(color_scheme=scheme)
            yield width


def too_wide(tab: Page) -> int:
    """Pixels by which it has to be pushed to the side."""
    return int(tab.evaluate("document.documentElement.scrollWidth - innerWidth"))
