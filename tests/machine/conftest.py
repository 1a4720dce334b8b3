"""A Stripe of the machine's own, whose clock nobody else looks at, and the portal's parts."""

from collections.abc import Iterator

import pytest
from stripe._http_client import HTTPClient

from fsm_portal.config import settings
from fsm_portal.domain.customer import Customer
from tests import cast
from tests.flows.conftest import (  # noqa: F401
    at_stripe,
    mail_catcher,
    owner,
    payer,
    stripe,
)
from tests.mail_process import MailCatcher
from tests.sandbox_process import SandboxProcess, start_sandbox


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    """Nothing happens in it by itself: fees, banks and disputes wait to be hurried."""
    running = start_sandbox(
        tmp_path_factory.mktemp("stripe"), settle_delay=400 * 24 * 3600, async_delay=400 * 24 * 3600
    )
    yield running
    running.stop()


@pytest.fixture
def post(environment: pytest.MonkeyPatch, mail_catcher: MailCatcher) -> None:  # noqa: F811
    """Letters go out by real SMTP, thousands of them; nobody reads them."""
    environment.setenv("FSM_SMTP_HOST", "127.0.0.1")
    environment.setenv("FSM_SMTP_PORT", str(mail_catcher.smtp_port))
    environment.setenv("FSM_MAIL_FROM", "billing@portal.example")
    settings.cache_clear()


@pytest.fixture
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stripe's own library pauses before it asks again; not here."""
    monkeypatch.setattr(HTTPClient, "INITIAL_DELAY", 0.001)
    monkeypatch.setattr(HTTPClient, "MAX_DELAY", 0.002)


@pytest.fixture
def northwind(company: object) -> Customer:
    return cast.save(cast.northwind_dental(company))  # type: ignore[arg-type]
