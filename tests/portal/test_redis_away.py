"""Redis goes away and comes back: money is taken in all the while, and pages catch up."""

from collections.abc import Iterator

import pytest

from fsm_portal.config import settings
from fsm_portal.domain.topic import invoice_topic
from fsm_portal.flows.recorder.recording import topics_of
from fsm_portal.live import bus
from fsm_portal.portal.invoice_page import InvoicePage
from tests.invoices import write_invoice
from tests.payments import checkout, received
from tests.portal.addresses import page_of
from tests.portal.webhooks import deliver, payment_of
from tests.proof import must_prove
from tests.redis_process import RedisServer, needs_redis

pytestmark = needs_redis


@pytest.fixture
def redis_server(tmp_path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path)
    yield server
    server.kill()


@pytest.fixture
def environment(environment, redis_server, monkeypatch):
    """The portal of this test tells other workers through a real Redis."""
    monkeypatch.setattr(bus, "RETRY_SECONDS", 0.05)
    environment.setenv("FSM_REDIS_URL", redis_server.url)
    return environment


def test_case_45_a_payment_without_redis_is_taken_in_and_shown(
    company,
    invoice,
    dana,
    tab,
    server,
    redis_server: RedisServer,
):
    """Case 45: killed, the payment stands and this worker's tabs say so; started anew, what another
    worker rings arrives again, unaided."""
    later = write_invoice(company, dana, number="INV-0043")
    page, other = tab(dana, page_of(invoice)), tab(dana, page_of(later))
    redis_server.kill()
    deliver(server, payment_of(checkout(invoice)))
    page.wait_until(InvoicePage, lambda view: view.status.code == "paid")
    must_prove()

    redis_server.start()
    received(checkout(later))
    # Another worker's process has recorded it, and says so.
    bus.tell_once(settings().redis_url, topics_of(company.id, dana.id, [later.id]))
    other.wait_until(InvoicePage, lambda view: view.status.code == "paid")
    must_prove()


def test_case_45_a_worker_process_of_its_own_goes_on_without_redis(
    company,
    invoice,
    environment,
    _a_database,
    redis_server: RedisServer,
    caplog,
):
    """Case 45: what it cannot tell the pages stands on the books all the same."""
    redis_server.kill()
    settings.cache_clear()
    received(checkout(invoice))
    bus.tell_once(settings().redis_url, {invoice_topic(company.id, invoice.id)})
    assert "open pages learn of a change late" in caplog.text
    must_prove()
