"""The baseline of bench/live.py: python-socketio alone, a room per topic, no authorisation.

It checks the same signature and makes the same commit, by the same flow. What it sends is as long
as the portal's own view, but nothing is read for it.
"""

import asyncio
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import parse_qs

import socketio
from reflex_base.constants import Ping
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from bench.live_cast import DOLLAR, OWED_CENTS
from fsm_portal.domain.staff import Role
from fsm_portal.flows.from_stripe.receive_stripe_event import receive_webhook
from fsm_portal.flows.home.show_home import show_home
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.overview.show_overview import show_overview

NAMESPACE = "/_event"
PAGE = """<!doctype html><title>Bare</title><p id=owed></p><script>
const topic = new URLSearchParams(location.search).get("topic");
const query = `topic=${topic}&EIO=4&transport=websocket`;
const socket = new WebSocket(`ws://${location.host}/_event/?${query}`);
socket.onmessage = ({data}) => {
    if (data[0] === "0") socket.send("40/_event,");
    if (data === "2") socket.send("3");
    if (!data.startsWith("42/_event,")) return;
    const [, message] = JSON.parse(data.slice(10));
    document.getElementById("owed").textContent = message.delta.home.owed;
};
</script>"""


@dataclass(frozen=True)
class Room:
    """Whoever watches one topic. ``owed`` is in cents, as it was before the first payment."""

    page: str
    view: dict[str, Any]
    owed: int

    def message(self, payments: int) -> dict[str, Any]:
        owed = f"${(self.owed - payments * DOLLAR) // 100:,}.00"
        if self.page == "home":
            return {"delta": {"home": self.view | {"owed": owed}}}
        outstanding = self.view["outstanding"] | {"amount": owed}
        return {"delta": {"overview": self.view | {"outstanding": outstanding}}}


def _room(topic: str) -> Room:
    kind, company_id, *customer_id = topic.split(":")
    if kind == "customer":
        view = show_home(Scope("customer", company_id, customer_id[0], None))
        return Room("home", asdict(view), OWED_CENTS)
    overview = show_overview(Scope("staff", company_id, None, Role.OWNER))
    # "500 invoices", each of them as large.
    invoices = int(overview.outstanding.note.split()[0])
    return Room("overview", asdict(overview), invoices * OWED_CENTS)


def make_app() -> ASGIApp:
    """The whole server."""
    rooms: dict[str, Room] = {}
    payments: Counter[str] = Counter()
    sio = socketio.AsyncServer(
        async_mode="asgi",
        transports=["websocket"],
        allow_upgrades=False,
        async_handlers=False,
        ping_interval=Ping.INTERVAL,
        ping_timeout=Ping.TIMEOUT,
    )

    @sio.on("connect", namespace=NAMESPACE)
    async def connect(sid: str, environ: dict[str, str]) -> None:
        topic = parse_qs(environ["QUERY_STRING"])["topic"][0]
        if topic not in rooms:
            rooms[topic] = _room(topic)
        await sio.enter_room(sid, topic, namespace=NAMESPACE)
        await sio.emit("event", rooms[topic].message(payments[topic]), to=sid, namespace=NAMESPACE)

    async def webhook(request: Request) -> Response:
        signature = request.headers["stripe-signature"]
        rung = await asyncio.to_thread(receive_webhook, await request.body(), signature, True)
        payments.update(rung)
        for topic in rung & rooms.keys():
            message = rooms[topic].message(payments[topic])
            await sio.emit("event", message, room=topic, namespace=NAMESPACE)
        return Response("ok")

    async def page(_request: Request) -> Response:
        return HTMLResponse(PAGE)

    return Starlette(
        routes=[
            Route("/", page),
            Route("/stripe/webhooks/connect", webhook, methods=["POST"]),
            Mount("/_event", socketio.ASGIApp(sio, socketio_path="")),
        ]
    )
