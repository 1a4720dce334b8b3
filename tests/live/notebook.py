"""The database of the little app these tests push from: notes and their readers' sessions."""

import sqlite3
from collections.abc import Collection
from pathlib import Path


class Notebook:
    """One note and any number of sessions per customer."""

    path: Path
    reads: int
    unreadable: set[str]  # customers whose note raises when it is read
    gone: bool  # whether the whole database raises

    def create(self, path: Path) -> None:
        self.open(path)
        with self.connect() as db:
            db.execute("create table note (customer text primary key, text text)")
            db.execute("create table session (id text primary key, customer text)")

    def open(self, path: Path) -> None:
        self.path, self.reads, self.unreadable, self.gone = path, 0, set(), False

    def connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, isolation_level=None)

    def write(self, customer: str, text: str) -> None:
        with self.connect() as db:
            db.execute("insert or replace into note values (?, ?)", (customer, text))

    def read(self, customer: str) -> str:
        self.reads += 1
        if customer in self.unreadable:
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

    def alive(self, sessions: Collection[str]) -> dict[str, str]:
        """The customers of those sessions that there are."""
        if self.gone:
            raise sqlite3.OperationalError("the database is gone")
        marks = ",".join("?" * len(sessions))
        with self.connect() as db:
            rows = db.execute(
                f"select id, customer from session where id in ({marks})", (*sessions,)
            )
            return dict(rows.fetchall())


notebook = Notebook()
