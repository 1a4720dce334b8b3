"""Several workers on one outbox, and what happens when one is killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from fsm_portal.db import unit_of_work
from fsm_portal.domain.outbox import OutboxMessage, enqueue
from fsm_portal.flows import outbox
from fsm_portal.flows.outbox import claim, work_off
from fsm_portal.flows.work_outbox import work_one
from tests.flows import books

ROOT = Path(__file__).parent.parent.parent


def queue(company, count: int, kind: str = "errand", **payload: str) -> None:
    with unit_of_work() as session:
        for number in range(count):
            enqueue(session, company.id, kind, f"{kind}:{number}", payload)


def three_threads(count: int) -> Counter[str]:
    """Three workers until all is done; how often each piece of work was done."""
    did: Counter[str] = Counter()

    def do(work):
        time.sleep(0.01)
        did[work.key] += 1
        return frozenset()

    def work_on() -> None:
        idle = 0
        while idle < 3 and sum(did.values()) < 4 * count:
            work = claim()
            if work is None:
                idle += 1
                time.sleep(0.01)
            else:
                work_off(work, {"errand": do})

    threads = [threading.Thread(target=work_on) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return did


def test_three_workers_do_each_piece_once(any_database, company):
    """Invariant D."""
    queue(company, 30)
    assert three_threads(30) == {f"errand:{number}": 1 for number in range(30)}
    assert all(message.settled_at for message in books.rows(OutboxMessage))


def test_control_without_the_lease_work_is_done_twice(any_database, monkeypatch, company):
    """Invariant D's control: it is the lease that keeps the others away."""
    monkeypatch.setattr(outbox, "LEASE", timedelta(seconds=-1))
    queue(company, 30)
    assert max(three_threads(30).values()) > 1


# ── Processes ───────────────────────────────────────────────────────────────────────────────


@contextmanager
def worker_process(*flags: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process of its own, as ``bin/portal worker`` is one."""
    process = subprocess.Popen(
        [sys.executable, "tests/flows/outbox_worker.py", *flags],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


def finish_with_two_more_workers() -> None:
    """Two threads work until nothing is left, leases of the dead included."""

    def work_on() -> None:
        until = time.monotonic() + 120
        while not all_settled() and time.monotonic() < until:
            if work_one() is None:
                time.sleep(0.02)

    threads = [threading.Thread(target=work_on) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all_settled()


def all_settled() -> bool:
    return all(message.settled_at for message in books.rows(OutboxMessage))


def message_ids(postbox) -> Counter[str]:
    return Counter(postbox.headers(letter)["Message-ID"] for letter in postbox.letters())


@pytest.fixture
def short_lease(monkeypatch):
    """What a dead worker held is free after a second."""
    monkeypatch.setattr(outbox, "LEASE", timedelta(seconds=1))


def test_one_of_three_workers_is_killed_and_no_letter_is_lost(company, dana, postbox, short_lease):
    """Cases 42 and 47: the two others take over what it held; at most that one comes twice."""
    queue(company, 24, kind="sign_in_mail", customer_id=dana.id)
    with worker_process() as victim:
        until = time.monotonic() + 60
        while len(postbox.letters()) < 4:
            assert victim.poll() is None and time.monotonic() < until
            time.sleep(0.01)
        os.kill(victim.pid, signal.SIGKILL)
    finish_with_two_more_workers()

    sent = message_ids(postbox)
    assert len(sent) == 24
    assert sum(sent.values()) <= 25
    assert not any(message.dead_reason for message in books.rows(OutboxMessage))


def test_killed_between_the_mail_server_and_our_own_note(company, dana, postbox, short_lease):
    """Case 42: at most one duplicate, and mail programs can tell that it is one."""
    queue(company, 1, kind="sign_in_mail", customer_id=dana.id)
    with worker_process("--die-after-sending") as doomed:
        assert doomed.wait(60) == -signal.SIGKILL
    assert len(postbox.letters()) == 1 and not all_settled()
    finish_with_two_more_workers()
    (count,) = message_ids(postbox).values()
    assert count == 2
