"""The real server with the real build: one address for pages, sockets and plain routes."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from fsm_portal.config import settings
from fsm_portal.demo.children import Children
from fsm_portal.front_end import ROOT, ensure_built
from fsm_portal.migrations import migrate
from fsm_portal.serve import CannotServe, serve


@dataclass(frozen=True)
class Portal:
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"


@pytest.fixture(scope="module")
def portals(tmp_path_factory) -> Iterator[tuple[Portal, Portal]]:
    """Two at once, on ports of their own, from one build. The second stands behind a proxy."""
    ensure_built()
    with Children() as children, pytest.MonkeyPatch.context() as environment:
        running = []
        for number in (1, 2):
            with socket.create_server(("127.0.0.1", 0)) as probe:
                port = probe.getsockname()[1]
            folder = tmp_path_factory.mktemp(f"portal{number}")
            portal = Portal(port, folder / "portal.log")
            database = f"sqlite:///{folder / 'portal.sqlite3'}"
            migrate(database)
            environment.setenv("FSM_DATABASE_URL", database)
            environment.setenv("FSM_DATA_DIR", str(folder))
            environment.setenv("FSM_BASE_URL", portal.url)
            environment.setenv("FSM_TRUSTED_PROXIES", "127.0.0.1" if number == 2 else "")
            child = children.start(
                "The portal",
                ["fsm_portal.serve", str(portal.port)],
                f"{portal.url}/readyz",
                portal.log,
            )
            running.append((portal, child))
        children.wait_for([child for _, child in running])
        yield running[0][0], running[1][0]


@pytest.fixture(scope="module")
def portal(portals) -> Portal:
    return portals[0]


def test_both_serve_the_same_pages_each_for_its_own_address(portals):
    pages = [httpx.get(f"{portal.url}/portal/") for portal in portals]
    assert [page.status_code for page in pages] == [200, 200]
    assert pages[0].text == pages[1].text
    for portal, page in zip(portals, pages, strict=True):
        assert f"ws://localhost:{portal.port}" in page.headers["content-security-policy"]


def test_a_socket_opens_for_our_own_page_and_no_other(portals):
    """Case 39, at the real handshake."""
    one, other = portals
    address = f"ws://localhost:{one.port}/_event/?token=test&EIO=4&transport=websocket"
    with connect(address, origin=one.url) as ours:
        assert ours.recv().startswith("0{")
    for origin in (other.url, "https://evil.example", "null"):
        with pytest.raises(InvalidStatus) as refusal:
            connect(address, origin=origin)
        assert refusal.value.response.status_code == 403


def test_pages_are_fresh_and_files_are_kept(portal):
    """Case 49."""
    squeezed = httpx.head(f"{portal.url}/portal/", headers={"accept-encoding": "gzip, br"})
    assert squeezed.headers["content-encoding"] == "br"
    page = httpx.get(f"{portal.url}/portal/", headers={"accept-encoding": "identity"})
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "server" not in page.headers
    script = next(part for part in page.text.split('"') if part.startswith("/assets/"))
    file = httpx.get(f"{portal.url}{script}", headers={"accept-encoding": "gzip"})
    assert file.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert file.headers["content-encoding"] == "gzip"


def test_nothing_can_be_uploaded_and_nothing_is_listed(portal):
    """Case 40."""
    files = {"files": ("logo.svg", b"<svg onload=alert(1)>", "image/svg+xml")}
    assert httpx.post(f"{portal.url}/_upload", files=files).status_code == 404
    assert httpx.get(f"{portal.url}/_upload/logo.svg").status_code == 404
    assert httpx.get(f"{portal.url}/_all_routes").status_code == 404
    assert httpx.get(f"{portal.url}/../rxconfig.py").status_code == 404


def test_who_a_client_is_a_header_says_only_if_it_comes_from_our_own_proxy(portals):
    """Cases 38 and 51: a spoofed X-Forwarded-For changes nothing, a trusted proxy's is used."""
    for portal, expected in zip(portals, ("127.0.0.1:", "203.0.113.7:"), strict=True):
        path = f"/sign-in?from={portal.port}"
        httpx.get(f"{portal.url}{path}", headers={"X-Forwarded-For": "198.51.100.9, 203.0.113.7"})
        line = next(line for line in portal.log.read_text().splitlines() if path in line)
        assert f" {expected}" in line


@pytest.mark.parametrize("word", ["*", "proxy.internal", "any"])
def test_trusted_proxies_are_addresses(environment, word):
    environment.setenv("FSM_TRUSTED_PROXIES", word)
    with pytest.raises(ValueError, match="FSM_TRUSTED_PROXIES"):
        settings()


def test_several_workers_need_redis(environment):
    environment.setenv("FSM_REDIS_URL", "")
    settings.cache_clear()
    with pytest.raises(CannotServe, match="set FSM_REDIS_URL, or use --workers 1"):
        serve(workers=2)


def test_letting_every_website_in_is_refused_at_the_start(tmp_path):
    """Case 39."""
    environment = os.environ | {"REFLEX_CORS_ALLOWED_ORIGINS": "*", "PYTHONPATH": str(ROOT)}
    started = subprocess.run(
        [sys.executable, "-c", "import rxconfig"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode == 1
    assert started.stderr.strip().splitlines()[-1].startswith("REFLEX_CORS_ALLOWED_ORIGINS must")


def test_the_requirements_name_packages_and_nothing_of_a_machine():
    for file in [*ROOT.glob("requirements*.txt"), *(ROOT / "reflex.lock").iterdir()]:
        text = Path(file).read_text()
        assert "--index-url" not in text, file.name
        assert "--find-links" not in text, file.name
        assert '"resolved"' not in text, file.name
        assert "file:" not in text, file.name
