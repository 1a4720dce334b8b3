"""The browser that all of the room looks through."""

import contextlib

from playwright.sync_api import Browser, sync_playwright

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


class Chromium:
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
