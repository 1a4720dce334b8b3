"""What axe finds on a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def faults(page: Page) -> list[str]:
    """Each broken rule with its elements, once nothing on the page moves any more.

    Whatever moves has arrived at once: a toast takes seconds to go.
    """
    page.evaluate(
        "Promise.allSettled(document.getAnimations()"
        ".filter((one) => one.effect.getTiming().iterations !== Infinity)"
        ".map((one) => { one.finish(); return one.finished }))"
    )
    return [
        f"{page.url}: {rule['id']}: {[node['html'][:200] for node in rule['nodes']]}"
        for rule in Axe().run(page).response["violations"]
    ]
