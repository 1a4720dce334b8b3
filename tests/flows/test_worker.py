"""The worker: drains the outbox, sweeps on schedule, survives what goes wrong, stops when told."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy.exc import OperationalError

from fsm_portal import live, worker
from fsm_portal.db import unit_of_work
from fsm_portal.domain.outbox import OutboxMessage, enqueue
from fsm_portal.flows.sweeping import Swept
from fsm_portal.flows.work_outbox import HANDLERS
from fsm_portal.gateways.stripe_client import StripeUnavailable
from tests.flows import books


@pytest.fixture
def rung(monkeypatch) -> list[frozenset[str]]:
    seen: list[frozenset[str]] = []
    monkeypatch.setattr(live, "ring", lambda topics: seen.append(frozenset(topics)))
    return seen


@pytest.fixture
def no_sweep(monkeypatch) -> None:
    monkeypatch.setattr(worker, "sweep", lambda progress: 0)


@pytest.fixture
def working(monkeypatch) -> Iterator[Callable[[], threading.Thread]]:
    """``working()`` starts a worker that is stopped when the test is over."""
    monkeypatch.setattr(worker, "PAUSE_SECONDS", 0.01)
    stop, threads = threading.Event(), []

    def start() -> threading.Thread:
        thread = threading.Thread(target=worker.work, args=(stop,))
        threads.append(thread)
        thread.start()
        return thread

    yield start
    stop.set()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def wait_until(holds, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.01)


def queue(company, key: str, kind: str = "from the future") -> None:
    with unit_of_work() as session:
        enqueue(session, company.id, kind, key, {})


def settled() -> list[str]:
    """What was queued here; work of a kind that nobody knows is given up, and staff are told."""
    rows = [message for message in books.rows(OutboxMessage) if message.kind != "notice"]
    return [message.key for message in rows if message.settled_at]


def test_work_is_done_soon_after_it_is_queued_and_its_topics_are_rung(
    no_sweep, working, company, rung
):
    working()
    queue(company, "first")
    wait_until(lambda: settled() == ["first"])
    queue(company, "second")
    wait_until(lambda: len(settled()) == 2)
    wait_until(lambda: rung == [{f"company:{company.id}"}] * 2)


def test_a_database_that_is_away_for_a_moment_does_not_end_the_worker(
    monkeypatch, no_sweep, working, company, rung
):
    """Invariant J."""
    work_lane, failures = worker.work_lane, iter([True] * 4)

    def sometimes(lane, stopped):
        if next(failures, False):
            raise OperationalError("claim", {}, Exception("database is locked"))
        return work_lane(lane, stopped)

    monkeypatch.setattr(worker, "work_lane", sometimes)
    monkeypatch.setattr(worker, "PAUSE_AFTER_ERROR_SECONDS", 0.01)
    working()
    queue(company, "first")
    wait_until(lambda: settled() == ["first"])


@pytest.mark.parametrize(("silent", "other"), [("receipt_mail", "fees"), ("fees", "receipt_mail")])
def test_mail_and_stripe_do_not_wait_for_each_other(
    monkeypatch, no_sweep, working, company, rung, silent, other
):
    answer = threading.Event()
    monkeypatch.setitem(HANDLERS, silent, lambda _: frozenset({str(answer.wait(10))}))
    monkeypatch.setitem(HANDLERS, other, lambda _: frozenset())
    queue(company, "waits", silent)
    queue(company, "passes", other)
    working()
    wait_until(lambda: settled() == ["passes"])
    answer.set()
    wait_until(lambda: len(settled()) == 2)


def test_a_sweep_that_fails_does_not_keep_the_next_one_from_running(
    monkeypatch, working, company, rung
):
    """Invariant J: also after Stripe was away, or an error of ours."""
    swept, errors = [], iter([None, StripeUnavailable("away"), RuntimeError("ours")])

    def sweep(progress):
        swept.append(True)
        progress(Swept("Bright Heating Co.", 7, 3, topics=frozenset({"company:1"})))
        if error := next(errors, None):
            raise error
        return 3

    monkeypatch.setattr(worker, "sweep", sweep)
    monkeypatch.setattr(worker, "SWEEP_EVERY", worker.SWEEP_EVERY * 0)
    monkeypatch.setattr(worker, "SHORTEST_PAUSE_SECONDS", 0.01)
    working()
    wait_until(lambda: len(swept) >= 4)
    assert {"company:1"} in rung


def test_beside_the_app_it_works_for_as_long_as_the_app_serves(
    monkeypatch, no_sweep, company, rung
):
    monkeypatch.setattr(worker, "PAUSE_SECONDS", 0.01)

    async def serve() -> None:
        async with worker.beside_the_app():
            queue(company, "first")
            await asyncio.to_thread(wait_until, lambda: settled() == ["first"])

    asyncio.run(serve())
    wait_until(lambda: not [each for each in threading.enumerate() if each.name == "worker"])
    queue(company, "second")
    time.sleep(0.1)
    assert settled() == ["first"]
