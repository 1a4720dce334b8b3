"""What axe finds on a page."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.chromium import SCHEMES, Scheme

# Whatever moves has arrived at once: a toast takes seconds to go. What has just changed begins to
# move with the next frame that is drawn.
_STILL = """new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
  .then(() => Promise.allSettled(document.getAnimations()
    .filter((one) => one.effect.getTiming().iterations !== Infinity)
    .map((one) => { one.finish(); return one.finished })))"""
# Of what is right only the count is made up: its list, with the way to every element, took as long
# as all of the rules.
# Style sheets are read anew for a rule alone that is not asked for; sound and film never are.
_BROKEN = """(about) => axe.run(document,
    { resultTypes: ['violations'], preload: { assets: ['media'] }, ...about })
  .then(({ violations }) =>
    violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))]))"""
# What can be broken in one colour scheme and right in the other.
COLOURS = ("color-contrast", "link-in-text-block")


def faults(page: Page) -> list[str]:
    """Each broken rule with its elements, once nothing on the page moves any more."""
    page.evaluate(_STILL)
    return faults_now(page)


def faults_now(page: Page, **about: object) -> list[str]:
    """The same of a page that may still be on its way; ``about`` as axe.run's options."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    broken = page.evaluate(_BROKEN, about)
    return [f"{page.url}: {rule}: {nodes}" for rule, nodes in broken]


def faults_in_both_schemes(page: Page, first: Scheme = "light") -> list[str]:
    """What is broken in either; whatever has nothing to do with colours is looked for once."""
    found = []
    for scheme in sorted(SCHEMES, key=lambda scheme: scheme != first):
        page.emulate_media(color_scheme=scheme)
        page.evaluate(_STILL)
        found += faults_now(page, **({} if scheme == first else {"runOnly": COLOURS}))
    return found
