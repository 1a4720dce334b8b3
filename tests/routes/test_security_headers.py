"""What the browser is told with every answer."""

import base64
import hashlib
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient

from fsm_portal.routes.origins import allowed_origins
from fsm_portal.routes.security_headers import SecurityHeaders

THEME_SCRIPT = "\n  document.documentElement.classList.add('dark');\n"
PAGE = f"<!DOCTYPE html><script>{THEME_SCRIPT}</script><script src='/assets/app-1a2b.js'></script>"


async def _document(_request: Request) -> Response:
    return Response(b"%PDF-1.7", media_type="application/pdf")


async def _message(_request: Request) -> Response:
    return JSONResponse({}, headers={"Cache-Control": "private, max-age=5"})


async def _sign_in(_request: Request) -> Response:
    return HTMLResponse("<form method=post>")


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "fonts").mkdir()
    (tmp_path / "index.html").write_text(PAGE)
    (tmp_path / "assets" / "app-1a2b.js").write_text("1")
    (tmp_path / "fonts" / "inter.woff2").write_bytes(b"1")
    return tmp_path


def browser(pages: Path, base_url: str = "https://pay.brightheating.example") -> TestClient:
    routes = [
        Route("/documents/receipts/1.pdf", _document),
        Route("/message", _message),
        Route("/sign-in/x", _sign_in),
        Mount("/", StaticFiles(directory=pages, html=True)),
    ]
    app = SecurityHeaders(Starlette(routes=routes), allowed_origins(base_url), pages)
    return TestClient(app, base_url=base_url)


@pytest.mark.parametrize("path", ["/", "/sign-in/x", "/documents/receipts/1.pdf", "/missing"])
def test_every_answer_carries_the_headers(pages, path):
    """Case 49: prerendered pages, plain routes, documents and errors alike."""
    headers = browser(pages).get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["strict-transport-security"] == "max-age=31536000"
    assert headers["cache-control"] == "no-store"


def test_a_page_may_run_the_builds_own_scripts_and_nothing_else(pages):
    """Case 49."""
    policy = browser(pages).get("/").headers["content-security-policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    digest = base64.b64encode(hashlib.sha256(THEME_SCRIPT.encode()).digest()).decode()
    assert rules["script-src"] == f"'self' 'sha256-{digest}'"
    assert rules["default-src"] == "'none'"
    assert rules["frame-ancestors"] == "'none'"
    assert rules["base-uri"] == "'none'"
    assert rules["form-action"] == "'self'"
    assert rules["connect-src"] == "'self' wss://pay.brightheating.example"
    assert "unsafe-eval" not in policy
    assert "unsafe-inline" not in rules["script-src"]


def test_on_loopback_there_is_no_promise_of_https(pages):
    headers = browser(pages, "http://localhost:8000").get("/").headers
    assert "strict-transport-security" not in headers
    assert "ws://localhost:8000 ws://127.0.0.1:8000;" in headers["content-security-policy"]


def test_files_named_after_their_content_are_kept_for_good(pages):
    client = browser(pages)
    script = client.get("/assets/app-1a2b.js")
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    again = client.get("/assets/app-1a2b.js", headers={"if-none-match": script.headers["etag"]})
    assert (again.status_code, "immutable" in again.headers["cache-control"]) == (304, True)
    assert client.get("/fonts/inter.woff2").headers["cache-control"] == "public, max-age=86400"
    # What is missing today may be there after the next release.
    assert client.get("/assets/other.js").headers["cache-control"] == "no-store"


def test_a_route_may_decide_how_long_its_own_answer_is_kept(pages):
    assert browser(pages).get("/message").headers["cache-control"] == "private, max-age=5"
