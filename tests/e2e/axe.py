"""What axe finds on a page."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Whatever moves has arrived at once: a toast takes seconds to go. What has just changed begins to
# move with the next frame that is drawn.
_STILL = """new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
  .then(() => Promise.allSettled(document.getAnimations()
    .filter((one) => one.effect.getTiming().iterations !== Infinity)
    .map((one) => { one.finish(); return one.finished })))"""
# Of what is right only the count is made up: its list, with the way to every element, took as long
# as all of the rules.
_BROKEN = """axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))]))"""


def faults(page: Page) -> list[str]:
    """Each broken rule with its elements, once nothing on the page moves any more."""
    page.evaluate(_STILL)
    return faults_now(page)


def faults_now(page: Page) -> list[str]:
    """The same of a page that may still be on its way."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return [f"{page.url}: {rule}: {nodes}" for rule, nodes in page.evaluate(_BROKEN)]
