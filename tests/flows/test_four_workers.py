"""Four worker processes, one PostgreSQL, one Redis: whoever is first, the books end proven.

Each race has a control that loses it with one guard off. (Invariants A, B, D, J)
"""

from collections.abc import Iterator

import pytest
import redis

from fsm_portal.config import settings
from fsm_portal.domain.ids import is_id, new_id
from fsm_portal.domain.ledger import LedgerEntry
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.refund import Refund, RefundStatus
from fsm_portal.domain.stripe_event import StripeEvent
from fsm_portal.domain.topic import invoice_topic
from fsm_portal.flows.from_stripe.receive_stripe_event import receive_webhook
from fsm_portal.flows.paying.start_checkout import start_checkout
from fsm_portal.live.bus import channel
from tests.flows import books
from tests.flows.four_workers import WORKERS, Job, Workers, four_workers
from tests.flows.refunds import at_stripe, paid, refunds_events, wish, work_at_stripe
from tests.flows.stripe_side import CONNECT_SECRET, Event, as_body, deliver, signature
from tests.flows.unlocked import press_pay, refund
from tests.invoices import write_invoice
from tests.redis_process import RedisServer, needs_redis
from tests.sandbox_process import pay

pytestmark = needs_redis
COPIES = 20


@pytest.fixture
def redis_server(tmp_path, environment) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path)
    environment.setenv("FSM_REDIS_URL", server.url)
    settings.cache_clear()
    yield server
    server.kill()


@pytest.fixture
def workers(postgres_database, at_stripe, redis_server) -> Iterator[Workers]:
    with four_workers() as running:
        yield running


@pytest.fixture
def rung(redis_server) -> Iterator[redis.client.PubSub]:
    """Listens to what the workers tell each other."""
    with redis.Redis.from_url(redis_server.url) as client, client.pubsub() as heard:
        heard.subscribe(channel())
        assert heard.get_message(timeout=5)
        yield heard


def topics_of(rung: redis.client.PubSub) -> str:
    said = []
    while message := rung.get_message(ignore_subscribe_messages=True, timeout=0.3):
        said.append(message["data"].decode())
    return " ".join(said)


@pytest.fixture
def payment(stripe, payer, company, dana) -> Payment:
    """100.00 USD."""
    return paid(stripe, payer, write_invoice(company, dana, lines=(("Repair", "1", "10000"),)))


def signed(event: Event) -> Job:
    body = as_body(event).encode()
    return Job(receive_webhook, body, signature(body, CONNECT_SECRET), connect=True)


# ── Two refunds at once ─────────────────────────────────────────────────────────────────────


def test_four_people_refund_sixty_of_a_hundred(workers, stripe, owner, company, payment):
    """Case 6: Stripe hears of one refund, whoever of four workers carries it there."""
    said = workers.at_once([Job(refund, owner, wish(payment, "60.00")) for _ in range(WORKERS)])
    (known,) = books.rows(Refund)
    assert sorted(each == known.id for each in said) == [False, False, False, True]
    assert all("At most $40.00" in each for each in said if each != known.id)
    workers.at_once([Job(work_at_stripe) for _ in range(WORKERS)])
    assert [each["amount"] for each in at_stripe(stripe)] == [6_000]
    # The answer and its events, told by all at once.
    workers.at_once([signed(each) for each in refunds_events(stripe) * WORKERS])
    (known,) = books.rows(Refund)
    assert known.status == RefundStatus.SUCCEEDED
    assert [each.kind for each in books.rows(LedgerEntry)].count("refund") == 1
    deliver(*stripe.settled_events())
    assert books.accounts(company)["stripe"] == stripe.balance()


def test_one_press_that_reaches_four_workers_is_one_refund(workers, stripe, owner, payment):
    press = new_id()
    said = workers.at_once(
        [Job(refund, owner, wish(payment, "10.00", press_id=press)) for _ in range(8)]
    )
    (known,) = books.rows(Refund)
    assert set(said) == {known.id}


@pytest.mark.breaks_the_books("more is refunded than was paid")
def test_control_without_the_payments_lock_several_are_on_the_books(workers, owner, payment):
    """Case 6's control: it is the lock that lets the others see the first."""
    said = workers.at_once(
        [Job(refund, owner, wish(payment, "60.00"), locked=False) for _ in range(WORKERS)]
    )
    assert {each.id for each in books.rows(Refund)} == {each for each in said if is_id(each)}
    assert len(books.rows(Refund)) > 1


# ── Two sessions for one invoice ────────────────────────────────────────────────────────────


def test_four_pages_for_one_invoice(workers, stripe, payer, company, invoice):
    """Case 1: three are closed or never led to, and what is paid is paid once."""
    pages = workers.at_once([Job(press_pay, payer, invoice.id) for _ in range(WORKERS)])
    sessions = stripe.get("/v1/checkout/sessions")["data"]
    assert [each["status"] for each in sessions].count("open") <= 1
    assert [pay(page).paid for page in pages if page].count(True) <= 1
    workers.at_once([signed(each) for each in stripe.settled_events()])
    assert "customer_credit" not in books.accounts(company)
    assert books.balance(invoice).paid in (0, 28_000)


def test_control_without_a_look_at_the_others_several_are_paid(
    workers, stripe, payer, company, invoice
):
    """Case 1's control: what was paid more than once is credit, to the cent."""
    pages = workers.at_once(
        [Job(press_pay, payer, invoice.id, rivals_closed=False) for _ in range(WORKERS)]
    )
    often = [pay(page).paid for page in pages].count(True)
    assert often > 1
    workers.at_once([signed(each) for each in stripe.settled_events()])
    held = books.accounts(company)
    assert (held["receivable"], held["customer_credit"]) == (0, (1 - often) * 28_000)


# ── Twenty copies of one event ──────────────────────────────────────────────────────────────


def test_twenty_copies_and_everybody_hears_of_it(workers, rung, stripe, payer, company, invoice):
    """Case 13: one row each; the workers ring each other once it is committed."""
    assert pay(start_checkout(payer, invoice.id)).paid
    (charged,) = stripe.events("charge.succeeded")
    said = workers.at_once([signed(charged)] * COPIES)
    assert all(isinstance(each, frozenset) for each in said)
    assert len([each for each in said if each]) == 1
    assert len(books.rows(StripeEvent)) == len(books.rows(Payment)) == 1
    assert [each.kind for each in books.rows(LedgerEntry)].count("payment") == 1
    assert [each.kind for each in books.rows(OutboxMessage)].count("receipt_mail") == 1
    assert invoice_topic(company.id, invoice.id) in topics_of(rung)


def test_case_45_redis_is_away_and_the_money_is_the_same(
    workers, redis_server, stripe, payer, company, invoice
):
    """All the events of a payment, each five times, with nobody to tell the others."""
    assert pay(start_checkout(payer, invoice.id)).paid
    redis_server.kill()
    said = workers.at_once([signed(each) for each in stripe.settled_events() * 5])
    assert all(isinstance(each, frozenset) for each in said)
    assert books.status(invoice) == "Paid"
    assert len(books.rows(Payment)) == 1
