"""Every company colour stays readable, in both schemes, on whatever it is painted.

Measured in a browser, because the colours are derived there (assets/styles/tokens.css).
"""

import colorsys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.chromium import PROGRAM, launch

TOKENS = Path(__file__).parents[2] / "assets" / "styles" / "tokens.css"

TEXT = 4.5  # WCAG 2.2, success criterion 1.4.3
CONTROL = 3.0  # WCAG 2.2, success criterion 1.4.11

ON_COMPANY_COLOUR = [
    ("--on-brand", "--brand", TEXT),
    ("--on-brand", "--brand-strong", TEXT),
    ("--brand-ink", "--surface", TEXT),
    ("--brand-ink", "--page", TEXT),
    ("--brand-ink", "--brand-soft", TEXT),
    ("--brand", "--surface", CONTROL),
]
OF_THE_HOUSE = [
    *[(ink, ground, TEXT) for ink in ("--ink", "--muted") for ground in ("--page", "--surface")],
    ("--muted", "--sunken", TEXT),
    ("--bad", "--surface", TEXT),
    ("--on-danger", "--danger", TEXT),
    ("--on-danger", "--danger-strong", TEXT),
    ("--edge", "--surface", CONTROL),
    ("--edge", "--page", CONTROL),
    *[
        (f"--{tone}", ground, TEXT)
        for tone in ("info", "good", "warn", "bad", "quiet")
        for ground in (f"--{tone}-soft", "--surface")
    ],
    *[("--ink", f"--{tone}-soft", TEXT) for tone in ("info", "good", "warn", "bad", "quiet")],
]

MEASURE = """([companies, pairs, dark]) => {
  document.documentElement.className = dark ? 'dark' : 'light';
  const box = document.querySelector('.branded');
  const pen = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
  const luminance = (token) => {
    box.style.color = `var(${token})`;
    pen.fillStyle = getComputedStyle(box).color;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].map((c) => c / 255)
      .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const unreadable = [];
  for (const company of companies) {
    box.style.setProperty('--company', company);
    for (const [ink, ground, enough] of pairs) {
      const [low, high] = [luminance(ink), luminance(ground)].sort((a, b) => a - b);
      const contrast = (high + 0.05) / (low + 0.05);
      if (contrast < enough) unreadable.push([company, ink, ground, contrast.toFixed(2)]);
    }
  }
  return unreadable;
}"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    if PROGRAM is None:
        pytest.skip("needs Chromium")
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_context().new_page()
        page.set_content(f"<style>{TOKENS.read_text()}</style><div class='branded'></div>")
        yield page
        browser.close()


def all_around_the_wheel() -> list[str]:
    """Colours a company may have: 36 hues from pale to dark, vivid to dull, and the greys."""
    shades = [
        colorsys.hls_to_rgb(hue / 36, lightness, saturation)
        for hue in range(36)
        for lightness in (0.15, 0.5, 0.85)
        for saturation in (0.4, 1.0)
    ]
    shades += [(grey / 4, grey / 4, grey / 4) for grey in range(5)]
    return ["#" + "".join(f"{round(part * 255):02x}" for part in shade) for shade in shades]


def unreadable(page: Page, companies: list[str], pairs: list[Any], dark: bool) -> list[Any]:
    found: list[Any] = page.evaluate(MEASURE, [companies, pairs, dark])
    return found


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_any_company_colour_is_readable(page, dark):
    assert unreadable(page, all_around_the_wheel(), ON_COMPANY_COLOUR, dark) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_product_s_own_colours_are_readable(page, dark):
    assert unreadable(page, ["initial"], ON_COMPANY_COLOUR + OF_THE_HOUSE, dark) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_browser_that_cannot_derive_colours_gets_readable_ones(page, dark):
    old = TOKENS.read_text().replace("@supports (color: oklch(", "@supports (color: never(")
    other = page.context.new_page()
    other.set_content(f"<style>{old}</style><div class='branded'></div>")
    assert unreadable(other, ["#ffd400"], ON_COMPANY_COLOUR, dark) == []
    other.close()


def test_a_word_that_is_no_colour_falls_back_to_the_product_s_own(page):
    """A company without a colour gives "initial": the shell has to look like something."""
    page.evaluate("document.querySelector('.branded').style.setProperty('--company', 'initial')")
    brand = "getComputedStyle(document.querySelector('.branded')).getPropertyValue('--brand')"
    assert "#3b3dbf" in page.evaluate(brand)
