"""Ending a connection without an answer, as a broken network does."""

import asyncio
from collections.abc import Callable

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_KEY = "sandbox.cut"
# What is Stripe's, not the sandbox's own face: those must still let somebody heal it.
_STRIPES = ("/v1/", "/v2/", "/oauth/", "/c/", "/p/", "/receipts/", "/setup/")


class Cutting:
    """The outermost layer: it alone sees the server's own ``send``, and so the connection.

    While ``is_down`` says so it cuts whatever is not the sandbox's own face.
    """

    def __init__(self, app: ASGIApp, is_down: Callable[[], bool]) -> None:
        self.app = app
        self._is_down = is_down

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            transport = getattr(getattr(send, "__self__", None), "transport", None)
            scope[_KEY] = transport.abort if transport else None
            stripes = scope["path"].startswith(_STRIPES)
            if stripes and self._is_down():
                await NoAnswer()(scope, receive, send)
                return
        await self.app(scope, receive, send)


class NoAnswer(Response):
    """A response that is none: the connection is gone."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        abort = scope.get(_KEY)
        if abort is None:
            # Not behind a real server: nothing can be cut, so at least nothing is promised.
            await Response(status_code=503)(scope, receive, send)
            return
        abort()
        # The server learns of it in the loop's next rounds; until then it would say 500.
        for _ in range(3):
            await asyncio.sleep(0)
