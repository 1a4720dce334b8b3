"""The live push of this process: started with the app, rung from anywhere."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Collection, Hashable

import reflex as rx

from fsm_portal.config import settings
from fsm_portal.domain.topic import session_topic
from fsm_portal.live import bus
from fsm_portal.live.collector import patient_collector
from fsm_portal.live.hub import Hub, Reading, SessionsAlive, Through
from fsm_portal.live.states import keep_sparse
from fsm_portal.live.tab import Tab
from fsm_portal.live.throttle import Throttle
from fsm_portal.live.wire import Wire

log = logging.getLogger(__name__)


class _Running:
    def __init__(self, hub: Hub, loop: asyncio.AbstractEventLoop, speaker: bus.Bus | None) -> None:
        self.hub, self.loop, self.bus = hub, loop, speaker

    def ring(self, topics: frozenset[str]) -> None:
        self.hub.ring(topics)
        if self.bus is not None:
            self.bus.tell(topics)


_running: _Running | None = None


def start(
    app: rx.App,
    sessions_alive: SessionsAlive,
    reading: Reading = contextlib.nullcontext,
    through: Through = contextlib.nullcontext,
) -> None:
    """Give ``app`` its ringer and its throttle, and its tabs no more States than they use; call
    once, before the app is served.

    ``sessions_alive`` is one query, run in a thread: the sessions that are valid, each with the
    scope it has now, in which its tabs are served from then on. It must raise when it cannot
    tell, and then nobody is sent anything until it can. All that a round reads, this and the
    views, is read inside ``reading()``, and each view inside ``through(scope)``.
    """

    @contextlib.asynccontextmanager
    async def live_push() -> AsyncIterator[None]:
        global _running
        wire = Wire(app)
        hub = Hub(wire, sessions_alive, reading, through)
        url = settings().redis_url
        between_workers = bus.Bus(url, hub.ring) if url else None
        tasks = [asyncio.create_task(hub.run()), asyncio.create_task(hub.reserve_the_quiet())]
        if between_workers is not None:
            tasks += [asyncio.create_task(job) for job in between_workers.jobs()]
        _running = _Running(hub, asyncio.get_running_loop(), between_workers)
        try:
            with wire.tapped(Throttle(), hub.forget), patient_collector():
                yield
        finally:
            _running = None
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            hub.close()

    keep_sparse(app)
    app.register_lifespan_task(live_push)


def watch(
    state: rx.State,
    page: type[rx.State],
    topics: Collection[str],
    scope: Hashable,
    params: Hashable = (),
    *,
    session_id: str,
) -> None:
    """Bring this tab ``page``'s view now, and again whenever one of ``topics`` is rung.

    Call it in ``on_load``, after authorising. It replaces what the tab watched before. ``scope``
    says whose eyes these are (a frozen dataclass without the session), ``params`` what is looked
    at (a page number, a filter, an id); both are handed to ``page.load_view``. ``scope`` is that
    of the session: should it be another at a later ring, the tab sees with that. Raises TypeError
    for a page that cannot be pushed, RuntimeError where ``start`` was not called.
    """
    if _running is None:
        raise RuntimeError("live.watch needs a served app with live.start(app, ...)")
    watched = _as_topics(topics) | {session_topic(session_id)}
    sid = state.router.session.session_id
    _running.hub.watch(Tab(sid, page, watched, scope, params, session_id))


def ring(topics: Collection[str]) -> None:
    """Tell every open tab that watches one of ``topics``, in every worker process.

    Call it after the commit, from any thread or from async code; it returns at once. In a process
    that serves no app (a worker, the command line) only Redis carries it, if there is one.
    """
    rung = _as_topics(topics)
    running = _running
    if running is None:
        if url := settings().redis_url:
            bus.tell_once(url, rung)
        return
    if asyncio._get_running_loop() is running.loop:
        running.ring(rung)  # a turn of the loop less
        return
    with contextlib.suppress(RuntimeError):  # the loop has just closed: nobody is listening
        running.loop.call_soon_threadsafe(running.ring, rung)


async def idle() -> None:
    """Return once every ring and watch so far has been served. For tests and benchmarks."""
    if _running is not None:
        await asyncio.sleep(0)
        await _running.hub.idle()


def _as_topics(topics: Collection[str]) -> frozenset[str]:
    if isinstance(topics, str):
        raise TypeError("topics is a collection of topic names, not one name")
    return frozenset(topics)
