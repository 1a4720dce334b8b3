"""Which tab watches what, and the one ringer that brings every tab its view."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any, Protocol

import reflex as rx

from fsm_portal.live.tab import Key, Tab, batches, by_present_scope, grouped, read_view
from fsm_portal.live.wire import VIEW, Wire

log = logging.getLogger(__name__)

# Rung when it is unknown what was missed: every tab is brought its view again.
EVERYTHING = "*"
# Views read in one go before the first of them is sent.
BATCH = 32
# A tab that nothing was sent to for so long is brought its view again, so that a ring lost with
# a killed process, or a session that ran out, is noticed without anybody's help.
QUIET_SECONDS = 300.0
QUIET_CHECK_SECONDS = 5.0
LONGEST_RETRY_SECONDS = 60.0

# Around all that is read for one round.
Reading = Callable[[], AbstractContextManager[object]]
# Around a view that is read through the eyes of a scope.
Through = Callable[[Any], AbstractContextManager[object]]

# A view (an exception, where it could not be read), what it is of, and who is to be shown it.
Served = tuple[Key, Any, list[Tab]]


class SessionsAlive(Protocol):
    """One query: which of these sessions are still valid at this moment, each with its scope."""

    def __call__(self, session_ids: Collection[str], /) -> Mapping[str, Hashable]: ...


class Hub:
    """The tabs of one worker process. Everything but ``_read`` runs on its event loop."""

    def __init__(
        self, wire: Wire, sessions_alive: SessionsAlive, reading: Reading, through: Through
    ) -> None:
        self._wire = wire
        self._sessions_alive = sessions_alive
        self._reading = reading
        self._through = through
        self._tabs: dict[str, Tab] = {}
        self._watching: dict[str, set[Tab]] = defaultdict(set)
        self._due: set[Tab] = set()
        self._wake = asyncio.Event()
        self._at_rest = asyncio.Event()
        # A thread of its own: pushes do not queue behind slow calls to the outside world.
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="live-reader")

    def __len__(self) -> int:
        return len(self._tabs)

    def watch(self, tab: Tab) -> None:
        """Let ``tab`` take the place of whatever its socket watched before, and serve it."""
        if tab.page not in self._wire.pages:
            raise TypeError(f"{tab.page.__name__} has no load_view")
        hash(tab.key)  # here and not in the ringer, where it would be everybody's trouble
        self.forget(tab.sid)
        if not self._wire.is_open(tab.sid):
            return
        self._tabs[tab.sid] = tab
        for topic in tab.topics:
            self._watching[topic].add(tab)
        self._serve_soon([tab])

    def forget(self, sid: str) -> None:
        """The socket is gone, or allowed to see nothing any more."""
        tab = self._tabs.pop(sid, None)
        if tab is None:
            return
        self._due.discard(tab)
        for topic in tab.topics:
            self._watching[topic].discard(tab)
            if not self._watching[topic]:
                del self._watching[topic]

    def ring(self, topics: Iterable[str]) -> None:
        """Something about these topics has changed; serve whoever watches one of them."""
        for topic in topics:
            watching = self._tabs.values() if topic == EVERYTHING else self._watching.get(topic, ())
            self._serve_soon(watching)

    async def run(self) -> None:
        """Serve due tabs, one round after the other, until cancelled."""
        while True:
            if not self._due:
                self._at_rest.set()
            await self._wake.wait()
            self._wake.clear()
            due, self._due = self._due, set()
            for groups in batches(grouped(due), BATCH):
                try:
                    await self._serve(groups)
                except Exception:
                    log.exception("a round of live push failed")
                    self._serve_later([tab for tabs in groups.values() for tab in tabs])

    async def reserve_the_quiet(self) -> None:
        """Serve tabs again that nothing was sent to for a long time, a few at a time."""
        while True:
            await asyncio.sleep(QUIET_CHECK_SECONDS)
            before = asyncio.get_running_loop().time() - QUIET_SECONDS
            quiet = (tab for tab in self._tabs.values() if tab.served_at < before)
            share = len(self._tabs) * QUIET_CHECK_SECONDS / QUIET_SECONDS
            self._serve_soon(list(islice(quiet, max(BATCH, 2 * int(share)))))

    async def idle(self) -> None:
        """Return once nothing is due and no round is under way."""
        await self._at_rest.wait()

    def close(self) -> None:
        self._reader.shutdown(wait=False, cancel_futures=True)

    def _serve_soon(self, tabs: Iterable[Tab]) -> None:
        self._due.update(tabs)
        if self._due:
            self._at_rest.clear()
            self._wake.set()

    def _serve_later(self, tabs: Iterable[Tab]) -> None:
        loop = asyncio.get_running_loop()
        for tab in tabs:
            tab.failures += 1
            wait = min(LONGEST_RETRY_SECONDS, 2.0**tab.failures / 8)
            loop.call_later(wait, self._serve_again, tab)

    def _serve_again(self, tab: Tab) -> None:
        if self._watches(tab):
            self._serve_soon([tab])

    def _watches(self, tab: Tab) -> bool:
        return self._tabs.get(tab.sid) is tab

    async def _serve(self, groups: dict[Key, list[Tab]]) -> None:
        loop = asyncio.get_running_loop()
        over, served = await loop.run_in_executor(self._reader, self._read, groups)
        # While the views were read, tabs may have closed or gone to another page.
        if over := [tab for tab in over if self._watches(tab)]:
            await self._sign_out(over)
        for (page, scope, _), view, tabs in served:
            present = [tab for tab in tabs if self._watches(tab)]
            if not present:
                continue
            for tab in present:
                tab.scope = scope
            try:
                await self._show(page, view, present)
            except Exception:
                log.exception("a view of %s could not be shown", page.__name__)
                self._serve_later(present)

    async def _show(self, page: type[rx.State], view: Any, tabs: list[Tab]) -> None:
        if isinstance(view, Exception):
            raise view
        delta = self._wire.delta(page, VIEW, view)
        await self._wire.send(delta, [tab.sid for tab in tabs])
        now = asyncio.get_running_loop().time()
        for tab in tabs:
            tab.failures, tab.served_at = 0, now

    def _read(self, groups: dict[Key, list[Tab]]) -> tuple[list[Tab], list[Served]]:
        """Whose session is over, and what everybody else is to be shown. Runs in a thread."""
        sessions = {tab.session_id for tabs in groups.values() for tab in tabs}
        with self._reading():
            over, present = by_present_scope(groups, self._sessions_alive(sessions))
            return over, [
                (key, read_view(key, self._through), tabs) for key, tabs in present.items()
            ]

    async def _sign_out(self, tabs: list[Tab]) -> None:
        for tab in tabs:
            self.forget(tab.sid)
        await self._wire.send(self._wire.blank(), [tab.sid for tab in tabs])
