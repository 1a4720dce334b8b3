"""Browsers, Stripe and strangers at the portal's plain routes."""

import itertools
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from fsm_portal import live
from fsm_portal.config import settings
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.routes import asking
from tests import cast
from tests.flows.serving import plain_routes
from tests.flows.stripe_side import CONNECT_SECRET, PLATFORM_SECRET
from tests.gateways.mail_server import MailServer, running
from tests.proof import pytest_configure, pytest_runtest_call  # noqa: F401

Browser = TestClient
_numbers = itertools.count(1)


@pytest.fixture
def secrets(environment: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Both webhook endpoints have their secret; returns the environment to change."""
    environment.setenv("FSM_STRIPE_WEBHOOK_SECRET", PLATFORM_SECRET)
    environment.setenv("FSM_STRIPE_CONNECT_WEBHOOK_SECRET", CONNECT_SECRET)
    settings.cache_clear()
    return environment


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for an answer that is to take as long as another."""
    monkeypatch.setattr(asking, "ANSWERS_AFTER", 0.0)


@pytest.fixture
def browsers(_a_database: Engine) -> Iterator[Callable[..., Browser]]:
    """``browsers()`` opens a new browser, with cookies and an IP address of its own."""
    opened: list[Browser] = []
    app = plain_routes()

    def open_one(ip: str | None = None) -> Browser:
        client = TestClient(
            app,
            base_url=settings().base_url,
            follow_redirects=False,
            client=(ip or f"198.51.100.{next(_numbers) % 250}", 50_000),
        )
        opened.append(client)
        return client

    yield open_one
    for client in opened:
        client.close()


@pytest.fixture
def browser(browsers: Callable[..., Browser]) -> Browser:
    """One browser without any cookie."""
    return browsers()


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[frozenset[str]]:
    """What the routes ring, in order."""
    seen: list[frozenset[str]] = []
    monkeypatch.setattr(live, "ring", lambda topics: seen.append(frozenset(topics)))
    return seen


@pytest.fixture
def mail_server(environment: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """Real SMTP to a server within the test; ``letters`` has what came."""
    with running(MailServer()) as server:
        environment.setenv("FSM_SMTP_HOST", "127.0.0.1")
        environment.setenv("FSM_SMTP_PORT", str(server.port))
        environment.setenv("FSM_MAIL_FROM", "billing@portal.example")
        settings.cache_clear()
        yield server


@pytest.fixture
def northwind_dental(company: Company) -> Customer:
    """Another customer of Bright Heating."""
    return cast.save(cast.northwind_dental(company))
