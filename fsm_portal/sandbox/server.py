"""The web server: API, hosted pages and the sandbox's own endpoints in one Starlette app."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from fsm_portal.sandbox import bank_debits
from fsm_portal.sandbox.api import Api
from fsm_portal.sandbox.control import Control
from fsm_portal.sandbox.cut import Cutting
from fsm_portal.sandbox.errors import StripeError
from fsm_portal.sandbox.oauth import OAuth
from fsm_portal.sandbox.pages import render
from fsm_portal.sandbox.pages import routes as page_routes
from fsm_portal.sandbox.resources import NOUNS, TASKS, account, webhook_endpoint
from fsm_portal.sandbox.sandbox import Sandbox
from fsm_portal.sandbox.settings import Settings

log = logging.getLogger("stripe-sandbox")


def build(settings: Settings) -> ASGIApp:
    """The app on the data of ``settings``; its lifespan runs deliveries and timed tasks."""
    sandbox = Sandbox(settings)
    sandbox.schedule.tasks.update({**TASKS, **bank_debits.TASKS})
    for noun in NOUNS.values():
        for names in noun.indexed:
            sandbox.store.index(noun.kind, *names.split())
    account.ensure_platform(sandbox)
    for target in settings.webhooks:
        webhook_endpoint.ensure(sandbox, target)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        running = asyncio.create_task(sandbox.run())
        running.add_done_callback(_ended)
        try:
            yield
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running
            sandbox.store.close()
            sandbox.record.close()

    api, control, connect = Api(sandbox), Control(sandbox), OAuth(sandbox)
    methods = ["GET", "POST", "DELETE", "PUT", "PATCH"]
    routes: list[BaseRoute] = [
        Route("/v1/{path:path}", api.answer, methods=methods),
        Route("/v2/{path:path}", api.answer, methods=methods),
        *control.routes(),
        Route("/oauth/token", connect.token, methods=["POST"]),
        Route("/oauth/deauthorize", connect.deauthorize, methods=["POST"]),
        *page_routes(sandbox),
    ]

    async def elsewhere(request: Request) -> Response:
        """Neither a page nor the API: a person reads a page, a program Stripe's own 404."""
        if "authorization" in request.headers:
            return await api.answer(request)
        return render.page("missing.html", 404)

    routes.append(Route("/{path:path}", elsewhere, methods=methods))
    # Other names for this machine could be a web page's trick to reach a loopback server.
    hosts = {"127.0.0.1", "localhost", urlsplit(settings.public_url).hostname or "localhost"}
    guard = Middleware(TrustedHostMiddleware, allowed_hosts=sorted(hosts), www_redirect=False)
    app = Starlette(
        routes=routes,
        middleware=[guard],
        exception_handlers={StripeError: _unreadable},
        lifespan=lifespan,
    )
    return Cutting(app, lambda: sandbox.faults.down)


async def _unreadable(_request: Request, refused: Exception) -> Response:
    """A page was sent a form that nobody can read."""
    assert isinstance(refused, StripeError)
    return PlainTextResponse(str(refused), refused.status)


def _ended(running: asyncio.Task[None]) -> None:
    """Without deliveries and timed tasks the sandbox would only look alive: better to stop."""
    if not running.cancelled() and (failure := running.exception()):
        log.critical("Deliveries or timed tasks ended; stopping", exc_info=failure)
        signal.raise_signal(signal.SIGTERM)
