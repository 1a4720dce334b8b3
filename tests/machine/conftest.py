"""A Stripe of the machine's own, whose clock nobody else looks at, and the portal's parts."""

from collections.abc import Iterator

import pytest
from stripe._http_client import HTTPClient

from fsm_portal.domain.customer import Customer
from tests import cast
from tests.flows.conftest import (  # noqa: F401
    at_stripe,
    mail_catcher,
    owner,
    payer,
    postbox,
    stripe,
)
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
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stripe's own library pauses before it asks again; not here."""
    monkeypatch.setattr(HTTPClient, "INITIAL_DELAY", 0.001)
    monkeypatch.setattr(HTTPClient, "MAX_DELAY", 0.002)


@pytest.fixture
def northwind(company: object) -> Customer:
    return cast.save(cast.northwind_dental(company))  # type: ignore[arg-type]
