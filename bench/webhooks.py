"""Webhooks a second, beside the raw SQLite driver making the same commits.

Ours is the whole flow behind the route: check the signature, read the event, keep it in the inbox,
record the payment, post to the ledger, queue the receipt; five events for each payment, as Stripe
sends them. The baseline does nothing of that. It repeats what was written, one transaction for
each event, with the same durability and one writer at a time.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.paid_checkouts import EVENTS, deliveries_of, open_checkouts
from bench.portal_on import portal_on
from bench.raw_writes import RawDatabase, taken_down
from bench.row import Row
from fsm_portal import db
from fsm_portal.domain.tables import metadata
from fsm_portal.flows.receive_stripe_event import receive_webhook

CONCURRENT = (1, 8, 32)
SPELLS, PAYMENTS_A_SPELL = 6, 32
GOAL = 0.4


def run() -> list[Row]:
    """One row for each number of webhooks in flight; some ten seconds."""
    with tempfile.TemporaryDirectory() as directory:
        return _run(Path(directory))


def _run(directory: Path) -> list[Row]:
    seeded, ours, raw = (directory / f"{name}.sqlite3" for name in ("seeded", "ours", "raw"))
    with portal_on(seeded):
        metadata.create_all(db.engine())
        attempts = open_checkouts(len(CONCURRENT) * SPELLS * PAYMENTS_A_SPELL)
    payments = [deliveries_of(attempt) for attempt in attempts]
    for copy in (ours, raw):
        shutil.copy(seeded, copy)

    written = []
    with portal_on(seeded):
        for deliveries in payments:
            written.append([])
            for delivery in deliveries:
                with taken_down(db.engine()) as writes:
                    receive_webhook(delivery.body, delivery.signature, connect=True)
                written[-1].append(writes)

    def receive(number: int) -> None:
        for delivery in payments[number]:
            receive_webhook(delivery.body, delivery.signature, connect=True)

    baseline = RawDatabase(raw)

    def repeat(number: int) -> None:
        for writes in written[number]:
            baseline.commit(writes)

    with portal_on(ours):
        todo = iter(range(len(payments)))
        return [_row(concurrent, todo, receive, repeat) for concurrent in CONCURRENT]


def _row(
    concurrent: int,
    todo: Iterator[int],
    receive: Callable[[int], None],
    repeat: Callable[[int], None],
) -> Row:
    seconds = {receive: 0.0, repeat: 0.0}
    with ThreadPoolExecutor(concurrent) as threads:
        for spell in range(SPELLS):
            numbers = [next(todo) for _ in range(PAYMENTS_A_SPELL)]
            for do in (receive, repeat) if spell % 2 else (repeat, receive):
                began = time.perf_counter()
                list(threads.map(do, numbers))
                seconds[do] += time.perf_counter() - began
    events = SPELLS * PAYMENTS_A_SPELL * EVENTS
    rates = {do: events / taken for do, taken in seconds.items()}
    return Row(
        f"webhooks a second on SQLite, {concurrent} at once",
        f"{rates[receive]:.0f}/s",
        f"{rates[repeat]:.0f}/s",
        rates[receive] / rates[repeat],
        GOAL,
    )


if __name__ == "__main__":
    for row in run():
        print(f"{row.name:50} {row.ours:>10} {row.baseline:>10} {row.ratio:6.2f}")
