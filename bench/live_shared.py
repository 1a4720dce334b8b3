"""What both sides of bench/live.py do alike: check the signature, commit, know the lines."""

import hashlib
import hmac
import json
import sqlite3
import threading
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

SECRET = b"whsec_bench"
LINES = 6


def signed(body: bytes) -> dict[str, str]:
    """The header Stripe would send with ``body``."""
    now = int(time.time())
    digest = hmac.new(SECRET, b"%d.%s" % (now, body), hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={now},v1={digest}"}


def checked(body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    parts = dict(part.split("=", 1) for part in headers["stripe-signature"].split(","))
    signed_payload = parts["t"].encode() + b"." + body
    expected = hmac.new(SECRET, signed_payload, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, parts["v1"]):
        raise PermissionError("bad signature")
    event: dict[str, Any] = json.loads(body)
    return event


def lines_of(invoice: str) -> list[tuple[str, str, str]]:
    return [(f"Boiler service, part {n} of {invoice}", "1", "$125.00") for n in range(LINES)]


class Books:
    """An SQLite file as the portal keeps it: WAL, synchronous=FULL, one connection a thread."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._mine = threading.local()

    @property
    def _db(self) -> sqlite3.Connection:
        if not hasattr(self._mine, "db"):
            self._mine.db = sqlite3.connect(self._path, isolation_level=None, timeout=15)
            self._mine.db.execute("pragma synchronous=FULL")
        db: sqlite3.Connection = self._mine.db
        return db

    @classmethod
    def create(cls, path: Path, invoices: int, sessions: int) -> None:
        with sqlite3.connect(path) as db:
            db.execute("pragma journal_mode=WAL")
            db.execute("create table session (id text primary key, company text, ends int)")
            db.execute("create table event (serial integer primary key, invoice text)")
            db.execute("create index by_invoice on event (invoice)")
            db.execute("create table line (invoice text, description, quantity, amount)")
            db.execute("create index line_of on line (invoice)")
            names = [f"INV-{n:04}" for n in range(invoices)]
            rows = ((name, *line) for name in names for line in lines_of(name))
            db.executemany("insert into line values (?, ?, ?, ?)", rows)
            ends = int(time.time()) + 86_400
            people = ((f"session-{n}", "bright-heating", ends) for n in range(sessions))
            db.executemany("insert into session values (?, ?, ?)", people)

    def record(self, invoice: str, serial: int) -> None:
        self._db.execute("begin immediate")
        self._db.execute("insert into event values (?, ?)", (serial, invoice))
        self._db.execute("commit")

    def invoice(self, company: str, invoice: str) -> tuple[int, list[tuple[str, str, str]]]:
        query = "select coalesce(max(serial), 0) from event where invoice = ?"
        (serial,) = self._db.execute(query, (invoice,)).fetchone()
        query = "select description, quantity, amount from line where invoice = ?"
        return serial, self._db.execute(query, (invoice,)).fetchall()

    def company_of(self, session: str) -> str | None:
        query = "select company from session where id = ? and ends > ?"
        row = self._db.execute(query, (session, int(time.time()))).fetchone()
        return row[0] if row else None

    def alive(self, sessions: Collection[str]) -> set[str]:
        marks = ",".join("?" * len(sessions))
        query = f"select id from session where id in ({marks}) and ends > ?"
        return {row[0] for row in self._db.execute(query, (*sessions, int(time.time())))}
