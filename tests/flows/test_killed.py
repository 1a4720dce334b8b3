"""Killed at random, again and again, in the middle of the load: nothing is lost and nothing twice.

Case 47, invariants A to E. ``KILLS=100 bin/test tests/flows/test_killed.py`` for the long run.
"""

import os
import random
import signal
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from fsm_portal.db import reading
from fsm_portal.domain.outbox import MAIL_KINDS, OutboxMessage
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.stripe_event import StripeEvent
from fsm_portal.flows import outbox
from fsm_portal.flows.paying.start_checkout import start_checkout
from fsm_portal.flows.sweeping import sweep
from fsm_portal.flows.work_outbox import Lane, work_one
from tests.flows import books
from tests.flows.doomed import Delivery, live_until_killed
from tests.flows.forks import forks
from tests.flows.stripe_side import CONNECT_SECRET, as_body, deliver, signature
from tests.invoices import write_invoice
from tests.proof import must_prove
from tests.sandbox_process import pay

KILLS = int(os.environ.get("KILLS", "25"))
SEED = 20_261_122


@pytest.fixture
def history(any_database, stripe, sandbox, payer, company, dana):
    """Events of one payment for each kill, every third refunded in part; none delivered yet."""
    for number in range(KILLS):
        invoice = write_invoice(company, dana, number=f"INV-{number:04}")
        assert pay(start_checkout(payer, invoice.id)).paid
        if number % 3 == 0:
            newest = stripe.get("/v1/charges", limit=1)["data"][0]
            sandbox.refund(stripe.account, newest["id"], 9_999)
    return all_events(stripe)


def all_events(stripe):
    """Page by page, oldest first, once the fees of every payment are known."""
    until = time.monotonic() + 120
    while True:
        found, query = [], {"limit": 100}
        while True:
            page = stripe.get("/v1/events", **query)
            found += page["data"]
            if not page["has_more"]:
                break
            query["starting_after"] = page["data"][-1]["id"]
        kinds = [event["type"] for event in found]
        if kinds.count("charge.updated") >= kinds.count("charge.succeeded"):
            return found[::-1]
        assert time.monotonic() < until
        time.sleep(0.05)


def test_killed_again_and_again_under_load(any_database, environment, stripe, company, history):
    """Case 47: then redelivery, as Stripe does; every payment is there once and the books prove."""
    rng = random.Random(SEED)
    context = forks()
    share = -(-len(history) // KILLS)
    for number in range(KILLS):
        fresh = history[number * share : (number + 1) * share]
        again = rng.sample(history[: number * share], min(number * share, 5))
        # Half of them have taken one in, however slow the machine; the others may have got nowhere.
        some_came = fresh and number % 2 == 0
        kill_one(context, [signed(event) for event in fresh + again], rng, bool(some_came))
    if any_database.dialect.name == "sqlite":
        with reading() as session:
            said = session.connection().execute(text("PRAGMA integrity_check")).scalars().all()
        assert said == ["ok"]
    must_prove()
    before = len(books.rows(StripeEvent))

    deliver(*history)
    work_off_what_the_dead_left(environment)
    # Work that was in hand at sixteen deaths counts as deadly and is given up; the sweep makes it
    # good, as it does every few minutes.
    sweep(timedelta(days=1))

    must_prove(patience=timedelta(hours=1))
    assert len(books.rows(Payment)) == KILLS
    assert books.accounts(company)["stripe"] == sum_of_movements(stripe)
    # The killing hit the middle of it: neither nothing nor everything was there.
    assert 0 < before < len(books.rows(StripeEvent))


def kill_one(context, deliveries: list[Delivery], rng: random.Random, some_came: bool) -> None:
    """Start a portal process, let it live for some milliseconds of load, kill -9."""
    before = inbox()
    hear, ready = context.Pipe(duplex=False)
    doomed = context.Process(
        target=live_until_killed, args=(dict(os.environ), deliveries, rng.randrange(10**6), ready)
    )
    doomed.start()
    ready.close()
    assert hear.recv() == "alive"
    until = time.monotonic() + 20
    while some_came and inbox() == before:
        assert time.monotonic() < until
        time.sleep(0.002)
    time.sleep(rng.uniform(0.002, 0.06))
    os.kill(doomed.pid, signal.SIGKILL)
    doomed.join(10)
    assert doomed.exitcode == -signal.SIGKILL
    hear.close()


def inbox() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(StripeEvent)) or 0


def signed(event) -> Delivery:
    body = as_body(event).encode()
    return body, signature(body, CONNECT_SECRET)


def work_off_what_the_dead_left(environment: pytest.MonkeyPatch) -> None:
    environment.setattr(outbox, "LEASE", timedelta(milliseconds=300))
    until = time.monotonic() + 120
    while any(each.settled_at is None for each in at_stripe()):
        if work_one(Lane.OTHER) is None:
            time.sleep(0.05)
        assert time.monotonic() < until


def at_stripe():
    return [each for each in books.rows(OutboxMessage) if each.kind not in MAIL_KINDS]


def sum_of_movements(stripe) -> int:
    net, query = 0, {"limit": 100}
    while True:
        page = stripe.get("/v1/balance_transactions", **query)
        net += sum(row["net"] for row in page["data"])
        if not page["has_more"]:
            return net
        query["starting_after"] = page["data"][-1]["id"]
