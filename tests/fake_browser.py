"""A browser without a screen: one tab that speaks to the served app as Reflex's front end does.

    with serve(app) as server:
        dana = FakeBrowser(server)
        dana.post("/sign-in/abc123")                  # plain HTTP; cookies are kept
        with dana:
            dana.open("/portal/invoices/42/")         # websocket, hydrate, on_load, first push
            assert dana.view(InvoicePage).status == "Unpaid"
            dana.call(InvoicePage.pay, {"amount": "10.00"})
            dana.wait_until(InvoicePage, lambda view: view.status == "Paid")

Everything runs in this process over Starlette's TestClient, in milliseconds. ``open`` and ``call``
come back when the server has finished what they started, so a test can also say that something
did *not* happen.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from types import SimpleNamespace, TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import anyio
import httpx
import reflex as rx
from reflex.istate.delta import _resolve_delta
from reflex.state import BaseState
from reflex.utils.format import format_event_handler, json_dumps
from reflex_base.environment import environment
from reflex_base.registry import RegistrationContext
from starlette.testclient import TestClient, WebSocketTestSession

from fsm_portal import live
from fsm_portal.config import settings

HYDRATE = "reflex___state____state.hydrate_and_load"
ON_LOAD = "reflex___state____state.reflex___state____on_load_internal_state.on_load_internal"
SUFFIX = "_rx_state_"
# Only a server that hangs takes so long, however busy the machine is.
PATIENCE = 60.0
_asgi_apps: dict[int, Any] = {}


class Server:
    """An app being served, and the thread its event loop runs in."""

    def __init__(self, app: rx.App, client: TestClient) -> None:
        self.app, self.client = app, client

    def run(self, function: Callable[..., Any], *args: Any) -> Any:
        """Call an async or plain function on the server's event loop."""
        return self.client.portal.call(function, *args)

    def settle(self) -> None:
        """Return when no event is being handled and every ring so far has been served."""
        self.run(self._settle)

    def initial_states(self) -> dict[str, dict[str, Any]]:
        """Every State's vars as they are compiled into the front end."""
        return json.loads(self._initial_states)

    @cached_property
    def _initial_states(self) -> str:
        async def at_build_time() -> str:
            assert self.app._state is not None
            root = self.app._state(_reflex_internal_init=True)
            return json_dumps(await _resolve_delta(root.dict(initial=True)))

        return self.run(at_build_time)

    async def _settle(self) -> None:
        with anyio.fail_after(PATIENCE):
            while True:
                await live.idle()
                processor = self.app.event_processor
                if not (processor._tasks or processor._token_queues or processor._queue.qsize()):
                    await live.idle()
                    return
                await anyio.sleep(0.001)


@contextmanager
def serve(app: rx.App) -> Iterator[Server]:
    """Serve ``app`` with its routes and lifespan tasks, without building the front end."""
    environment.REFLEX_SKIP_COMPILE.set(True)
    # Each app has its own list of States; whoever tests several makes each the current one.
    token = RegistrationContext.set(app._registration_context)
    try:
        if id(app) not in _asgi_apps:  # an app can be put together only once
            _asgi_apps[id(app)] = app()
        with TestClient(_asgi_apps[id(app)], base_url=settings().base_url) as client:
            yield Server(app, client)
    finally:
        RegistrationContext.reset(token)


class FakeBrowser:
    """One browser with one tab. ``cookie`` is a Cookie header, or share another's ``cookies``."""

    def __init__(
        self,
        server: Server,
        cookie: str = "",
        *,
        cookies: httpx.Cookies | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.server = server
        self.http = TestClient(server.client.app, base_url=str(server.client.base_url))
        self.http.portal = server.client.portal  # the same event loop
        self.http.cookies = httpx.Cookies(cookies)
        for pair in filter(None, cookie.split(";")):
            name, _, value = pair.strip().partition("=")
            self.http.cookies.set(name, value)
        # As browsers do, on sockets and on posts.
        self.headers = {"origin": str(server.client.base_url).rstrip("/"), **(headers or {})}
        self.token = str(uuid4())
        self.path = "/"
        # What the tab keeps by itself, as a browser's session storage does.
        self.kept: dict[str, Any] = {}
        self._socket: WebSocketTestSession | None = None
        self._show_the_built_page()

    def _show_the_built_page(self) -> None:
        self.states: dict[str, dict[str, Any]] = self.server.initial_states()
        self._listen_anew()

    def _listen_anew(self) -> None:
        self.frames: list[str] = []
        self.deltas: list[dict[str, dict[str, Any]]] = []
        self.events: list[dict[str, Any]] = []
        self.pongs = 0
        self.closed = False

    # ── Plain HTTP, as the address bar and forms do it ──────────────────────────────────────

    @property
    def cookies(self) -> httpx.Cookies:
        return self.http.cookies

    def get(self, url: str, **how: Any) -> httpx.Response:
        return self.http.get(url, **how)

    def post(
        self, url: str, *, headers: dict[str, str] | None = None, **how: Any
    ) -> httpx.Response:
        return self.http.post(url, headers={**self.headers, **(headers or {})}, **how)

    # ── The websocket ───────────────────────────────────────────────────────────────────────

    def open(self, path: str) -> Self:
        """Load ``path`` in the tab: a new socket, hydrate, on_load, and the first push."""
        self.close()
        self._keep()
        self._show_the_built_page()
        self.path = path
        return self._connect()

    def reconnect(self) -> Self:
        """Lose the connection and come back to the same page; it shows what it showed."""
        self.close()
        self._keep()
        self._listen_anew()
        return self._connect()

    def _connect(self) -> Self:
        self._socket = self.http.websocket_connect(
            f"{self._websocket_url}/_event/?token={self.token}&EIO=4&transport=websocket",
            headers={**self.headers, "upgrade": "websocket"},
        ).__enter__()
        boot = self._event(HYDRATE, {"vars": self.kept})
        self._write(f"40{self._namespace},{json.dumps({'event': boot})}")
        self.settle()
        return self

    def _keep(self) -> None:
        for page in _states(rx.State):
            for name in filter(page._is_client_storage, page.base_vars):
                key = f"{name}{SUFFIX}"
                shown = self.states.get(page.get_full_name(), {})
                if key in shown:
                    self.kept[f"{page.get_full_name()}.{key}"] = shown[key]

    def navigate(self, path: str, *, settle: bool = True) -> Self:
        """Follow a link inside the app: the same socket, the new page's on_load."""
        self.path = path
        self.call(ON_LOAD, settle=settle)
        return self

    def call(
        self,
        handler: str | rx.EventHandler,
        payload: Any = None,
        *,
        settle: bool = True,
        router_data: dict[str, Any] | None = None,
    ) -> None:
        """Send an event: a handler of a State class, or any full name, with any payload."""
        name = handler if isinstance(handler, str) else format_event_handler(handler)
        event = self._event(name, {} if payload is None else payload)
        event["router_data"].update(router_data or {})
        self.send("event", event)
        if settle:
            self.settle()

    def send(self, event: str, *data: Any) -> None:
        """Send a raw Socket.IO event."""
        self._write(f"42{self._namespace},{json.dumps([event, *data])}")

    def settle(self) -> None:
        """Return when the server has handled everything this tab sent, and all of it is read."""
        self._ping()  # events are handled in order: what was sent before is now known
        self.server.settle()
        self._ping()  # frames are sent in order: what was pushed before has now arrived

    def wait_until(
        self,
        state: type[rx.State],
        seen: Callable[[SimpleNamespace], bool],
        timeout: float = PATIENCE,
    ) -> SimpleNamespace:
        """Read frames until ``seen(view)`` holds, and return that view.

        Raises AssertionError after ``timeout`` seconds.
        """
        deadline = time.monotonic() + timeout
        while not seen(view := self.view(state)):
            if self.closed or not self._read(deadline - time.monotonic()):
                raise AssertionError(f"not seen within {timeout} s; the view is {view}")
        return view

    # ── What is on the screen ───────────────────────────────────────────────────────────────

    def view(self, state: type[rx.State]) -> SimpleNamespace:
        """The page's view as last received, with attribute access all the way down."""
        return self.var(state, "view")

    def var(self, state: type[rx.State], name: str) -> Any:
        """Any var of a State as last received."""
        self.read_all()
        return _with_attributes(self.states[state.get_full_name()][name + SUFFIX])

    @property
    def redirected_to(self) -> str | None:
        """Where the server last told the browser to go."""
        self.read_all()
        paths = [e["payload"].get("path") for e in self.events if e["name"] == "_redirect"]
        return paths[-1] if paths else None

    # ── Underneath ──────────────────────────────────────────────────────────────────────────

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the tab."""
        if self._socket is not None:
            socket, self._socket = self._socket, None
            socket.close()
            self.server.run(self._gone)
            socket.__exit__(None, None, None)

    async def _gone(self) -> None:
        # TestClient cancels the server's side next, which would skip its own clean-up.
        assert self.server.app.event_namespace is not None
        with anyio.move_on_after(0.5):
            while self.token in self.server.app.event_namespace.token_to_sid:  # noqa: ASYNC110
                await anyio.sleep(0.001)

    @property
    def _websocket_url(self) -> str:
        # Absolute, so that the cookies of this host go along.
        return str(self.server.client.base_url).rstrip("/").replace("http", "ws", 1)

    @property
    def _namespace(self) -> str:
        assert self.server.app.event_namespace is not None
        return self.server.app.event_namespace.namespace

    def _event(self, name: str, payload: Any) -> dict[str, Any]:
        address = urlsplit(self.path)
        query = dict(parse_qsl(address.query)) | self._route_arguments(address.path)
        router_data = {"pathname": address.path, "asPath": self.path, "query": query}
        return {"name": name, "payload": payload, "router_data": router_data}

    def _route_arguments(self, path: str) -> dict[str, str]:
        route = self.server.app.router(path) or ""
        pairs = zip(route.strip("/").split("/"), path.strip("/").split("/"), strict=False)
        return {part[1:-1]: value for part, value in pairs if part.startswith("[")}

    def _write(self, packet: str) -> None:
        assert self._socket is not None, "open a page first"
        self._socket.send_text(packet)

    def _ping(self) -> None:
        self.send("ping")
        deadline, expected = time.monotonic() + PATIENCE, self.pongs + 1
        while self.pongs < expected and not self.closed:
            if not self._read(deadline - time.monotonic()):
                raise AssertionError("the server does not answer")

    def read_all(self) -> None:
        """Take in every frame that has arrived."""
        while not self.closed and self._read(0):
            pass

    def _read(self, timeout: float) -> bool:
        if self._socket is None:
            return False
        message = self.server.run(_receive, self._socket, max(0.0, timeout))
        if message is None:
            return False
        if message["type"] != "websocket.send":
            self.closed = True
            return True
        packet = message["text"]
        if packet == "2":
            self._write("3")
        elif packet == "1" or packet.startswith(f"41{self._namespace}"):
            self.closed = True
        elif packet.startswith(f"42{self._namespace},"):
            self.frames.append(packet)
            self._take(*json.loads(packet.partition(",")[2]))
        return True

    def _take(self, event: str, data: Any = None) -> None:
        if event == "ping":
            self.pongs += 1
        elif event == "new_token":
            self.token = data
        elif event == "event":
            self.events += data.get("events", [])
            delta = data.get("delta", {})
            if delta:
                self.deltas.append(delta)
            for state, changes in delta.items():
                self.states.setdefault(state, {}).update(changes)


async def _receive(socket: WebSocketTestSession, wait: float) -> dict[str, Any] | None:
    if wait == 0:
        try:
            return socket._send_rx.receive_nowait()
        except anyio.WouldBlock:
            return None
    with anyio.move_on_after(wait):
        return await socket._send_rx.receive()
    return None


def _with_attributes(value: Any) -> Any:
    if isinstance(value, dict):
        return SimpleNamespace(**{key: _with_attributes(inner) for key, inner in value.items()})
    if isinstance(value, list):
        return [_with_attributes(inner) for inner in value]
    return value


def _states(root: type[BaseState]) -> Iterator[type[BaseState]]:
    yield root
    for below in root.get_substates():
        yield from _states(below)
