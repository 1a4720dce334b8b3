"""The baseline of bench/live.py: python-socketio alone, a room per invoice, no authorisation."""

import asyncio
import os
from urllib.parse import parse_qs

import socketio
from reflex_base.constants import Ping
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from bench.live_shared import Books, checked, lines_of

NAMESPACE = "/_event"


def make_app() -> ASGIApp:
    books = Books(os.environ["BENCH_LIVE_DATABASE"])
    sio = socketio.AsyncServer(
        async_mode="asgi",
        transports=["websocket"],
        allow_upgrades=False,
        async_handlers=False,
        ping_interval=Ping.INTERVAL,
        ping_timeout=Ping.TIMEOUT,
    )

    def message(invoice: str, serial: int) -> dict[str, object]:
        names = ("description", "quantity", "amount")
        return {
            "serial": serial,
            "number": invoice,
            "customer": "Harbor View Apartments",
            "status": "Paid",
            "lines": [dict(zip(names, line, strict=True)) for line in lines_of(invoice)],
        }

    @sio.on("connect", namespace=NAMESPACE)
    async def connect(sid: str, environ: dict[str, str]) -> None:
        invoice = parse_qs(environ["QUERY_STRING"])["invoice"][0]
        await sio.enter_room(sid, invoice, namespace=NAMESPACE)
        await sio.emit("event", message(invoice, 0), to=sid, namespace=NAMESPACE)

    async def webhook(request: Request) -> Response:
        event = checked(await request.body(), request.headers)
        await asyncio.to_thread(books.record, event["invoice"], event["serial"])
        await sio.emit(
            "event",
            message(event["invoice"], event["serial"]),
            room=event["invoice"],
            namespace=NAMESPACE,
        )
        return Response("ok")

    return Starlette(
        routes=[
            Route("/hook", webhook, methods=["POST"]),
            Mount("/_event", socketio.ASGIApp(sio, socketio_path="")),
        ]
    )
