"""The browser that all of the room looks through."""

import contextlib

from playwright.sync_api import Browser, sync_playwright

from tests.chromium import launch


class Chromium:
    """One for the whole room: each takes a second to begin, and to draw its first page."""

    def __init__(self) -> None:
        self._opened = contextlib.ExitStack()
        self._browser: Browser | None = None

    def browser(self) -> Browser:
        if self._browser is None or not self._browser.is_connected():
            self.close()
            playwright = self._opened.enter_context(sync_playwright())
            self._browser = launch(playwright)
            self._opened.callback(self._browser.close)
        return self._browser

    def close(self) -> None:
        self._opened.close()
        self._browser = None
