"""The portal's plain routes, behind their gate: for a test client, or really served."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from fsm_portal.config import settings
from fsm_portal.routes import (
    access,
    billing_portal,
    database_away,
    documents,
    exports,
    front_door,
    health,
    imports,
    link,
    logo_upload,
    logos,
    reminders,
    session,
    sign_in,
    sign_up,
    stripe_connect,
    stripe_webhooks,
)
from fsm_portal.routes.gate import Gate
from fsm_portal.routes.origins import allowed_origins


def plain_routes() -> ASGIApp:
    """What answers beside Reflex, as fsm_portal.fsm_portal puts it together."""
    rooms = (
        health,
        front_door,
        sign_in,
        sign_up,
        link,
        access,
        session,
        documents,
        exports,
        imports,
        billing_portal,
        logos,
        logo_upload,
        reminders,
        stripe_connect,
        stripe_webhooks,
    )
    app = Starlette(
        routes=[route for room in rooms for route in room.routes],
        exception_handlers=database_away.handlers,
    )
    return Gate(app, allowed_origins(settings().base_url))


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Serve ``app`` on a free port of loopback in a thread; gives its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(5)
        listening.close()
