"""Chromium as the tests look through it."""

import shutil
from typing import Literal

from playwright.sync_api import Browser, Playwright

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
PROGRAM = next((found for name in _PROGRAMS if (found := shutil.which(name))), None)

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


def launch(playwright: Playwright) -> Browser:
    """Without whatever nobody looks at."""
    return playwright.chromium.launch(
        executable_path=PROGRAM,
        args=[
            "--no-sandbox",
            "--disable-quic",
            "--disable-background-networking",
            f"--disable-features={','.join(_WITHOUT)}",
        ],
    )
