"""What no page of ours ever sends is turned away before anything reads it."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from fsm_portal.domain.company_scope import company_in_scope, within
from fsm_portal.routes import gate
from fsm_portal.routes.gate import MAX_BODY_BYTES, Gate
from fsm_portal.routes.origins import allowed_origins

ORIGINS = allowed_origins("https://pay.brightheating.example")


async def _count(request: Request) -> JSONResponse:
    return JSONResponse({"bytes": len(await request.body())})


async def _echo(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(await websocket.receive_text())
    await websocket.close()


def _app() -> Gate:
    routes = [
        Route("/count", _count, methods=["GET", "POST"]),
        Route("/portal/", _count),
        Route("/_upload", _count, methods=["POST"]),
        WebSocketRoute("/_event/", _echo),
    ]
    return Gate(Starlette(routes=routes), ORIGINS)


@pytest.mark.parametrize("kind", ["http", "websocket", "lifespan"])
def test_whatever_comes_in_begins_within_no_company(kind):
    """Invariant F: a server may begin it in the context of the request before it on the same
    connection, and a webhook that is within a company finds nobody's account."""
    seen = []

    async def app(*_: object) -> None:
        seen.append(company_in_scope())

    scope = {"type": kind, "method": "POST", "path": "/", "headers": [], "scheme": "http"}
    with within("0" * 32):
        asyncio.run(Gate(app, ORIGINS)(scope, None, None))
    assert seen == [None]


@pytest.fixture
def browser() -> Iterator[TestClient]:
    with TestClient(_app(), base_url="https://pay.brightheating.example") as client:
        yield client


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "https://pay.brightheating.example.evil.example",
        "https://pay.brightheating.example:8443",
        "http://pay.brightheating.example",
        "https://PAY.brightheating.example@evil.example",
        "",
    ],
)
def test_a_foreign_page_cannot_open_our_socket(browser, origin):
    """Case 39: foreign, null, look-alike and empty origins are refused at the handshake."""
    with (
        pytest.raises(WebSocketDisconnect),
        browser.websocket_connect("/_event/", headers={"origin": origin}),
    ):
        pass


@pytest.mark.parametrize("headers", [{"origin": ORIGINS[0]}, {}])
def test_our_own_page_and_programs_without_an_origin_can(browser, headers):
    with browser.websocket_connect("/_event/", headers=headers) as socket:
        socket.send_text("hello")
        assert socket.receive_text() == "hello"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "HEAD"])
@pytest.mark.parametrize("path", ["/_upload", "/_upload/", "/_upload/../_upload/logo.svg"])
def test_nothing_can_be_uploaded(browser, method, path):
    """Case 40: Reflex's endpoint for files answers like any path that does not exist."""
    answer = browser.request(method, path)
    assert answer.status_code == 404


def test_a_form_on_another_site_cannot_act_for_the_visitor(browser):
    sibling = browser.post("/count", headers={"sec-fetch-site": "same-site"})
    assert sibling.status_code == 403
    forged = browser.post("/count", headers={"sec-fetch-site": "cross-site"})
    assert forged.status_code == 403
    # A link from another site, a form of our own, and Stripe, which is no browser, all may.
    assert browser.get("/count", headers={"sec-fetch-site": "cross-site"}).status_code == 200
    own = {"sec-fetch-site": "same-origin", "origin": "null"}
    assert browser.post("/count", headers=own).status_code == 200
    assert browser.post("/count").status_code == 200


def test_a_body_of_fifty_megabytes_is_refused_unread(browser):
    """Case 22: its announced length is enough."""
    answer = browser.post("/count", headers={"content-length": str(50 * 1024 * 1024)}, content=b"")
    assert answer.status_code == 413
    assert browser.post("/count", content=b"x" * MAX_BODY_BYTES).json() == {"bytes": MAX_BODY_BYTES}
    assert browser.post("/count", headers={"content-length": "-1"}).status_code == 413


def test_an_endless_body_is_cut_off_where_the_limit_is():
    """Case 22: no length announced; we stop asking for more soon after the limit."""
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 50 * 1024 * 1024:
            sent += 64 * 1024
            yield b"x" * (64 * 1024)

    assert asyncio.run(_post_raw(endless())) == 413
    assert sent <= MAX_BODY_BYTES + 128 * 1024


def test_a_body_that_drips_is_cut_off(monkeypatch):
    """Case 22: every byte in time, the whole far too late."""
    monkeypatch.setattr(gate, "MAX_BODY_SECONDS", 0.1)

    async def dripping() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.02)

    assert asyncio.run(asyncio.wait_for(_post_raw(dripping()), 2)) == 408


def test_a_client_may_read_a_slow_answer_as_long_as_it_likes(monkeypatch):
    monkeypatch.setattr(gate, "MAX_BODY_SECONDS", 0.05)

    async def slow(_request: Request) -> JSONResponse:
        await asyncio.sleep(0.15)
        return JSONResponse("done")

    app = Gate(Starlette(routes=[Route("/", slow)]), ORIGINS)
    with TestClient(app) as client:
        assert client.get("/").json() == "done"


async def _post_raw(body: AsyncIterator[bytes]) -> int:
    """Posts straight to the ASGI app, chunk by chunk as it asks for them. Returns the status."""
    statuses: list[int] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": await anext(body), "more_body": True}

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {"type": "http", "method": "POST", "path": "/count", "headers": [], "query_string": b""}
    await _app()(scope, receive, send)
    assert len(statuses) == 1
    return statuses[0]


def test_behind_a_proxy_that_ends_tls_redirects_stay_on_https():
    async def page(_request: Request) -> JSONResponse:
        return JSONResponse("page")

    app = Gate(Starlette(routes=[Route("/portal/", page)]), ORIGINS)
    with TestClient(app, base_url="http://pay.brightheating.example") as proxy:
        answer = proxy.get("/portal", follow_redirects=False)
    assert answer.headers["location"] == "https://pay.brightheating.example/portal/"


@pytest.mark.parametrize("name", ["host", "x-forwarded-host", "forwarded"])
def test_a_redirect_leads_to_our_own_address_whatever_a_request_names(browser, name):
    """Case 31: the way from /portal to /portal/ is no way to somebody else's site."""
    answer = browser.get("/portal", headers={name: "evil.example"}, follow_redirects=False)
    assert answer.headers["location"] == "https://pay.brightheating.example/portal/"


def test_loopback_has_three_names_and_anything_else_one():
    assert allowed_origins("http://localhost:8000") == (
        "http://localhost:8000",
        "http://127.0.0.1:8000",
        "http://[::1]:8000",
    )
    assert allowed_origins("https://pay.example:443/") == ("https://pay.example",)
    assert allowed_origins("https://pay.example:8443") == ("https://pay.example:8443",)


@pytest.mark.parametrize("base_url", ["*", "", "pay.example", "ftp://pay.example", "https://"])
def test_an_installation_never_falls_back_to_letting_everyone_in(base_url):
    """Case 39: it refuses to start instead."""
    with pytest.raises(ValueError, match="base_url"):
        allowed_origins(base_url)
