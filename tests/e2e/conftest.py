"""A running demo and browsers that look at it: what a newcomer starts, seen as people see it.

``PICTURES=1 bin/test tests/e2e`` keeps a picture of every page that a walk comes to look at, in
test-output/pictures; without it, of what was open where a walk failed.
"""

import contextlib
import os
import re
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from tests.e2e.at_stripe import Stripe
from tests.e2e.chromium import Chromium
from tests.e2e.people import CARD, DESK, PHONE, Person, fits, pay_with
from tests.e2e.running_demo import ROOT, Demo, running_demo

__all__ = [
    "CARD",
    "DESK",
    "PHONE",
    "ROOT",
    "Demo",
    "MakePerson",
    "Person",
    "Picture",
    "fits",
    "pay_with",
]

PICTURES = ROOT / "test-output" / "pictures"
# To draw all of a page, down to its end, takes as long as half of opening it.
OF_EVERY_PAGE = bool(os.environ.get("PICTURES"))
_FAILED = pytest.StashKey[bool]()
MakePerson = Callable[..., Person]
Picture = Callable[[Page, str], None]
# A page shows what it shows in a blink; a busy machine may take its time.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


_CHROMIUM = Chromium()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, object, object]:
    """Its event loop would be in the way of other rooms that start their own."""
    try:
        return (yield)
    finally:
        if nextitem is None or nextitem.path.parent != item.path.parent:
            _CHROMIUM.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[_FAILED] = report.failed
    return report


@pytest.fixture(scope="session")
def _closed_in_the_end() -> Iterator[None]:
    """Also where a run ends early."""
    yield
    _CHROMIUM.close()


@pytest.fixture
def chromium(_closed_in_the_end: None) -> Browser:
    return _CHROMIUM.browser()


@pytest.fixture
def person(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Person]]:
    """Makes people, each with a browser of their own; in the end none may have complained."""
    people: list[Person] = []

    def make(size: dict[str, int] = DESK, **options: Any) -> Person:
        # Both are walked: at a desk nothing moves, and to open a page costs a tenth less.
        options.setdefault("reduced_motion", "reduce" if size is DESK else "no-preference")
        context = chromium.new_context(viewport=size, **options)
        context.set_default_timeout(60_000)
        people.append(Person(context, []))
        return people[-1]

    yield make
    if request.node.stash.get(_FAILED, False):
        for number, page in enumerate(page for each in people for page in each.context.pages):
            with contextlib.suppress(Error):
                _kept(page, f"{request.node.name} failed {number}")
    for each in people:
        each.context.close()
    assert [text for each in people for text in each.complaints] == []


@pytest.fixture
def stripe(demo: Demo) -> Iterator[Stripe]:
    """What a walk breaks at Stripe is mended after it."""
    side = Stripe(demo.places["stripe_url"], demo.environment["FSM_STRIPE_SECRET_KEY"])
    yield side
    side.ask("POST", "/sandbox/latency", milliseconds=0)
    side.ask("DELETE", "/sandbox/faults")


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Where pictures are asked for, one as the test's output, named after it."""

    def keep(page: Page, name: str) -> None:
        if OF_EVERY_PAGE:
            _kept(page, f"{request.node.name} {name}")

    return keep


def _kept(page: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    safe = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    page.screenshot(path=PICTURES / f"{safe}.png", full_page=True)
