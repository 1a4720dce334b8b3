"""What each of the customer's pages weighs and how soon it is painted, beside the invoice's page.

The same build, the same customer, the pages in turn in browsers that have nothing of them yet; at a
desk, and as on a cheap phone (see pages).
"""

import asyncio
import statistics
import tempfile
from pathlib import Path

from bench.pages import Load, a_browser, loads
from bench.pages_served import our_pages
from bench.row import Row
from fsm_portal import front_end

# The invoice's page is held against a minimal one (see pages); the others against it.
GOAL = 1.25
LOADS, SLOW_LOADS = 5, 3


def run() -> list[Row]:
    """Builds what is not built yet, then takes about two minutes."""
    front_end.ensure_built()
    return asyncio.run(_measured())


async def _measured() -> list[Row]:
    with tempfile.TemporaryDirectory() as directory, our_pages(Path(directory)) as pages:
        async with a_browser() as browser:
            every = list(pages.values())
            fast = await loads(browser, every, LOADS, slow=False)
            slow = await loads(browser, every, SLOW_LOADS, slow=True)
    rows = []
    # The first is the invoice's.
    for name, at_a_desk, on_a_phone in list(zip(pages, fast, slow, strict=True))[1:]:
        rows += [
            _row(f"{name}, JS and CSS", at_a_desk, fast[0], "transferred", 1000, "KB"),
            _row(f"{name}, first paint", at_a_desk, fast[0], "first_paint", 1, "ms"),
            _row(f"{name}, data on screen", at_a_desk, fast[0], "data_shown", 1, "ms"),
            _row(f"{name}, first paint, slow phone", on_a_phone, slow[0], "first_paint", 1, "ms"),
        ]
    return rows


def _row(name: str, ours: list[Load], invoices: list[Load], what: str, unit: int, word: str) -> Row:
    medians = [
        statistics.median(getattr(load, what) for load in taken) / unit
        for taken in (ours, invoices)
    ]
    digits = 1 if unit > 1 else 0
    return Row(
        name, *(f"{each:.{digits}f} {word}" for each in medians), medians[0] / medians[1], GOAL
    )


if __name__ == "__main__":
    for row in run():
        print(f"{row.name:45} {row.ours:>10} {row.baseline:>10} {row.ratio or 0:6.2f}")
