"""Hundreds of browser tabs in one process: WebSocket and Engine.IO with no library in between.

A tab only notes which serial number it last saw and when all of its kind have seen it, so that
what is measured is the server and not the reader.
"""

import asyncio
import base64
import json
import os
import re
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

PATIENCE = 60.0


@dataclass(frozen=True)
class TabSpec:
    """How to open one tab: where to connect, as whom, and what its first packet says."""

    path: str
    connect: str
    group: str
    cookie: str = ""


class Tab(asyncio.Protocol):
    """One open tab; calls ``seen(what)`` for every frame in which ``marker`` matches."""

    def __init__(self, spec: TabSpec, marker: re.Pattern[bytes], seen: Callable[[bytes], None]):
        self._spec, self._marker, self._seen = spec, marker, seen
        self._buffer = bytearray()
        self._upgraded = False
        self.shown = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        cookie = f"Cookie: {self._spec.cookie}\r\n" if self._spec.cookie else ""
        transport.write(
            f"GET {self._spec.path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n{cookie}"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._upgraded:
            head, found, rest = bytes(self._buffer).partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head.split(b"\r\n")[0]:
                self.shown.set_exception(ConnectionError(head.decode(errors="replace")[:200]))
                return
            self._upgraded, self._buffer = True, bytearray(rest)
        while (frame := self._next_frame()) is not None:
            self._take(frame)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.shown.done():
            self.shown.set_exception(ConnectionError(f"closed before its first view: {error}"))

    def close(self) -> None:
        self._transport.close()

    def _next_frame(self) -> bytes | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        length, start = buffer[1] & 127, 2
        if length >= 126:
            form, start = (">H", 4) if length == 126 else (">Q", 10)
            if len(buffer) < start:
                return None
            (length,) = struct.unpack_from(form, buffer, 2)
        if len(buffer) < start + length:
            return None
        opcode, payload = buffer[0] & 15, bytes(buffer[start : start + length])
        del buffer[: start + length]
        if opcode == 9:
            self._write(10, payload)
            return b""
        return payload if opcode in (1, 2) else b""

    def _take(self, packet: bytes) -> None:
        if packet == b"2":
            self._write(1, b"3")
        elif packet[:1] == b"0":
            self._write(1, self._spec.connect.encode())
        elif packet[:2] == b"42":
            for match in self._marker.finditer(packet):
                if not self.shown.done():
                    self.shown.set_result(None)
                self._seen(match[1])

    def _write(self, opcode: int, payload: bytes) -> None:
        # Clients mask their frames; a mask of zeros is a mask.
        if len(payload) < 126:
            head = struct.pack(">BB", 128 | opcode, 128 | len(payload))
        else:
            head = struct.pack(">BBH", 128 | opcode, 128 | 126, len(payload))
        self._transport.write(head + bytes(4) + payload)


@dataclass
class Group:
    """Tabs that watch the same thing, and when the last of them saw which serial."""

    tabs: list[Tab] = field(default_factory=list)
    latest: int = 0
    _waiting: dict[int, tuple[int, asyncio.Future[float]]] = field(default_factory=dict)
    _seen: list[int] = field(default_factory=list)

    def saw(self, index: int, serial: int) -> None:
        before, self._seen[index] = self._seen[index], serial
        for awaited, (missing, done) in list(self._waiting.items()):
            if before < awaited <= serial:
                if missing == 1:
                    del self._waiting[awaited]
                    if not done.done():
                        done.set_result(time.perf_counter())
                else:
                    self._waiting[awaited] = (missing - 1, done)

    def when_all_saw(self, serial: int) -> "asyncio.Future[float]":
        """The moment (``perf_counter``) at which every tab has seen ``serial`` or later."""
        done: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        missing = sum(1 for seen in self._seen if seen < serial)
        if missing:
            self._waiting[serial] = (missing, done)
        else:
            done.set_result(time.perf_counter())
        return done

    def add(self) -> int:
        self._seen.append(0)
        return len(self._seen) - 1


class Crowd:
    """All tabs open on one server, by group."""

    def __init__(
        self, port: int, marker: re.Pattern[bytes], serial: Callable[[bytes], int]
    ) -> None:
        self._port, self._marker, self._serial = port, marker, serial
        self.groups: dict[str, Group] = {}

    async def open(self, specs: list[TabSpec], at_once: int = 20) -> None:
        """Open these tabs and wait until each shows its first view."""
        turn = asyncio.Semaphore(at_once)

        async def one(spec: TabSpec) -> None:
            group = self.groups.setdefault(spec.group, Group())
            index = group.add()

            def saw(what: bytes) -> None:
                group.saw(index, self._serial(what))

            async with turn:
                _, tab = await asyncio.get_running_loop().create_connection(
                    lambda: Tab(spec, self._marker, saw),
                    "127.0.0.1",
                    self._port,
                )
                group.tabs.append(tab)
                await asyncio.wait_for(tab.shown, PATIENCE)

        await asyncio.gather(*(one(spec) for spec in specs))

    def __len__(self) -> int:
        return sum(len(group.tabs) for group in self.groups.values())

    def close(self) -> None:
        for group in self.groups.values():
            for tab in group.tabs:
                tab.close()


class Poster:
    """One kept-alive HTTP connection that posts, with nothing in between either."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._writer: asyncio.StreamWriter | None = None

    async def connect(self) -> None:
        """Open the connection, anew if there was one."""
        if self._writer is not None:
            self._writer.close()
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    async def post(self, path: str, body: bytes, headers: dict[str, str]) -> int:
        """The status code of the answer, read whole."""
        assert self._writer is not None
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._writer.write(
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n{lines}\r\n".encode()
            + body
        )
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.I)
        if length:
            await self._reader.readexactly(int(length[1]))
        return int(head.split(b" ", 2)[1])


def boot_packet(namespace: str, path: str) -> str:
    """The connect packet of Reflex's front end for the page at ``path``, with its first event."""
    address = urlsplit(path)
    event = {
        "name": "reflex___state____state.hydrate_and_load",
        "payload": {},
        "router_data": {
            "pathname": address.path,
            "asPath": path,
            "query": dict(parse_qsl(address.query)),
        },
    }
    return f"40{namespace},{json.dumps({'event': event})}"
