"""Which tab watches what, and the one ringer that brings every tab its view."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol, TypeVar, cast

import reflex as rx

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


class SessionsAlive(Protocol):
    """One query: which of these sessions are still valid at this moment."""

    def __call__(self, session_ids: Collection[str], /) -> Collection[str]: ...


class Page(Protocol):
    """A page State with a push-only ``view``."""

    @classmethod
    def load_view(cls, scope: Any, params: Any) -> Any: ...


@dataclass(eq=False, slots=True)
class Tab:
    """One open page of one browser: which view it shows, and through whose eyes."""

    sid: str
    page: type[rx.State]
    topics: frozenset[str]
    scope: Hashable
    params: Hashable
    session_id: str
    failures: int = 0
    served_at: float = 0.0

    @property
    def key(self) -> "Key":
        return self.page, self.scope, self.params


# Tabs with equal keys see the same view, so it is read and encoded once for all of them.
Key = tuple[type[rx.State], Hashable, Hashable]


class Hub:
    """The tabs of one worker process. Everything but ``_read`` runs on its event loop."""

    def __init__(self, wire: Wire, sessions_alive: SessionsAlive) -> None:
        self._wire = wire
        self._sessions_alive = sessions_alive
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
            for groups in _batches(_grouped(due), BATCH):
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

    async def _serve(self, groups: "dict[Key, list[Tab]]") -> None:
        loop = asyncio.get_running_loop()
        sessions = {tab.session_id for tabs in groups.values() for tab in tabs}
        alive, views = await loop.run_in_executor(self._reader, self._read, sessions, list(groups))
        # While the views were read, tabs may have closed or gone to another page.
        over = [
            tab
            for tabs in groups.values()
            for tab in tabs
            if tab.session_id not in alive and self._watches(tab)
        ]
        if over:
            await self._sign_out(over)
        for key, tabs in groups.items():
            present = [tab for tab in tabs if self._watches(tab)]
            if not present:
                continue
            try:
                await self._show(views[key], present)
            except Exception:
                log.exception("a view of %s could not be shown", key[0].__name__)
                self._serve_later(present)

    async def _show(self, view: Any, tabs: list[Tab]) -> None:
        if isinstance(view, Exception):
            raise view
        delta = self._wire.delta(tabs[0].page, VIEW, view)
        await self._wire.send(delta, [tab.sid for tab in tabs])
        for tab in tabs:
            tab.failures, tab.served_at = 0, asyncio.get_running_loop().time()

    def _read(self, sessions: set[str], keys: "list[Key]") -> "tuple[set[str], dict[Key, Any]]":
        alive = set(self._sessions_alive(sessions))
        views: dict[Key, Any] = {}
        if alive:
            for page, scope, params in keys:
                try:
                    views[page, scope, params] = cast(Page, page).load_view(scope, params)
                except Exception as error:
                    views[page, scope, params] = error
        return alive, views

    async def _sign_out(self, tabs: list[Tab]) -> None:
        for tab in tabs:
            self.forget(tab.sid)
        await self._wire.send(self._wire.blank(), [tab.sid for tab in tabs])


def _grouped(tabs: Iterable[Tab]) -> "dict[Key, list[Tab]]":
    groups: dict[Key, list[Tab]] = defaultdict(list)
    for tab in tabs:
        groups[tab.key].append(tab)
    return groups


K = TypeVar("K")
V = TypeVar("V")


def _batches(mapping: dict[K, V], size: int) -> Iterator[dict[K, V]]:
    items = iter(mapping.items())
    while batch := dict(islice(items, size)):
        yield batch
