"""The two pages of bench/pages.py, each served by a process of its own."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import minimal_page
from bench.portal_on import environment, portal_on
from fsm_portal import db, front_end
from fsm_portal.config import settings
from fsm_portal.domain.tables import metadata
from tests import cast
from tests.invoices import write_invoice
from tests.payments import checkout, received
from tests.portal.people import session_cookie

STARTS_WITHIN = 60.0


@dataclass(frozen=True)
class Page:
    """A page to load, and the words by which one sees that its data is there."""

    url: str
    cookie: str
    words: str


@contextlib.contextmanager
def our_page(directory: Path) -> Iterator[Page]:
    """Dana's invoice on the portal, served from its build."""
    with our_pages(directory) as pages:
        yield pages["invoice"]


@contextlib.contextmanager
def our_pages(directory: Path) -> Iterator[dict[str, Page]]:
    """Dana's pages of the portal by name, served from its build; one invoice, one payment."""
    database, port = directory / "portal.sqlite3", _free_port()
    url = f"http://127.0.0.1:{port}"
    with portal_on(database):
        os.environ["FSM_BASE_URL"] = url  # the cookie's name says which port it is for
        settings.cache_clear()
        metadata.create_all(db.engine())
        company = cast.save(cast.bright_heating())
        dana = cast.save(cast.harbor_view(company))
        invoice = write_invoice(company, dana, due_in_days=365)
        received(checkout(write_invoice(company, dana, number="INV-0041")))
        cookie = session_cookie(dana)
    at = {
        "invoice": (f"invoices/{invoice.id}/", invoice.number),
        "home": ("", "Your invoices"),
        "invoices": ("invoices/", "Invoices"),
        "payment history": ("payments/", "Payment history"),
        "service history": ("jobs/", "Service history"),
        "statement": ("statement/", "Statement"),
        "account": ("account/", "Account"),
    }
    variables = os.environ | environment(database) | {"FSM_BASE_URL": url}
    with _serving([sys.executable, "-m", "fsm_portal.serve", str(port)], variables, url):
        yield {
            name: Page(f"{url}/portal/{path}", cookie, words) for name, (path, words) in at.items()
        }


@contextlib.contextmanager
def minimal() -> Iterator[Page]:
    port = _free_port()
    command = [sys.executable, "-m", "uvicorn", "minimal.minimal:app", "--factory"]
    command += ["--port", str(port), "--log-level", "error", "--no-access-log"]
    url, folder = f"http://127.0.0.1:{port}", minimal_page.FOLDER
    with _serving(command, minimal_page.serving(), url, folder):
        yield Page(f"{url}/", "", "Hello")


@contextlib.contextmanager
def _serving(
    command: list[str], variables: dict[str, str], url: str, folder: Path = front_end.ROOT
) -> Iterator[None]:
    process = subprocess.Popen(command, env=variables, cwd=folder)
    try:
        deadline = time.monotonic() + STARTS_WITHIN
        while not _answers(f"{url}/ping"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command[-1]} did not start")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()


def _answers(url: str) -> bool:
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2):
        return True
    return False


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
