"""The catcher's box: every message as it came, in one SQLite file, found by word and by thread."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from fsm_portal.demo.mail_caught import Caught, CaughtFile, files, parsed, read
from fsm_portal.demo.mail_html import framed

_SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    received_at TEXT NOT NULL,
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL,
    raw BLOB NOT NULL
)
"""
# Read off the message once, so that a list of thousands and a search open none of them.
_READ_OFF = ("message_id", "thread", "summary", "words")
_LARGEST_ID = 2**63 - 1  # SQLite's
_MOST_WORDS = 20


class MailBox:
    """Messages on disk, oldest id first. For one process and one thread."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(folder / "mail.sqlite3", isolation_level=None)
        # The file holds sign-in links.
        (folder / "mail.sqlite3").chmod(0o600)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.execute(_SCHEMA)
        self._read_off_older_mail()

    def put(self, sender: str, recipients: list[str], raw: bytes) -> Caught:
        """Keep a message that has come in."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        row = (now, sender, "\n".join(recipients), raw)
        self._database.execute("BEGIN IMMEDIATE")
        try:
            number = self._database.execute(
                "INSERT INTO message (received_at, sender, recipients, raw) VALUES (?, ?, ?, ?)",
                row,
            ).lastrowid
            message = read(cast(int, number), *row)
            self._read_off(message)
            self._database.execute("COMMIT")
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        return message

    def all(self, to: str | None = None, after: int = 0) -> Iterator[Caught]:
        """Messages with an id above ``after``, newest first, perhaps only those ``to`` somebody."""
        rows = self._database.execute(
            "SELECT id, received_at, sender, recipients, raw FROM message "
            "WHERE id > ? ORDER BY id DESC",
            (after,),
        )
        for row in rows.fetchall():
            if to is None or to.lower() in row[3].lower().split("\n"):
                yield read(*row)

    def summaries(self, after: int = 0) -> list[dict[str, Any]]:
        """A line for each message with an id above ``after``, oldest first, with its thread."""
        return self._summaries("id > ?", after)

    def thread(self, number: int) -> list[dict[str, Any]]:
        """The lines of the thread that the message ``number`` belongs to, oldest first."""
        of_its_thread = "thread <> '' AND thread = (SELECT thread FROM message WHERE id = ?)"
        return self._summaries(of_its_thread, number) or self._summaries("id = ?", number)

    def search(self, text: str) -> list[int]:
        """Ids of the messages that hold every word of ``text``, anywhere, in any case."""
        words = text.casefold().split()[:_MOST_WORDS]
        held = " AND ".join("instr(words, ?) > 0" for _ in words) or "1"
        return [
            row[0] for row in self._database.execute(f"SELECT id FROM message WHERE {held}", words)
        ]

    def count(self) -> int:
        """How many messages there are."""
        return int(self._database.execute("SELECT count(*) FROM message").fetchone()[0])

    def get(self, number: int) -> Caught | None:
        """One message, or None."""
        row = self._row(number)
        return read(*row) if row else None

    def raw(self, number: int) -> bytes | None:
        """One message byte for byte, or None."""
        row = self._row(number)
        return row[4] if row else None

    def page(self, number: int, scheme: str | None = None) -> str | None:
        """The HTML part as it goes into a frame, light or dark, or None."""
        row = self._row(number)
        return framed(read(*row).html, parsed(row[4]), scheme) if row else None

    def file(self, number: int, index: int) -> tuple[CaughtFile, bytes] | None:
        """An attachment, counted from 0, with its bytes, or None."""
        raw = self.raw(number)
        found = list(files(parsed(raw))) if raw is not None else []
        return found[index] if 0 <= index < len(found) else None

    def remove(self, number: int) -> bool:
        """Throw one message away. False if it was not there."""
        if number > _LARGEST_ID:
            return False
        return bool(self._database.execute("DELETE FROM message WHERE id = ?", (number,)).rowcount)

    def clear(self) -> None:
        """Throw every message away."""
        self._database.execute("DELETE FROM message")

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _row(self, number: int) -> tuple[int, str, str, str, bytes] | None:
        if number > _LARGEST_ID:
            return None
        found = self._database.execute(
            "SELECT id, received_at, sender, recipients, raw FROM message WHERE id = ?", (number,)
        )
        return cast(tuple[int, str, str, str, bytes] | None, found.fetchone())

    def _summaries(self, where: str, value: int) -> list[dict[str, Any]]:
        rows = self._database.execute(
            f"SELECT summary, thread FROM message WHERE {where} ORDER BY id", (value,)
        )
        return [json.loads(summary) | {"thread": thread} for summary, thread in rows.fetchall()]

    def _read_off(self, message: Caught) -> None:
        thread = self._thread_of(message)
        self._database.execute(
            "UPDATE message SET message_id = ?, thread = ?, summary = ?, words = ? WHERE id = ?",
            (
                message.message_id,
                thread,
                json.dumps(message.summary()),
                message.words(),
                message.id,
            ),
        )
        if message.message_id and thread != message.message_id:
            # An answer may have come before the letter that it answers.
            self._database.execute(
                "UPDATE message SET thread = ? WHERE thread = ?", (thread, message.message_id)
            )

    def _thread_of(self, message: Caught) -> str:
        """The Message-ID that its thread began with, by RFC 5322's References and In-Reply-To."""
        if not message.answers:
            return message.message_id
        root = message.answers[0]
        known = self._database.execute(
            "SELECT thread FROM message WHERE message_id = ? LIMIT 1", (root,)
        ).fetchone()
        return known[0] if known else root

    def _read_off_older_mail(self) -> None:
        """A box of an earlier version lacks the columns that are read off its messages."""
        there = {row[1] for row in self._database.execute("PRAGMA table_info(message)")}
        if not there.issuperset(_READ_OFF):
            self._database.execute("BEGIN IMMEDIATE")
            for column in sorted(set(_READ_OFF) - there):
                self._database.execute(
                    f"ALTER TABLE message ADD COLUMN {column} TEXT NOT NULL DEFAULT ''"
                )
            for message in reversed(list(self.all())):
                self._read_off(message)
            self._database.execute("COMMIT")
        for column in ("message_id", "thread"):
            self._database.execute(
                f"CREATE INDEX IF NOT EXISTS message_by_{column} ON message ({column})"
            )
