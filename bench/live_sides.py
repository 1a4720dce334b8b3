"""The two servers of the live measurements: the portal, and socket.io alone."""

import asyncio
import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

from bench.live_cast import OUTSTANDING, OWED, Cast, Office, Payer, payments_seen, seed
from bench.paid_checkouts import signature
from bench.portal_on import environment
from bench.tabs import Crowd, Poster, TabSpec, boot_packet

NAMESPACE = "/_event"
WEBHOOKS = "/stripe/webhooks/connect"
STARTS_WITHIN = 240.0


@dataclass(frozen=True)
class Side:
    """One of the two things compared: how to start it, how a tab connects to it."""

    command: tuple[str, ...]
    tab: Callable[[Payer | Office, str], TabSpec]


def _our_tab(who: Payer | Office, cookie: str) -> TabSpec:
    path = f"/_event/?token={uuid4()}&EIO=4&transport=websocket"
    page = "/dashboard/" if isinstance(who, Office) else "/portal/"
    return TabSpec(path, boot_packet(NAMESPACE, page), who.topic, cookie)


def _bare_tab(who: Payer | Office, _cookie: str) -> TabSpec:
    path = f"/_event/?topic={who.topic}&EIO=4&transport=websocket"
    return TabSpec(path, f"40{NAMESPACE},", who.topic)


OURS = Side(("bench.live_server", "fsm_portal.fsm_portal:app"), _our_tab)
# With its front end, as it is run for people.
OURS_BUILT = Side(("fsm_portal.serve",), _our_tab)
BARE = Side(("bench.live_server", "bench.live_bare:make_app"), _bare_tab)


class Served:
    """One side running in a process of its own, with its tabs."""

    def __init__(self, side: Side, database: Path, people: Cast) -> None:
        self.side, self.payers, self.office = side, people.payers, people.office
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        # As fsm_portal.flows.identity names them on loopback.
        self.cookie_name, self.staff_cookie_name = f"fsm_customer_{port}", f"fsm_staff_{port}"
        self._process = subprocess.Popen(
            [sys.executable, "-m", *side.command, str(port)],
            env=os.environ | environment(database) | {"FSM_BASE_URL": self.url},
        )
        self.poster, self.crowd = Poster(port), Crowd(port, OWED, payments_seen)
        # What is outstanding is what all customers owe together.
        all_seen = partial(payments_seen, invoices=len(self.payers))
        self.desks = Crowd(port, OUTSTANDING, all_seen)
        self._made = dict.fromkeys((payer.topic for payer in self.payers), 0)

    async def ready(self) -> None:
        """Wait until it answers."""
        deadline = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(OSError):
                return await self.poster.connect()
            await asyncio.sleep(0.05)
        raise RuntimeError(f"{self.side.command[-1]} did not start")

    async def open(self, tabs: int) -> None:
        """Have ``tabs`` tabs open in all, spread evenly over the customers."""
        among = len(self.payers)
        places = [divmod(n, among) for n in range(len(self.crowd), tabs)]
        payers = [(self.payers[index], turn) for turn, index in places]
        await self.crowd.open(
            [
                self.side.tab(payer, f"{self.cookie_name}={payer.tokens[turn]}")
                for payer, turn in payers
            ]
        )

    async def open_office(self) -> None:
        """Have all tabs of the staff open, each on the overview."""
        name = self.staff_cookie_name
        await self.desks.open(
            [self.side.tab(self.office, f"{name}={token}") for token in self.office.tokens]
        )

    async def webhook_to_office(self, payer: Payer) -> float:
        """Seconds from the first byte of the POST to the last tab of the staff knowing."""
        total = sum(self._made.values()) + 1
        known = self.desks.groups[self.office.topic].when_all_saw(total)
        began = await self.pay(payer)
        return await asyncio.wait_for(known, 30) - began

    async def webhook(self, payer: Payer) -> float:
        """Seconds from the first byte of the POST to the last tab of ``payer`` knowing."""
        known = self.crowd.groups[payer.topic].when_all_saw(self._made[payer.topic] + 1)
        began = await self.pay(payer)
        return await asyncio.wait_for(known, 30) - began

    async def pay(self, payer: Payer) -> float:
        """Deliver the customer's next payment; when that began (``perf_counter``)."""
        body = payer.payments[self._made[payer.topic]]
        self._made[payer.topic] += 1
        headers = {"Stripe-Signature": signature(body)}
        began = time.perf_counter()
        status = await self.poster.post(WEBHOOKS, body, headers)
        assert status == 200, status
        return began

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
        self.desks.close()
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()


@contextlib.asynccontextmanager
async def both_served(
    payers: int, tabs_each: int, payments_each: int, ours: Side = OURS, desks: int = 0
) -> AsyncIterator[tuple[Served, Served]]:
    """Ours and the baseline, up at once, each on its own copy of the same database."""
    with tempfile.TemporaryDirectory() as directory, contextlib.ExitStack() as stack:
        databases = [Path(directory) / f"{name}.sqlite3" for name in ("ours", "bare")]
        everybody = seed(databases[0], payers, tabs_each, payments_each, desks)
        shutil.copy(*databases)
        pair = []
        for side, database in zip((ours, BARE), databases, strict=True):
            pair.append(Served(side, database, everybody))
            stack.callback(pair[-1].stop)
        for served in pair:
            await served.ready()
        yield pair[0], pair[1]
