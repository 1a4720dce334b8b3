"""Turns away what no page of ours ever sends, before anything reads it."""

import asyncio
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fsm_portal.domain.company_scope import begin_outside

# The largest honest request is a Stripe event, a few dozen kilobytes.
MAX_BODY_BYTES = 1024 * 1024
# A picture as it comes from a camera or a designer; gateways/logo says no to more.
LARGER_BODIES = {
    "/dashboard/settings/branding/logo": 5 * 1024 * 1024,
    # A CSV file to import; flows/importing/uploads says no to more.
    "/dashboard/import/file": 10 * 1024 * 1024,
}
MAX_BODY_SECONDS = 20.0

_SAFE = {"GET", "HEAD", "OPTIONS"}
_OURS = {"same-origin", "none"}
# Reflex's endpoint for files. No page of ours takes any.
_UPLOADS = "/_upload"


@dataclass(frozen=True)
class Refusal:
    status: int
    text: str


_TOO_LARGE = Refusal(413, "The request is too large.")
_TOO_SLOW = Refusal(408, "The request took too long.")
_FORGED = Refusal(403, "This form belongs to another site.")
_NOT_FOUND = Refusal(404, "Not Found")


class Gate:
    """ASGI wrapper: foreign websockets, forged form posts, uploads, endless bodies.

    What comes in begins within no company: whoever it is for is found out further in.
    """

    def __init__(self, app: ASGIApp, origins: tuple[str, ...]) -> None:
        self.app = app
        self.origins = frozenset(origins)
        self.scheme = origins[0].split(":", 1)[0]
        self.hosts = frozenset(origin.partition("://")[2].encode() for origin in origins)
        self.host = origins[0].partition("://")[2].encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begin_outside()
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Browsers always name the page's origin; the cookie goes along whatever it is."""
        origin = Headers(scope=scope).get("origin")
        if origin is None or origin in self.origins:
            await self.app(scope, receive, send)
            return
        await receive()
        # Closing before accepting answers the handshake with 403.
        await send({"type": "websocket.close", "code": 1008})

    def _ours(self, name: bytes, value: bytes) -> tuple[bytes, bytes]:
        is_foreign = name == b"host" and value.lower() not in self.hosts
        return name, self.host if is_foreign else value

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if refusal := refusal_of(scope):
            await _answer(refusal, scope, receive, send)
            return
        # TLS ends at a proxy before us: redirects must not lead back to plain http, nor to whatever
        # address a request names.
        scope["scheme"] = self.scheme
        scope["headers"] = [self._ours(*header) for header in scope["headers"]]
        body = _LimitedBody(receive, most_bytes(scope["path"]))
        started = False

        async def send_unless_refused(message: Message) -> None:
            nonlocal started
            if body.refusal is None or started:
                started = True
                await send(message)

        try:
            await self.app(scope, body.receive, send_unless_refused)
        except Exception:
            if body.refusal is None or started:
                raise
        if body.refusal is not None and not started:
            await _answer(body.refusal, scope, receive, send)


def refusal_of(scope: Scope) -> Refusal | None:
    """What is wrong with a request as far as its first lines tell, or None."""
    path, headers = scope["path"], Headers(scope=scope)
    if path == _UPLOADS or path.startswith(_UPLOADS + "/"):
        return _NOT_FOUND
    # Origin would not do: under our own no-referrer policy browsers send "null" with a form.
    # A sibling domain is another site too. Stripe and older browsers send nothing.
    if scope["method"] not in _SAFE and headers.get("sec-fetch-site", "none") not in _OURS:
        return _FORGED
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > most_bytes(path):
        return _TOO_LARGE
    return None


def most_bytes(path: str) -> int:
    """How much may be sent to ``path``."""
    return LARGER_BODIES.get(path, MAX_BODY_BYTES)


async def _answer(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    # The rest of the body is not worth reading; the connection ends here.
    answer = PlainTextResponse(refusal.text, refusal.status, headers={"Connection": "close"})
    await answer(scope, receive, send)


class _LimitedBody:
    """A request's body that looks as if the client had left once it is too large or too slow."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._most = most
        self._size = 0
        self._complete = False
        self._deadline = asyncio.get_running_loop().time() + MAX_BODY_SECONDS
        self.refusal: Refusal | None = None

    async def receive(self) -> Message:
        if self._complete:
            # From here on only the end of the connection is awaited, however long that takes.
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            return self._refuse(_TOO_SLOW)
        self._size += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        return self._refuse(_TOO_LARGE) if self._size > self._most else message

    def _refuse(self, refusal: Refusal) -> Message:
        self.refusal = refusal
        self._complete = True
        return {"type": "http.disconnect"}
