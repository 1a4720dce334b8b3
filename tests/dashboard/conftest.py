"""The portal served, and its staff signed in to it by real links."""

from collections.abc import Callable, Iterator

import pytest
import stripe

from fsm_portal import live
from fsm_portal.config import settings
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.work_outbox import Lane, work_one
from fsm_portal.gateways import stripe_client
from fsm_portal.live.throttle import Throttle
from tests.fake_browser import FakeBrowser, Server, serve
from tests.invoices import write_invoice
from tests.portal.people import session_cookie
from tests.portal_app import the_portal
from tests.proof import pytest_configure, pytest_runtest_call  # noqa: F401

OpenTab = Callable[..., FakeBrowser]


# The port of "discard": nobody listens there, and whoever calls is told so at once.
NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def nobody_at_stripe(environment, monkeypatch) -> Iterator[None]:
    """Stripe is away, and it is not waited for: a handler that asks it is told so in a moment."""
    away = settings().model_copy(update={"stripe_api_base": NOBODY})
    monkeypatch.setattr(stripe_client, "settings", lambda: away)
    monkeypatch.setattr(stripe.HTTPClient, "_sleep_time_seconds", lambda *_: 0)
    stripe_client.client.cache_clear()
    yield
    stripe_client.client.cache_clear()


@pytest.fixture
def in_a_rush(monkeypatch) -> None:
    """Hundreds of events in a row are slowed down for everybody (tests/live/test_throttle.py)."""
    monkeypatch.setattr(Throttle, "delay", lambda *_: 0.0)


@pytest.fixture
def server(nobody_at_stripe, database) -> Iterator[Server]:
    """The whole portal on this test's database, and no Stripe beside it."""
    with serve(the_portal()) as served:
        yield served


@pytest.fixture
def tab(server) -> Iterator[OpenTab]:
    """``tab(maya, "/dashboard/")`` opens a page in a browser of its own; None is nobody."""
    opened: list[FakeBrowser] = []

    def open_tab(person: Customer | Staff | None, path: str, cookie: str = "") -> FakeBrowser:
        cookie = cookie or (session_cookie(person) if person else "")
        opened.append(FakeBrowser(server, cookie=cookie))
        return opened[-1].open(path)

    yield open_tab
    for browser in opened:
        browser.close()


@pytest.fixture
def worker(server) -> Callable[[], None]:
    """``worker()`` does all that waits in the outbox beside letters, and rings as it goes."""

    def work() -> None:
        while (topics := work_one(Lane.OTHER)) is not None:
            live.ring(topics)

    return work


@pytest.fixture
def invoice(clock, company, dana) -> Invoice:
    """INV-0042 for Dana, 280.00 USD, due in sixteen days."""
    return write_invoice(company, dana)


@pytest.fixture
def draft(clock, company, dana) -> Invoice:
    """INV-0043 for Dana, a draft of 280.00 USD."""
    return write_invoice(company, dana, number="INV-0043", issued=False)
