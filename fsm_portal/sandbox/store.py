"""The sandbox's memory: one SQLite file. Every Stripe object is a row of JSON under its account.

Writes happen inside ``transaction()``. The server touches the store from its event loop only, so
one connection serves all; each call takes well under a millisecond.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  account TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, created INTEGER NOT NULL,
  body TEXT NOT NULL, hidden TEXT NOT NULL DEFAULT '{}');
CREATE UNIQUE INDEX IF NOT EXISTS objects_id ON objects (kind, id, account);
CREATE INDEX IF NOT EXISTS objects_list ON objects (account, kind, seq);
CREATE INDEX IF NOT EXISTS objects_latest ON objects (kind, seq);
CREATE INDEX IF NOT EXISTS objects_payout ON objects (account, json_extract(hidden, '$.payout'))
  WHERE kind = 'balance_transaction';
CREATE TABLE IF NOT EXISTS idempotency (
  account TEXT NOT NULL, key TEXT NOT NULL, endpoint TEXT NOT NULL, params TEXT NOT NULL,
  status INTEGER NOT NULL, body TEXT NOT NULL, request_id TEXT NOT NULL, created INTEGER NOT NULL,
  PRIMARY KEY (account, key));
CREATE INDEX IF NOT EXISTS idempotency_created ON idempotency (created);
CREATE TABLE IF NOT EXISTS deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  event TEXT NOT NULL, account TEXT NOT NULL, endpoint TEXT NOT NULL, created INTEGER NOT NULL,
  due REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'pending', status INTEGER, problem TEXT);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (due) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS deliveries_event ON deliveries (event);
CREATE INDEX IF NOT EXISTS deliveries_missing ON deliveries (event) WHERE state != 'delivered';
CREATE TABLE IF NOT EXISTS schedule (
  id INTEGER PRIMARY KEY AUTOINCREMENT, due REAL NOT NULL, task TEXT NOT NULL,
  account TEXT NOT NULL, subject TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS schedule_due ON schedule (due);
CREATE TABLE IF NOT EXISTS faults (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@dataclass
class Row:
    """A stored object: its place in time (``seq``), owner, public body and what stays unseen."""

    seq: int
    account: str
    kind: str
    body: Json
    hidden: Json

    @property
    def id(self) -> str:
        return str(self.body["id"])


class Store:
    """Objects by account, kind and id, and the database for the other tables (``db``)."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        # NORMAL survives a killed process; only a power cut may lose the last moments.
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
            self.db.execute(f"PRAGMA {pragma}")
        self.db.executescript(_SCHEMA)
        self._after: list[Callable[[], None]] = []

    def close(self) -> None:
        """Fold the write-ahead log back in and let go of the file."""
        self.db.close()

    def index(self, kind: str, *names: str) -> None:
        """Make objects of ``kind`` quick to find by these top-level fields together."""
        label = "_".join(("objects", kind.replace(".", "_"), *names))
        fields = ", ".join(f"json_extract(body, '$.{name}')" for name in names)
        self.db.execute(
            f"CREATE INDEX IF NOT EXISTS {label} ON objects (account, {fields}, seq)"
            f" WHERE kind = '{kind}'"
        )

    def state(self, name: str) -> Any:
        """A single remembered value, or None."""
        found = self.db.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
        return json.loads(found[0]) if found else None

    def set_state(self, name: str, value: Any) -> None:
        """Remember a single value over restarts."""
        self.db.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (name, json.dumps(value)))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. What was handed to ``after_commit`` runs once it is durable."""
        if self.db.in_transaction:
            yield
            return
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.db.execute("COMMIT")
        except BaseException:
            self._after.clear()
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")
            raise
        after, self._after = self._after, []
        for call in after:
            call()

    def after_commit(self, call: Callable[[], None]) -> None:
        """Run ``call`` when the present transaction has committed."""
        if call not in self._after:
            self._after.append(call)

    def insert(self, account: str, kind: str, body: Json, hidden: Json | None = None) -> Json:
        """Keep a new object; returns it."""
        self.db.execute(
            "INSERT INTO objects (account, kind, id, created, body, hidden) VALUES (?,?,?,?,?,?)",
            (account, kind, body["id"], body["created"], _dump(body), _dump(hidden or {})),
        )
        return body

    def save(self, account: str, kind: str, body: Json, hidden: Json | None = None) -> Json:
        """Keep a changed object; ``hidden`` is left as it is unless given."""
        if hidden is None:
            values: tuple[Any, ...] = (_dump(body), kind, body["id"], account)
            self.db.execute(
                "UPDATE objects SET body = ? WHERE kind = ? AND id = ? AND account = ?", values
            )
        else:
            self.db.execute(
                "UPDATE objects SET body = ?, hidden = ? WHERE kind = ? AND id = ? AND account = ?",
                (_dump(body), _dump(hidden), kind, body["id"], account),
            )
        return body

    def row(self, account: str, kind: str, object_id: str) -> Row | None:
        """The object of this account with this id, or None."""
        found = self.db.execute(
            "SELECT seq, account, kind, body, hidden FROM objects"
            " WHERE kind = ? AND id = ? AND account = ?",
            (kind, object_id, account),
        ).fetchone()
        return _row(found) if found else None

    def anywhere(self, kind: str, object_id: str) -> Row | None:
        """The object with this id in whichever account holds it (hosted pages know only the id)."""
        found = self.db.execute(
            "SELECT seq, account, kind, body, hidden FROM objects WHERE kind = ? AND id = ?",
            (kind, object_id),
        ).fetchone()
        return _row(found) if found else None

    def rows(
        self,
        account: str | None,
        kind: str,
        *,
        where: list[tuple[str, list[Any]]] | None = None,
        limit: int = 100,
        newest_first: bool = True,
    ) -> list[Row]:
        """Objects in order of arrival. ``where`` holds SQL conditions on the row, with values."""
        # The kind stands literally in the query: only then do the partial indexes serve it.
        clauses, values = [f"kind = '{kind}'"], []
        if account is not None:
            clauses.append("account = ?")
            values.append(account)
        for clause, arguments in where or []:
            clauses.append(clause)
            values.extend(arguments)
        order = "DESC" if newest_first else "ASC"
        found = self.db.execute(
            "SELECT seq, account, kind, body, hidden FROM objects WHERE "
            f"{' AND '.join(clauses)} ORDER BY seq {order} LIMIT {int(limit)}",
            values,
        ).fetchall()
        return [_row(each) for each in found]


def _dump(value: Json) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _row(found: tuple[int, str, str, str, str]) -> Row:
    seq, account, kind, body, hidden = found
    return Row(seq, account, kind, json.loads(body), json.loads(hidden))
