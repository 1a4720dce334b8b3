"""The catcher's box: every message as it came, in one SQLite file, and how it reads."""

import re
import sqlite3
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, cast

_SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    received_at TEXT NOT NULL,
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL,
    raw BLOB NOT NULL
)
"""
_LARGEST_ID = 2**63 - 1  # SQLite's
_PICTURES = ("image/png", "image/jpeg")
_ADDRESS_IN_TEXT = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True, slots=True)
class CaughtFile:
    """An attachment, without its bytes. ``size`` is in bytes."""

    filename: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Caught:
    """A message as it reads. ``to`` is the address on the envelope, ``received_at`` ISO, UTC."""

    id: int
    to: str
    to_name: str
    sender: str
    sender_name: str
    subject: str
    received_at: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]
    attachments: tuple[CaughtFile, ...]
    links: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """All of it, under the names the catcher's API gives (``from`` is no Python name)."""
        fields = asdict(self)
        return {"from": fields.pop("sender"), "from_name": fields.pop("sender_name"), **fields}

    def summary(self) -> dict[str, Any]:
        """What a line of the list shows."""
        return {
            "id": self.id,
            "to": self.to,
            "to_name": self.to_name,
            "from": self.sender,
            "from_name": self.sender_name,
            "subject": self.subject,
            "received_at": self.received_at,
            "preview": " ".join(self.text.split())[:160],
            "attachments": len(self.attachments),
        }


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

    def put(self, sender: str, recipients: list[str], raw: bytes) -> Caught:
        """Keep a message that has come in."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        row = (now, sender, "\n".join(recipients), raw)
        statement = "INSERT INTO message (received_at, sender, recipients, raw) VALUES (?, ?, ?, ?)"
        number = self._database.execute(statement, row).lastrowid
        return _read(cast(int, number), *row)

    def all(self, to: str | None = None, after: int = 0) -> Iterator[Caught]:
        """Messages with an id above ``after``, newest first, perhaps only those ``to`` somebody."""
        rows = self._database.execute(
            "SELECT id, received_at, sender, recipients, raw FROM message "
            "WHERE id > ? ORDER BY id DESC",
            (after,),
        )
        for row in rows.fetchall():
            if to is None or to.lower() in row[3].lower().split("\n"):
                yield _read(*row)

    def get(self, number: int) -> Caught | None:
        """One message, or None."""
        row = self._row(number)
        return _read(*row) if row else None

    def raw(self, number: int) -> bytes | None:
        """One message byte for byte, or None."""
        row = self._row(number)
        return row[4] if row else None

    def page(self, number: int) -> str | None:
        """The HTML part with the pictures that travel inside the letter in their places."""
        raw, message = self.raw(number), self.get(number)
        if raw is None or message is None:
            return None
        html = message.html
        for part in _parsed(raw).walk():
            name = str(part.get("Content-ID", "")).strip("<> ")
            data = part.get_payload(decode=True)
            if name and part.get_content_type() in _PICTURES and isinstance(data, bytes):
                source = f"data:{part.get_content_type()};base64,{b64encode(data).decode()}"
                html = html.replace(f"cid:{name}", source)
        return html

    def file(self, number: int, index: int) -> tuple[CaughtFile, bytes] | None:
        """An attachment, counted from 0, with its bytes, or None."""
        raw = self.raw(number)
        files = list(_files(_parsed(raw))) if raw is not None else []
        return files[index] if 0 <= index < len(files) else None

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


def _read(number: int, received_at: str, sender: str, recipients: str, raw: bytes) -> Caught:
    to = recipients.split("\n")[0]
    message = _parsed(raw)
    try:
        text, html = (_body(message, kind) for kind in ("plain", "html"))
        raw_headers = [(name, " ".join(value.split())) for name, value in message.raw_items()]
        first = dict(reversed(raw_headers))
        to_name, _ = map(_decoded, parseaddr(first.get("To", "")))
        from_name, from_address = map(_decoded, parseaddr(first.get("From", "")))
        subject = _decoded(first.get("Subject", ""))
        headers = tuple((name, _decoded(value)) for name, value in raw_headers)
        attachments = tuple(file for file, _ in _files(message))
    # Anything may be sent to an open SMTP port, and the parser has its own surprises. What it
    # cannot read is shown as it came.
    except Exception:
        to_name, from_name, from_address, subject = "", "", "", "(cannot be read)"
        text, html, headers, attachments = raw.decode("utf-8", "replace"), "", (), ()
    return Caught(
        id=number,
        to=to,
        to_name=to_name,
        sender=from_address or sender,
        sender_name=from_name,
        subject=subject,
        received_at=received_at,
        text=text,
        html=html,
        headers=headers,
        attachments=attachments,
        links=tuple(dict.fromkeys([*_links_in_html(html), *_ADDRESS_IN_TEXT.findall(text)])),
    )


def _parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=default)


def _decoded(value: str) -> str:
    """A header's text by RFC 2047. The newer parser of Python 3.11 splits long names in words."""
    text = str(make_header(decode_header(value)))
    # Bytes that were never encoded: UTF-8 most likely, never a lone surrogate in our JSON.
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    try:
        return str(part.get_content()) if part is not None else ""
    except (LookupError, ValueError):
        # An unknown charset or broken encoding is shown as well as it can be.
        payload = part.get_payload(decode=True) if part is not None else b""
        return cast(bytes, payload).decode("utf-8", "replace")


def _files(message: EmailMessage) -> Iterator[tuple[CaughtFile, bytes]]:
    for index, part in enumerate(message.iter_attachments()):
        data = cast(bytes | None, part.get_payload(decode=True))
        if data is None:  # A message within the message.
            data = b"".join(inner.as_bytes() for inner in part.iter_parts())
        name = part.get_filename() or f"attachment-{index + 1}"
        yield CaughtFile(name, part.get_content_type(), len(data)), data


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get("href") or ""
        if tag == "a" and address.startswith(("http://", "https://")):
            self.found.append(address)


def _links_in_html(html: str) -> list[str]:
    reader = _Links()
    reader.feed(html)
    return reader.found
