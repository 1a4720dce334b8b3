"""The baseline of bench/webhooks.py: what a flow wrote, taken down and played back."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from unittest.mock import patch

import psycopg
from sqlalchemy import Engine, event

from fsm_portal.domain.statement import Written

Write = tuple[str, Any]


@contextmanager
def taken_down(engine: Engine) -> Iterator[list[Write]]:
    """Every INSERT, UPDATE and DELETE sent while the block runs, as the driver got it.

    Through SQLAlchemy, or past it (``domain/statement.py``). One thread.
    """
    writes: list[Write] = []

    def note(statement: str, parameters: Any) -> None:
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            writes.append((statement, parameters))

    def listen(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        note(statement, parameters)

    really = Written.values

    def values(self: Written, given: Mapping[str, Any]) -> Any:
        parameters = really(self, given)
        note(self.text, parameters)
        return parameters

    event.listen(engine, "before_cursor_execute", listen)
    try:
        with patch.object(Written, "values", values):
            yield writes
    finally:
        event.remove(engine, "before_cursor_execute", listen)


class Raw(Protocol):
    """A database through its driver alone, a connection for each thread."""

    def commit(self, writes: list[Write]) -> None:
        """Make ``writes`` in one transaction."""


class RawDatabase:
    """One SQLite file as the portal opens it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mine = threading.local()
        self._one_writer = threading.Lock()

    def commit(self, writes: list[Write]) -> None:
        db = self._connection()
        with self._one_writer:
            db.execute("BEGIN IMMEDIATE")
            for statement, parameters in writes:
                db.execute(statement, parameters).fetchall()
            db.execute("COMMIT")

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._mine, "db"):
            self._mine.db = sqlite3.connect(self._path, isolation_level=None, timeout=15)
            self._mine.db.execute("PRAGMA synchronous=FULL")
            self._mine.db.execute("PRAGMA foreign_keys=ON")
        db: sqlite3.Connection = self._mine.db
        return db


class RawPostgres:
    """One database of PostgreSQL."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._mine = threading.local()

    def commit(self, writes: list[Write]) -> None:
        db = self._connection()
        for statement, parameters in writes:
            db.execute(statement, parameters)
        db.commit()

    def _connection(self) -> psycopg.Connection[Any]:
        if not hasattr(self._mine, "db"):
            self._mine.db = psycopg.connect(self._url)
        db: psycopg.Connection[Any] = self._mine.db
        return db
