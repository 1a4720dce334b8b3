"""A small app with one live page: notes that their reader may see, kept in SQLite."""

import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import reflex as rx
from reflex_base.registry import RegistrationContext

from fsm_portal import live
from tests.fake_browser import FakeBrowser, Server, serve


@dataclass(frozen=True)
class Eyes:
    customer: str


@dataclass(frozen=True)
class NoteView:
    loaded: bool = False
    customer: str = ""
    text: str = ""
    page: int = 0


class Notebook:
    """The database: one note and any number of sessions per customer."""

    path: Path
    reads: int = 0
    broken_for: frozenset[str] = frozenset()

    def connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, isolation_level=None)

    def create(self, path: Path) -> None:
        self.path, self.reads, self.broken_for = path, 0, frozenset()
        with self.connect() as db:
            db.execute("create table note (customer text primary key, text text)")
            db.execute("create table session (id text primary key, customer text)")

    def write(self, customer: str, text: str) -> None:
        with self.connect() as db:
            db.execute("insert or replace into note values (?, ?)", (customer, text))

    def read(self, customer: str) -> str:
        self.reads += 1
        if customer in self.broken_for:
            raise sqlite3.OperationalError("the note cannot be read")
        with self.connect() as db:
            row = db.execute("select text from note where customer = ?", (customer,)).fetchone()
        return row[0] if row else ""

    def sign_in(self, session: str, customer: str) -> None:
        with self.connect() as db:
            db.execute("insert or replace into session values (?, ?)", (session, customer))

    def sign_out(self, session: str) -> None:
        with self.connect() as db:
            db.execute("delete from session where id = ?", (session,))

    def customer_of(self, session: str) -> str | None:
        with self.connect() as db:
            row = db.execute("select customer from session where id = ?", (session,)).fetchone()
        return row[0] if row else None

    def alive(self, sessions: Collection[str]) -> set[str]:
        marks = ",".join("?" * len(sessions))
        with self.connect() as db:
            rows = db.execute(f"select id from session where id in ({marks})", (*sessions,))
            return {row[0] for row in rows}


notebook = Notebook()


def make_app() -> tuple[rx.App, type[rx.State]]:
    class NotePage(rx.State):
        view: NoteView = NoteView()
        clicks: int = 0

        @classmethod
        def load_view(cls, scope: Eyes, params: int) -> NoteView:
            return NoteView(True, scope.customer, notebook.read(scope.customer), params)

        @rx.event
        def on_load(self) -> rx.event.EventSpec | None:
            session = self.router.headers.cookie.partition("session=")[2]
            customer = notebook.customer_of(session)
            if customer is None:
                return rx.redirect("/sign-in")
            page = int(self.router.url.query_parameters.get("page", "1"))
            topics = {f"note:{customer}"}
            live.watch(self, NotePage, topics, Eyes(customer), page, session_id=session)
            return None

        @rx.event
        def click(self) -> None:
            self.clicks += 1

    app = rx.App()
    app.add_page(lambda: rx.el.main(NotePage.view.text), route="/", on_load=NotePage.on_load)
    live.start(app, notebook.alive)
    return app, NotePage


@pytest.fixture(scope="session")
def note_app() -> Iterator[tuple[rx.App, type[rx.State]]]:
    # A fork, so that this app's State is unknown to every other app in the test run.
    before = RegistrationContext.ensure_context()
    token = RegistrationContext.set(before.fork())
    try:
        yield make_app()
    finally:
        RegistrationContext.reset(token)


@pytest.fixture
def page(note_app) -> type[rx.State]:
    return note_app[1]


@pytest.fixture
def server(note_app, tmp_path) -> Iterator[Server]:
    notebook.create(tmp_path / "notes.sqlite3")
    with serve(note_app[0]) as server:
        yield server


@pytest.fixture
def tab(server):
    """Open a signed-in tab: ``tab("dana")``, or a second one of hers."""
    opened: list[FakeBrowser] = []

    def open_tab(customer: str, session: str = "", path: str = "/") -> FakeBrowser:
        session = session or f"session-of-{customer}"
        notebook.sign_in(session, customer)
        browser = FakeBrowser(server, cookie=f"session={session}")
        opened.append(browser)
        return browser.open(path)

    yield open_tab
    for browser in opened:
        browser.close()
