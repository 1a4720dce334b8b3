"""A kept PDF served by the portal beside the same bytes as a static file, staff's and a customer's.

Both come from one server process behind the same gate, asked with the same session cookie. Ours
looks at who asks, whether they may see it, whether the books moved on since it was drawn, and reads
it from the database. The baseline is Starlette's FileResponse, which asks for nothing.

    python -m bench.stored_pdf
"""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bench.engines import Databases, engines
from bench.portal_on import environment, portal_on
from bench.row import Row
from fsm_portal import db, threads
from fsm_portal.config import settings
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.paper import PaperKind
from fsm_portal.domain.staff import Staff
from fsm_portal.domain.tables import metadata
from fsm_portal.flows.papers.paper_of import paper_of
from fsm_portal.routes import documents
from fsm_portal.routes.gate import Gate
from fsm_portal.routes.origins import allowed_origins
from tests import cast
from tests.invoices import write_invoice
from tests.portal.people import session_cookie

GOAL = 2.0
SPELLS, REQUESTS, AT_ONCE = 20, 50, 8
STATIC = "BENCH_STATIC_FILE"


def server() -> ASGIApp:
    """The portal's documents, and one file, behind the portal's gate; the worker's process."""
    file = os.environ[STATIC]

    async def static(_request: Request) -> Response:
        return FileResponse(file, media_type="application/pdf")

    app = Starlette(
        routes=[*documents.routes, Route("/static.pdf", static)],
        lifespan=lambda _app: threads.enough_for_pages(),
    )
    return Gate(app, allowed_origins(settings().base_url))


def run() -> list[Row]:
    """Half a minute."""
    with tempfile.TemporaryDirectory() as folder, engines(Path(folder)) as all_of_them:
        return [row for databases in all_of_them for row in _run(databases, Path(folder))]


def _run(databases: Databases, folder: Path) -> Iterator[Row]:
    database, port, file = databases.new(), _free_port(), folder / "invoice.pdf"
    with portal_on(database):
        os.environ["FSM_BASE_URL"] = f"http://127.0.0.1:{port}"  # the cookie's name has its port
        settings.cache_clear()
        metadata.create_all(db.engine())
        company = cast.save(cast.bright_heating())
        dana: Customer = cast.save(cast.harbor_view(company))
        maya: Staff = cast.save(cast.maya(company))
        invoice = write_invoice(company, dana, lines=(("Radiator valve", "2", "4550"),) * 20)
        paper = paper_of(company.id, PaperKind.INVOICE, invoice.id)
        file.write_bytes(paper.content)
        cookies = {"staff": session_cookie(maya), "customer": session_cookie(dana)}
        variables = os.environ | environment(database)
        variables |= {"FSM_BASE_URL": settings().base_url, STATIC: str(file)}
    path = f"/documents/invoices/{invoice.id}.pdf"
    with _serving(port, variables):
        for whose, cookie in cookies.items():
            name = f"a kept PDF on {databases.name}, {whose}'s"
            yield from _rows(port, name, path, cookie, paper.content)


def _rows(port: int, name: str, path: str, cookie: str, content: bytes) -> Iterator[Row]:
    alone: dict[str, list[float]] = {path: [], "/static.pdf": []}
    together: dict[str, list[float]] = {path: [], "/static.pdf": []}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for spell in range(SPELLS):
            for each in sorted(alone, reverse=bool(spell % 2)):
                alone[each] += _asked(port, each, cookie, content, REQUESTS)
                began = time.perf_counter()
                some = [
                    pool.submit(_asked, port, each, cookie, content, REQUESTS // 4)
                    for _ in range(AT_ONCE)
                ]
                asked = sum(len(one.result()) for one in some)
                together[each].append((time.perf_counter() - began) / asked)
    for what, taken in (("one after the other", alone), (f"{AT_ONCE} at once", together)):
        ours, static = (statistics.median(taken[each]) * 1e3 for each in (path, "/static.pdf"))
        yield Row(f"{name}, {what}", f"{ours:.2f} ms", f"{static:.2f} ms", ours / static, GOAL)


def _asked(port: int, path: str, cookie: str, content: bytes, times: int) -> list[float]:
    """The seconds of each of so many requests on one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    taken = []
    for _ in range(times + 1):
        began = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        body = answer.read()
        taken.append(time.perf_counter() - began)
        if body != content:
            raise RuntimeError(f"{path} answered {answer.status}")
    connection.close()
    return taken[1:]  # the first has to connect


@contextmanager
def _serving(port: int, variables: dict[str, str]) -> Iterator[None]:
    command = [sys.executable, "-m", "bench.live_server", "bench.stored_pdf:server", str(port)]
    process = subprocess.Popen(command, env=variables)
    try:
        for _ in range(300):
            if process.poll() is not None:
                raise RuntimeError("the server did not start")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(10)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


if __name__ == "__main__":
    for row in run():
        print(f"{row.name:55} {row.ours:>10} {row.baseline:>10} {row.ratio or 0:6.2f}")
