"""The only file that touches Reflex's private parts: sockets, deltas, the event namespace.

Written against Reflex 0.10.1. tests/live/test_wire.py holds every assumption made here, the
frame byte for byte included; run it first when Reflex is upgraded.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import reflex as rx
from reflex.app import EventNamespace
from reflex.state import StateUpdate
from reflex_base.constants.state import FIELD_MARKER

from fsm_portal.live.throttle import Throttle

log = logging.getLogger(__name__)

VIEW = "view"
EVENT = "event"
# Sockets per emit: the frame is encoded once for each chunk, and other work gets a turn between.
CHUNK = 250
# Frames a socket may leave unread before it is closed. A browser that comes back reconnects and
# is shown the present state, so nothing is lost but the frames nobody read.
BACKLOG = 64

Delta = dict[str, dict[str, Any]]


class LiveTab(rx.State):
    """What the hub tells a tab about itself. Push-only, like every ``view``."""

    # The session this tab was opened with is over: nothing more will be sent to it.
    signed_out: bool = False


def check(page: type[rx.State]) -> None:
    """Refuse a page whose view could not be pushed rightly. Raises TypeError."""
    name = page.__name__
    if VIEW not in page.base_vars:
        raise TypeError(f"{name} has load_view but declares no var `{VIEW}`")
    if "load_view" in page.event_handlers:
        raise TypeError(f"{name}.load_view could be called by clients: make it a classmethod")
    if page._var_dependencies.get(VIEW):
        raise TypeError(f"{name} computes vars from `{VIEW}`: put them into the view instead")
    if page._always_dirty_computed_vars:
        raise TypeError(f"{name} has uncached computed vars, which a push would send along")


class Wire:
    """The sockets of one worker process."""

    def __init__(self, app: rx.App) -> None:
        if app.event_namespace is None or app.sio is None:
            raise RuntimeError("live push needs an rx.App with state enabled")
        self._namespace: EventNamespace = app.event_namespace
        self._sio = app.sio
        states = app._registration_context.base_states.values()
        self.pages = frozenset(
            state for state in states if issubclass(state, rx.State) and hasattr(state, "load_view")
        )
        for page in self.pages:
            check(page)
        self._page_names = {page.get_full_name() for page in self.pages}
        self._open: set[str] = set()
        self._scratch: dict[type[rx.State], rx.State] = {}
        self._cutting: set[asyncio.Task[None]] = set()

    @contextlib.contextmanager
    def tapped(self, throttle: Throttle, closed: Callable[[str], None]) -> Iterator[None]:
        """Stand between the sockets and Reflex.

        Inwards, notice who comes and goes, and slow down floods. Outwards, keep the empty views
        of server state out of Reflex's own updates: at a reconnect they would wipe what the tab
        still shows, for a flash.
        """
        namespace, dispatch = self._namespace, self._namespace.trigger_event
        emit_update = namespace.emit_update

        async def trigger_event(event: str, sid: str, *args: Any) -> Any:
            if event == "connect":
                # Before Reflex sees it: the connect packet already carries the first event.
                self._open.add(sid)
                try:
                    return await dispatch(event, sid, *args)
                except BaseException:
                    self._open.discard(sid)
                    raise
            if event == "disconnect":
                self._open.discard(sid)
                throttle.forget(sid)
                closed(sid)
            elif wait := throttle.delay(sid):
                await asyncio.sleep(wait)
            return await dispatch(event, sid, *args)

        async def emit_without_views(update: StateUpdate, token: str) -> None:
            await emit_update(self._without_views(update), token)

        namespace.trigger_event = trigger_event
        namespace.emit_update = emit_without_views
        try:
            yield
        finally:
            namespace.trigger_event, namespace.emit_update = dispatch, emit_update

    def _without_views(self, update: StateUpdate) -> StateUpdate:
        if self._page_names.isdisjoint(update.delta):
            return update
        delta = {
            state: {name: value for name, value in changes.items() if name != VIEW + FIELD_MARKER}
            if state in self._page_names
            else changes
            for state, changes in update.delta.items()
        }
        return StateUpdate(delta=delta, events=update.events)

    def is_open(self, sid: str) -> bool:
        """Whether the socket is connected to this process."""
        return sid in self._open

    def delta(self, page: type[rx.State], name: str, value: Any) -> Delta:
        """The delta Reflex itself would send for ``page.name = value``."""
        scratch = self._scratch.get(page)
        if scratch is None:
            scratch = page(_reflex_internal_init=True, init_substates=False)
            self._scratch[page] = scratch
        setattr(scratch, name, value)
        delta: Delta = scratch.get_delta()
        scratch._clean()
        return delta

    def blank(self) -> Delta:
        """The delta that empties every page's view and says that the session is over."""
        delta = self.delta(LiveTab, "signed_out", True)
        for page in self.pages:
            delta |= self.delta(page, VIEW, page.get_fields()[VIEW].default_value())
        return delta

    async def send(self, delta: Delta, sids: Sequence[str]) -> None:
        """Send one delta to these sockets, closing the ones that do not keep up."""
        ready = [sid for sid in sids if self._keeps_up(sid)]
        update = StateUpdate(delta=delta)
        for start in range(0, len(ready), CHUNK):
            await self._namespace.emit(EVENT, update, to=ready[start : start + CHUNK])

    def _keeps_up(self, sid: str) -> bool:
        socket = self._sio.eio.sockets.get(
            self._sio.manager.eio_sid_from_sid(sid, self._namespace.namespace)
        )
        if socket is None:
            return False
        if socket.queue.qsize() < BACKLOG:
            return True
        if not socket.closed:
            log.warning("closing a socket with %d unread frames", socket.queue.qsize())
            self._cutting.add(cutting := asyncio.create_task(_cut(socket)))
            cutting.add_done_callback(self._cutting.discard)
        return False


async def _cut(socket: Any) -> None:
    while not socket.queue.empty():
        socket.queue.get_nowait()
        socket.queue.task_done()
    # Engine.IO's own "close" makes the browser reconnect; None ends the writer after it.
    await socket.close(wait=False)
    await socket.queue.put(None)
