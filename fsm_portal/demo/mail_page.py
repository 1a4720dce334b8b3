"""The catcher's page and its JSON: read what was sent, see new mail come in.

GET    /                                    the page
GET    /api/messages?to=ADDRESS&after=ID    messages, newest first, bodies included
GET    /api/messages/ID                     one of them, and the letters of its thread
GET    /api/messages/ID/html?scheme=dark    its HTML part, locked up, as it looks in the dark
GET    /api/messages/ID/raw                 the message as it came, as an .eml file
GET    /api/messages/ID/attachments/N       an attachment, counted from 0
GET    /api/messages/ID/attachments/N/look  the same to look at, if it is a PDF
GET    /api/search?q=WORDS                  ids of the messages that hold all the words
GET    /api/stream                          server-sent events: every message, then each new one
DELETE /api/messages                        throw everything away
DELETE /api/messages/ID                     throw one away
"""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from fsm_portal.demo.mail_box import MailBox
from fsm_portal.demo.mail_caught import Caught, CaughtFile
from fsm_portal.demo.mail_html import SCHEMES, has_dark_form

_STATIC = Path(__file__).parent / "mail_static"
_TYPES = {
    "page.html": "text/html",
    "page.css": "text/css",
    "letter.css": "text/css",
    **dict.fromkeys(("page.js", "list.js", "letter.js", "keys.js"), "text/javascript"),
}
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
# Mail is a stranger's document: no scripts, no forms, no requests. Its links open elsewhere.
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
# A PDF is shown by the browser's own viewer, in an origin of its own. (A sandbox attribute on the
# frame would keep that viewer out as well.)
_PDF_POLICY = "default-src 'none'; frame-ancestors 'self'; sandbox"
_PING_SECONDS = 15.0


class MailPage:
    """The page over one box. ``tell`` is called for each message that comes in."""

    def __init__(self, box: MailBox, smtp: str = "") -> None:
        """``smtp`` is the address that mail is sent to, for the page to say."""
        self._box, self._smtp = box, smtp
        self._listeners: set[asyncio.Queue[str | None]] = set()
        # Only these names: a page of some other site, re-bound to this address, stays outside.
        names = ["127.0.0.1", "localhost", "[::1]"]
        self.app = Starlette(
            routes=[
                Route("/", self._page),
                Route("/static/{name}", self._static),
                Route("/api/messages", self._messages, methods=["GET", "DELETE"]),
                Route("/api/messages/{id:int}", self._message, methods=["GET", "DELETE"]),
                Route("/api/messages/{id:int}/html", self._html),
                Route("/api/messages/{id:int}/raw", self._raw),
                Route("/api/messages/{id:int}/attachments/{index:int}", self._attachment),
                Route("/api/messages/{id:int}/attachments/{index:int}/look", self._look),
                Route("/api/search", self._search),
                Route("/api/stream", self._stream),
            ],
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=names)],
        )

    def tell(self, message: Caught) -> None:
        """Show ``message`` in every open page."""
        for summary in self._box.thread(message.id):
            if summary["id"] == message.id:
                self._say(_event(summary))

    def hang_up(self) -> None:
        """End the open streams, so that the server can stop."""
        for listener in self._listeners:
            listener.put_nowait(None)

    async def _page(self, request: Request) -> Response:
        return _file("page.html", {"Content-Security-Policy": _PAGE_POLICY})

    async def _static(self, request: Request) -> Response:
        return _file(request.path_params["name"], {})

    async def _messages(self, request: Request) -> Response:
        if request.method == "DELETE":
            self._box.clear()
            self._say("event: cleared\ndata: {}\n\n")
            return Response(status_code=204)
        after = request.query_params.get("after", "0")
        if not after.isdecimal() or len(after) > 18:
            raise HTTPException(400, "after is the id of a message")
        found = self._box.all(request.query_params.get("to"), int(after))
        return _private(JSONResponse([message.as_json() for message in found]))

    async def _message(self, request: Request) -> Response:
        message = self._found(request)
        if request.method == "DELETE":
            self._box.remove(message.id)
            self._say(f"event: gone\ndata: {message.id}\n\n")
            return Response(status_code=204)
        more = {
            "letters": self._box.thread(message.id),
            "has_dark_form": has_dark_form(message.html),
        }
        return _private(JSONResponse(message.as_json() | more))

    async def _search(self, request: Request) -> Response:
        found = self._box.search(request.query_params.get("q", ""))
        return _private(JSONResponse({"ids": found}))

    async def _html(self, request: Request) -> Response:
        scheme = request.query_params.get("scheme")
        if scheme is not None and scheme not in SCHEMES:
            raise HTTPException(400, "scheme is light or dark")
        html = self._box.page(request.path_params["id"], scheme)
        if html is None:
            raise HTTPException(404)
        response = HTMLResponse(html)
        response.headers["Content-Security-Policy"] = _MAIL_POLICY
        return _private(response)

    async def _raw(self, request: Request) -> Response:
        raw = self._box.raw(request.path_params["id"])
        if raw is None:
            raise HTTPException(404)
        return _download(raw, f"message-{request.path_params['id']}.eml", "message/rfc822")

    async def _attachment(self, request: Request) -> Response:
        file, data = self._file(request)
        return _download(data, file.filename, file.content_type)

    async def _look(self, request: Request) -> Response:
        file, data = self._file(request)
        if not file.is_pdf:
            raise HTTPException(404, "only a PDF can be looked at")
        response = Response(data, media_type="application/pdf")
        name = quote(file.filename, safe="")
        response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{name}"
        response.headers["Content-Security-Policy"] = _PDF_POLICY
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return _private(response)

    async def _stream(self, request: Request) -> Response:
        last = request.headers.get("last-event-id", "0")
        after = int(last) if last.isdecimal() and len(last) <= 18 else 0
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return StreamingResponse(
            self._events(after), media_type="text/event-stream", headers=headers
        )

    async def _events(self, after: int) -> AsyncIterator[str]:
        listener: asyncio.Queue[str | None] = asyncio.Queue()
        self._listeners.add(listener)
        try:
            yield "retry: 1000\n\n"
            for summary in self._box.summaries(after):
                yield _event(summary)
            # The count tells a page that was away whether something has gone meanwhile.
            ready = {"count": self._box.count(), "smtp": self._smtp}
            yield f"event: ready\ndata: {json.dumps(ready)}\n\n"
            while True:
                try:
                    # Not wait_for: on Python 3.11 it can lose the end of the connection.
                    async with asyncio.timeout(_PING_SECONDS):
                        said = await listener.get()
                except TimeoutError:
                    said = ": still here\n\n"
                if said is None:
                    return
                yield said
        finally:
            self._listeners.discard(listener)

    def _say(self, event: str) -> None:
        for listener in self._listeners:
            listener.put_nowait(event)

    def _found(self, request: Request) -> Caught:
        message = self._box.get(request.path_params["id"])
        if message is None:
            raise HTTPException(404)
        return message

    def _file(self, request: Request) -> tuple[CaughtFile, bytes]:
        found = self._box.file(request.path_params["id"], request.path_params["index"])
        if found is None:
            raise HTTPException(404)
        return found


def _event(summary: dict[str, Any]) -> str:
    return f"id: {summary['id']}\ndata: {json.dumps(summary)}\n\n"


def _file(name: str, headers: dict[str, str]) -> Response:
    if name not in _TYPES:
        raise HTTPException(404)
    content = (_STATIC / name).read_text(encoding="utf-8")
    return _private(Response(content, media_type=_TYPES[name], headers=headers))


def _download(data: bytes, name: str, content_type: str) -> Response:
    response = Response(data, media_type=content_type)
    # An attachment is never shown as a page of this origin, whatever type it claims.
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return _private(response)


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
