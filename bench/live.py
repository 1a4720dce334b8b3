"""How long after a webhook the last open tab knows, beside a bare socket.io broadcast.

Both servers run at once, each with the same number of tabs, and are posted to in turn, so that
what disturbs one disturbs the other. Ours is the portal itself, its tabs customers on their home
page. The baseline checks the same signature and makes the same commit, then tells a room; it
authorises nobody and reads nothing.
"""

import asyncio
import contextlib
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from bench.live_cast import OWED, Payer, payments_seen, seed
from bench.paid_checkouts import signature
from bench.portal_on import environment
from bench.row import Row
from bench.tabs import Crowd, Poster, TabSpec, boot_packet

NAMESPACE = "/_event"
WEBHOOKS = "/stripe/webhooks/connect"
SIZES = (10, 100, 500)
ROUNDS, WARMING = 40, 5
MANY_TABS, MANY_TOPICS, PER_SECOND, SPELLS, SPELL_SECONDS = 2000, 500, 20, 4, 5.0
GOAL = 1.5


@dataclass(frozen=True)
class Side:
    """One of the two things compared: how to start it, how a customer's tab connects to it."""

    factory: str
    tab: Callable[[Payer, str], TabSpec]


def _our_tab(payer: Payer, cookie: str) -> TabSpec:
    path = f"/_event/?token={uuid4()}&EIO=4&transport=websocket"
    return TabSpec(path, boot_packet(NAMESPACE, "/portal/"), payer.topic, cookie)


def _bare_tab(payer: Payer, _cookie: str) -> TabSpec:
    path = f"/_event/?topic={payer.topic}&EIO=4&transport=websocket"
    return TabSpec(path, f"40{NAMESPACE},", payer.topic)


OURS = Side("fsm_portal.fsm_portal:app", _our_tab)
BARE = Side("bench.live_bare:make_app", _bare_tab)


class Served:
    """One side running in a process of its own, with its tabs."""

    def __init__(self, side: Side, database: Path, payers: list[Payer]) -> None:
        self.side, self.payers = side, payers
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.live_server", side.factory, str(port)],
            env=os.environ | environment(database),
        )
        self.poster, self.crowd = Poster(port), Crowd(port, OWED, payments_seen)
        self._made = dict.fromkeys((payer.topic for payer in payers), 0)

    async def ready(self) -> None:
        for _ in range(600):
            with contextlib.suppress(OSError):
                return await self.poster.connect()
            await asyncio.sleep(0.05)
        raise RuntimeError(f"{self.side.factory} did not start")

    async def open(self, tabs: int) -> None:
        """Have ``tabs`` tabs open in all, spread evenly over the customers."""
        among = len(self.payers)
        places = [divmod(n, among) for n in range(len(self.crowd), tabs)]
        payers = [(self.payers[index], turn) for turn, index in places]
        await self.crowd.open([self.side.tab(payer, payer.cookies[turn]) for payer, turn in payers])

    async def webhook(self, payer: Payer) -> float:
        """Seconds from the first byte of the POST to the last tab of ``payer`` knowing."""
        body = payer.payments[self._made[payer.topic]]
        self._made[payer.topic] += 1
        headers = {"Stripe-Signature": signature(body)}
        known = self.crowd.groups[payer.topic].when_all_saw(self._made[payer.topic])
        began = time.perf_counter()
        status = await self.poster.post(WEBHOOKS, body, headers)
        assert status == 200, status
        return await asyncio.wait_for(known, 30) - began

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_kb(self) -> int:
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+)", status)
        assert found
        return int(found[1])

    def stop(self) -> None:
        self.crowd.close()
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()


@contextlib.asynccontextmanager
async def _served(
    payers: int, tabs_each: int, payments_each: int
) -> AsyncIterator[tuple[Served, Served]]:
    with tempfile.TemporaryDirectory() as directory, contextlib.ExitStack() as stack:
        databases = [Path(directory) / f"{name}.sqlite3" for name in ("ours", "bare")]
        everybody = seed(databases[0], payers, tabs_each, payments_each)
        shutil.copy(*databases)
        pair = []
        for side, database in zip((OURS, BARE), databases, strict=True):
            pair.append(Served(side, database, everybody))
            stack.callback(pair[-1].stop)
        for served in pair:
            await served.ready()
        yield pair[0], pair[1]


async def one_company() -> list[Row]:
    """Webhook to last tab, all tabs on the same page of one company."""
    rows = []
    turns = ROUNDS + WARMING
    async with _served(1, max(SIZES), turns * len(SIZES)) as (ours, bare):
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
    """A steady stream of webhooks over many topics, each watched by a few tabs."""
    each = MANY_TABS // MANY_TOPICS
    async with _served(MANY_TOPICS, each, each) as (ours, bare):
        memory = {}
        for served in (ours, bare):
            await served.open(MANY_TOPICS // 10)  # what is loaded once
            before, opened = served.memory_kb(), len(served.crowd)
            await served.open(MANY_TABS)
            memory[served] = (served.memory_kb() - before) / (MANY_TABS - opened)
        times: dict[Served, list[float]] = {ours: [], bare: []}
        cpu = {ours: 0.0, bare: 0.0}
        for turn in range(SPELLS):
            for served in (ours, bare) if turn % 2 else (bare, ours):
                before_cpu = served.cpu_seconds()
                times[served] += await _stream(served, turn)
                cpu[served] += served.cpu_seconds() - before_cpu
    name = f"{MANY_TABS} tabs on {MANY_TOPICS} topics, {PER_SECOND} webhooks a second"
    hooks = {served: len(taken) for served, taken in times.items()}
    return [
        _compared(f"{name}, p50", times[ours], times[bare], GOAL),
        _row(f"{name}, CPU a webhook", "ms", *(1e3 * cpu[s] / hooks[s] for s in (ours, bare))),
        _row("memory per connected tab", "KB", memory[ours], memory[bare]),
    ]


async def _stream(served: Served, turn: int) -> list[float]:
    began, running = time.perf_counter(), []
    in_turn = asyncio.Lock()  # one connection: its next POST waits for the answer to the last

    async def one(payer: Payer) -> float:
        async with in_turn:
            return await served.webhook(payer)

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
