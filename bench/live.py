"""How long after a webhook the last open tab knows, beside a bare socket.io broadcast.

Both servers run at once, each with the same number of tabs, and are posted to in turn, so that
what disturbs one disturbs the other. Ours is the portal itself, its tabs customers on their home
page, and at last the staff on their overview beside them. The baseline checks the same signature
and makes the same commit, then tells a room; it authorises nobody and reads nothing.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable

from bench.live_cast import Payer
from bench.live_sides import Served, both_served
from bench.row import Row

SIZES = (10, 100, 500)
ROUNDS, WARMING = 40, 5
MANY_TABS, MANY_TOPICS, PER_SECOND, SPELLS, SPELL_SECONDS = 2000, 500, 20, 4, 5.0
DESKS = 100
GOAL = 1.5

# Delivers a payment; seconds until the last tab that it concerns knows.
Webhook = Callable[[Served, Payer], Awaitable[float]]


async def one_company() -> list[Row]:
    """Webhook to last tab, all tabs on the same page of one company."""
    rows = []
    turns = ROUNDS + WARMING
    async with both_served(1, max(SIZES), turns * len(SIZES)) as (ours, bare):
        for size in SIZES:
            for served in (ours, bare):
                await served.open(size)
            times: dict[Served, list[float]] = {ours: [], bare: []}
            for turn in range(turns):
                for served in (ours, bare) if turn % 2 else (bare, ours):
                    taken = await served.webhook(served.payers[0])
                    await asyncio.sleep(0.01)
                    if turn >= WARMING:
                        times[served].append(taken)
            name = f"webhook to the last of {size} tabs of one company, p50"
            rows.append(_compared(name, times[ours], times[bare], GOAL if size == 500 else None))
    return rows


async def many_customers() -> list[Row]:
    """A steady stream of webhooks over many topics, each watched by a few tabs; then the same
    with the company's office looking on, to whom every payment is news."""
    each = MANY_TABS // MANY_TOPICS
    async with both_served(MANY_TOPICS, each, each, desks=DESKS) as (ours, bare):
        memory = {}
        for served in (ours, bare):
            await served.open(MANY_TOPICS // 10)  # what is loaded once
            before, opened = served.memory_kb(), len(served.crowd)
            await served.open(MANY_TABS)
            memory[served] = (served.memory_kb() - before) / (MANY_TABS - opened)
        name = f"{MANY_TABS} tabs on {MANY_TOPICS} topics, {PER_SECOND} webhooks a second"
        rows = await _spells((ours, bare), Served.webhook, name, SPELLS, GOAL)
        for served in (ours, bare):
            await served.open_office()
        name = f"{DESKS} tabs on the overview beside them, {PER_SECOND} webhooks a second"
        rows += await _spells((ours, bare), Served.webhook_to_office, name, SPELLS // 2)
    return [*rows, _row("memory per connected tab", "KB", memory[ours], memory[bare])]


async def _spells(
    pair: tuple[Served, Served], webhook: Webhook, name: str, spells: int, goal: float | None = None
) -> list[Row]:
    """Both in turn, for some seconds each time."""
    times: dict[Served, list[float]] = {served: [] for served in pair}
    cpu = dict.fromkeys(pair, 0.0)
    for turn in range(spells):
        for served in pair if turn % 2 else reversed(pair):
            before = served.cpu_seconds()
            times[served] += await _stream(served, webhook, turn)
            cpu[served] += served.cpu_seconds() - before
    ours, bare = pair
    a_webhook = {served: 1e3 * cpu[served] / len(times[served]) for served in pair}
    return [
        _compared(f"{name}, p50", times[ours], times[bare], goal),
        _row(f"{name}, CPU a webhook", "ms", a_webhook[ours], a_webhook[bare]),
    ]


async def _stream(served: Served, webhook: Webhook, turn: int) -> list[float]:
    began, running = time.perf_counter(), []
    in_turn = asyncio.Lock()  # one connection: its next POST waits for the answer to the last

    async def one(payer: Payer) -> float:
        async with in_turn:
            return await webhook(served, payer)

    count = int(PER_SECOND * SPELL_SECONDS)
    for number in range(count):
        await asyncio.sleep(max(0.0, began + number / PER_SECOND - time.perf_counter()))
        payer = served.payers[(turn * count + number) * 7 % MANY_TOPICS]
        running.append(asyncio.ensure_future(one(payer)))
    return list(await asyncio.gather(*running))


def _compared(name: str, ours: list[float], bare: list[float], goal: float | None) -> Row:
    medians = statistics.median(ours) * 1e3, statistics.median(bare) * 1e3
    return _row(name, "ms", *medians, goal=goal)


def _row(name: str, unit: str, ours: float, bare: float, goal: float | None = None) -> Row:
    return Row(name, f"{ours:.1f} {unit}", f"{bare:.1f} {unit}", ours / bare, goal)


def run() -> list[Row]:
    """Both settings, one after the other; about a minute."""
    return asyncio.run(_both())


async def _both() -> list[Row]:
    return await one_company() + await many_customers()


if __name__ == "__main__":
    for row in run():
        print(f"{row.name:70} {row.ours:>10} {row.baseline:>10} {row.ratio:6.2f}")
