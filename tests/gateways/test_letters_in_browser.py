"""Every letter in a real browser: on the narrowest phone, in the dark, and without its <style>.

Mail programs are browsers that leave things out: some drop the style sheet, and with it every
media query. What a reader needs is in the tags.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from fsm_portal.gateways.languages import LANGUAGES
from fsm_portal.gateways.mail_message import Letter
from tests.chromium import PROGRAM, launch
from tests.e2e.axe import COLOURS, faults_now
from tests.gateways.every_letter import BRIGHT, company_in, every_letter, to_customers, to_staff
from tests.gateways.test_letters import HOSTILE

LETTERS = to_customers(BRIGHT) | to_staff(BRIGHT)
# Long words, words without spaces, words from the right.
FAR = ("de", "ar", "th", "ja")
LONG = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrente" * 3
AA = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
_STYLE = re.compile("<style>.*?</style>", re.DOTALL)


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    if PROGRAM is None:
        pytest.skip("needs Chromium")
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser.new_page()
        browser.close()


def opened(page: Page, letter: Letter, width: int, scheme: str, *, styled: bool = True) -> Page:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.set_content(letter.html if styled else _STYLE.sub("", letter.html))
    return page


def faults(page: Page, about: object = AA) -> list[str]:
    """What WCAG 2.2 AA asks for and is not there. A letter is no page: it needs no landmarks."""
    return faults_now(page, runOnly=about)


def too_wide(page: Page) -> int:
    """Pixels by which it has to be pushed to the side."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.mark.parametrize("kind", LETTERS)
@pytest.mark.parametrize("styled", [True, False], ids=["", "without style"])
def test_it_fits_and_can_be_read(page: Page, kind: str, styled: bool) -> None:
    seen = opened(page, LETTERS[kind], 320, "light", styled=styled)
    assert too_wide(seen) <= 0
    assert faults(seen) == []
    seen.emulate_media(color_scheme="dark")
    assert too_wide(seen) <= 0
    assert faults(seen, COLOURS) == []
    seen.set_viewport_size({"width": 390, "height": 900})
    assert too_wide(seen) <= 0


@pytest.mark.parametrize("language", FAR)
def test_it_fits_in_every_kind_of_script(page: Page, language: str) -> None:
    for kind, letter in to_customers(company_in(language)).items():
        assert too_wide(opened(page, letter, 320, "dark")) <= 0, kind


def test_every_language_is_read_by_axe(page: Page) -> None:
    for language in LANGUAGES:
        letter = to_customers(company_in(language))["late"]
        assert faults(opened(page, letter, 390, "dark")) == [], language


@pytest.mark.parametrize("word", [HOSTILE, LONG, "٪" * 300], ids=["markup", "long", "arabic"])
def test_whatever_was_typed_it_fits_and_nothing_runs(page: Page, word: str) -> None:
    """Case 43."""
    asked: list[str] = []
    dialogs: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for letter in every_letter(word):
        assert too_wide(opened(page, letter, 320, "light")) <= 0, letter.key
    assert dialogs == []
    assert [url for url in asked if not url.startswith(("about:", "data:"))] == []


def test_a_button_is_large_enough_for_a_thumb(page: Page) -> None:
    seen = opened(page, LETTERS["invoice"], 320, "light", styled=False)
    box = seen.get_by_role("link", name="View and pay invoice").bounding_box()
    assert box is not None and box["height"] >= 44 and box["width"] >= 200
