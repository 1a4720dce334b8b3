"""The web server: API, hosted pages and the sandbox's own endpoints in one Starlette app."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import BaseRoute, Route

from fsm_portal.sandbox.api import Api
from fsm_portal.sandbox.control import Control
from fsm_portal.sandbox.pages import routes as page_routes
from fsm_portal.sandbox.resources import NOUNS, TASKS, account, webhook_endpoint
from fsm_portal.sandbox.sandbox import Sandbox
from fsm_portal.sandbox.settings import Settings


def build(settings: Settings) -> Starlette:
    """The app on the data of ``settings``; its lifespan runs deliveries and timed tasks."""
    sandbox = Sandbox(settings)
    sandbox.schedule.tasks.update(TASKS)
    for noun in NOUNS.values():
        sandbox.store.index(noun.kind, *noun.indexed)
    account.ensure_platform(sandbox)
    for target in settings.webhooks:
        webhook_endpoint.ensure(sandbox, target)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        running = asyncio.create_task(sandbox.run())
        try:
            yield
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running
            sandbox.store.close()

    api, control = Api(sandbox), Control(sandbox)
    methods = ["GET", "POST", "DELETE", "PUT", "PATCH"]
    routes: list[BaseRoute] = [
        Route("/v1/{path:path}", api.answer, methods=methods),
        Route("/v2/{path:path}", api.answer, methods=methods),
        Route("/sandbox/accounts", control.accounts, methods=["POST"]),
        Route("/sandbox/latency", control.latency, methods=["POST"]),
        *page_routes(sandbox),
    ]
    # Other names for this machine could be a web page's trick to reach a loopback server.
    hosts = {"127.0.0.1", "localhost", urlsplit(settings.public_url).hostname or "localhost"}
    guard = Middleware(TrustedHostMiddleware, allowed_hosts=sorted(hosts), www_redirect=False)
    return Starlette(routes=routes, middleware=[guard], lifespan=lifespan)
