"""How long after a webhook the last open tab knows, beside a bare socket.io broadcast.

Both servers run at once, each with the same number of tabs, and are posted to in turn, so that
what disturbs one disturbs the other. The baseline checks the same signature and makes the same
commit, then tells a room; it authorises nobody and reads nothing.
"""

import asyncio
import contextlib
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from uuid import uuid4

from bench.live_shared import Books, signed
from bench.row import Row
from bench.tabs import Crowd, Poster, TabSpec, boot_packet

MARKER = re.compile(rb'"serial"\s*:\s*(\d+)')
NAMESPACE = "/_event"
SIZES = (10, 100, 500)
ROUNDS = 40
MANY_TABS, MANY_TOPICS, PER_SECOND, SPELL_SECONDS = 2000, 500, 20, 5.0
GOAL = 1.5


@dataclass(frozen=True)
class Side:
    """One of the two things compared: how to start it, how to open its n-th tab."""

    factory: str
    tab: Callable[[int, str], TabSpec]


def _our_tab(number: int, invoice: str) -> TabSpec:
    return TabSpec(
        path=f"/_event/?token={uuid4()}&EIO=4&transport=websocket",
        connect=boot_packet(NAMESPACE, f"/?invoice={invoice}"),
        group=invoice,
        cookie=f"fsm_session=session-{number}",
    )


def _bare_tab(number: int, invoice: str) -> TabSpec:
    path = f"/_event/?invoice={invoice}&EIO=4&transport=websocket"
    return TabSpec(path=path, connect=f"40{NAMESPACE},", group=invoice)


OURS = Side("bench.live_ours:make_app", _our_tab)
BARE = Side("bench.live_bare:make_app", _bare_tab)


class Served:
    """One side running in a process of its own, with its tabs."""

    def __init__(self, side: Side, directory: Path) -> None:
        self.side = side
        self._directory = directory
        self._serials = count(1)

    def start(self, invoices: int, sessions: int) -> None:
        database = self._directory / "books.sqlite3"
        self._directory.mkdir()
        Books.create(database, invoices, sessions)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.live_server", self.side.factory, str(port)],
            env=os.environ | {"BENCH_LIVE_DATABASE": str(database)},
        )
        self.poster, self.crowd = Poster(port), Crowd(port, MARKER)

    async def ready(self) -> None:
        for _ in range(300):
            with contextlib.suppress(OSError):
                return await self.poster.connect()
            await asyncio.sleep(0.05)
        raise RuntimeError(f"{self.side.factory} did not start")

    async def open(self, tabs: int, invoices: int) -> None:
        """Have ``tabs`` tabs open in all, spread evenly over ``invoices`` invoices."""
        numbers = range(len(self.crowd), tabs)
        await self.crowd.open([self.side.tab(n, _invoice(n % invoices)) for n in numbers])

    async def webhook(self, invoice: str) -> float:
        """Seconds from the first byte of the POST to the last tab of ``invoice`` knowing."""
        serial = next(self._serials)
        body = json.dumps({"invoice": invoice, "serial": serial, "type": "payment"}).encode()
        headers = signed(body)
        known = self.crowd.groups[invoice].when_all_saw(serial)
        began = time.perf_counter()
        status = await self.poster.post("/hook", body, headers)
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


def _invoice(number: int) -> str:
    return f"INV-{number:04}"


@contextlib.asynccontextmanager
async def _served(invoices: int, sessions: int) -> AsyncIterator[tuple[Served, Served]]:
    with tempfile.TemporaryDirectory() as directory:
        pair = Served(OURS, Path(directory) / "ours"), Served(BARE, Path(directory) / "bare")
        try:
            for served in pair:
                served.start(invoices, sessions)
            for served in pair:
                await served.ready()
            yield pair
        finally:
            for served in pair:
                served.stop()


async def one_company() -> list[Row]:
    """Webhook to last tab, all tabs on one invoice of one company."""
    rows = []
    async with _served(invoices=1, sessions=max(SIZES)) as (ours, bare):
        for size in SIZES:
            for served in (ours, bare):
                await served.open(size, invoices=1)
            times: dict[Served, list[float]] = {ours: [], bare: []}
            for turn in range(ROUNDS + 5):
                for served in (ours, bare) if turn % 2 else (bare, ours):
                    taken = await served.webhook(_invoice(0))
                    await asyncio.sleep(0.01)
                    if turn >= 5:
                        times[served].append(taken)
            name = f"webhook to the last of {size} tabs of one company, p50"
            rows.append(_compared(name, times[ours], times[bare], GOAL if size == 500 else None))
    return rows


async def many_companies() -> list[Row]:
    """A steady stream of webhooks over many topics, each watched by a few tabs."""
    async with _served(invoices=MANY_TOPICS, sessions=MANY_TABS) as (ours, bare):
        memory = {}
        for served in (ours, bare):
            await served.open(MANY_TOPICS // 10, invoices=MANY_TOPICS)  # what is loaded once
            before, opened = served.memory_kb(), len(served.crowd)
            await served.open(MANY_TABS, invoices=MANY_TOPICS)
            memory[served] = (served.memory_kb() - before) / (MANY_TABS - opened)
        times: dict[Served, list[float]] = {ours: [], bare: []}
        cpu = {ours: 0.0, bare: 0.0}
        for turn in range(4):
            for served in (ours, bare) if turn % 2 else (bare, ours):
                before_cpu = served.cpu_seconds()
                times[served] += await _stream(served, turn)
                cpu[served] += served.cpu_seconds() - before_cpu
        name = f"{MANY_TABS} tabs on {MANY_TOPICS} topics, {PER_SECOND} webhooks a second"
        hooks = {served: len(times[served]) for served in times}
        return [
            _compared(f"{name}, p50", times[ours], times[bare], GOAL),
            _row(f"{name}, CPU a webhook", "ms", *(1e3 * cpu[s] / hooks[s] for s in (ours, bare))),
            _row("memory per connected tab", "KB", memory[ours], memory[bare]),
        ]


async def _stream(served: Served, turn: int) -> list[float]:
    began, running = time.perf_counter(), []
    lock = asyncio.Lock()

    async def one(invoice: str) -> float:
        async with lock:  # one connection: its next POST waits for the answer to the last
            known = asyncio.ensure_future(served.webhook(invoice))
            await asyncio.sleep(0)
            return await known

    for number in range(int(PER_SECOND * SPELL_SECONDS)):
        due = began + number / PER_SECOND
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        running.append(asyncio.ensure_future(one(_invoice((number * 37 + turn) % MANY_TOPICS))))
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
    return await one_company() + await many_companies()


if __name__ == "__main__":
    for row in run():
        print(f"{row.name:70} {row.ours:>10} {row.baseline:>10} {row.ratio:6.2f}")
