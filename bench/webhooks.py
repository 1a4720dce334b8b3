"""Webhooks a second and their p99, on both engines, beside the raw driver making the same commits.

Ours is the whole flow behind the route: check the signature, read the event, keep it in the inbox,
record the payment, post to the ledger, queue the receipt; five events for each payment, as Stripe
sends them. The baseline does nothing of that: no signature, no look at the attempt, at what is due
or at what waits, no lock of the payment's or the invoice's. It repeats what was written, statement
by statement with values at hand, one transaction for each event, with the same durability, the
same indexes and triggers, and on SQLite one writer at a time. Of a payment's five events that is
twelve statements; ours are eighteen on SQLite and twenty on PostgreSQL, where two are locks.
In the end both databases must hold as many rows, table by table.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from bench.engines import Databases, engines
from bench.paid_checkouts import deliveries_of, open_checkouts
from bench.portal_on import portal_on
from bench.raw_writes import taken_down
from bench.row import Row
from fsm_portal import db
from fsm_portal.domain.tables import metadata
from fsm_portal.flows.from_stripe.receive_stripe_event import receive_webhook

CONCURRENT = (1, 8, 32)
SPELLS, PAYMENTS_A_SPELL = 6, 32
GOAL = 0.5

# Takes in all events of a payment; the seconds that each of them took.
Take = Callable[[int], list[float]]


@dataclass
class Taken:
    """What one side did: seconds in all, and those of each event."""

    seconds: float = 0.0
    each: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.each) / self.seconds

    @property
    def p99(self) -> float:
        return sorted(self.each)[len(self.each) * 99 // 100]


def run() -> list[Row]:
    """Two rows for each number of webhooks in flight, on each engine; half a minute."""
    with tempfile.TemporaryDirectory() as folder, engines(Path(folder)) as all_of_them:
        return [row for databases in all_of_them for row in _run(databases)]


def _run(databases: Databases) -> list[Row]:
    seeded = databases.new()
    with portal_on(seeded):
        metadata.create_all(db.engine())
        attempts = open_checkouts(len(CONCURRENT) * SPELLS * PAYMENTS_A_SPELL)
    payments = [deliveries_of(attempt) for attempt in attempts]
    ours, raw = databases.copy(seeded), databases.copy(seeded)

    written = []
    with portal_on(seeded):
        for deliveries in payments:
            written.append([])
            for delivery in deliveries:
                with taken_down(db.engine()) as writes:
                    receive_webhook(delivery.body, delivery.signature, connect=True)
                written[-1].append(writes)

    def receive(number: int) -> list[float]:
        return [
            _seconds(lambda of=each: receive_webhook(of.body, of.signature, connect=True))
            for each in payments[number]
        ]

    baseline = databases.raw(raw)

    def repeat(number: int) -> list[float]:
        return [_seconds(lambda of=writes: baseline.commit(of)) for writes in written[number]]

    with portal_on(ours):
        todo = iter(range(len(payments)))
        rows = [
            row
            for concurrent in CONCURRENT
            for row in _rows(databases.name, concurrent, todo, receive, repeat)
        ]
    if _counted(ours) != _counted(raw):
        raise AssertionError("the two sides did not write the same")
    return rows


def _counted(database: Path | str) -> dict[str, int]:
    """How many rows each table holds."""
    with portal_on(database), db.reading() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in metadata.tables.items()
        }


def _seconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def _rows(
    engine: str, concurrent: int, todo: Iterator[int], receive: Take, repeat: Take
) -> list[Row]:
    taken = {receive: Taken(), repeat: Taken()}
    with ThreadPoolExecutor(concurrent) as threads:
        for spell in range(SPELLS):
            numbers = [next(todo) for _ in range(PAYMENTS_A_SPELL)]
            for do in (receive, repeat) if spell % 2 else (repeat, receive):
                began = time.perf_counter()
                for seconds in threads.map(do, numbers):
                    taken[do].each += seconds
                taken[do].seconds += time.perf_counter() - began
    ours, raw = taken[receive], taken[repeat]
    return [
        Row(
            f"webhooks a second on {engine}, {concurrent} at once",
            f"{ours.rate:.0f}/s",
            f"{raw.rate:.0f}/s",
            ours.rate / raw.rate,
            GOAL,
        ),
        Row(
            f"p99 of a webhook on {engine}, {concurrent} at once",
            f"{ours.p99 * 1e3:.1f} ms",
            f"{raw.p99 * 1e3:.1f} ms",
            ours.p99 / raw.p99,
            None,
        ),
    ]


if __name__ == "__main__":
    for row in run():
        print(f"{row.name:50} {row.ours:>10} {row.baseline:>10} {row.ratio:6.2f}")
