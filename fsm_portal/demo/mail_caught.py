"""A caught message as it reads: names, parts, attachments, links, and what it is an answer to."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any, cast

_ADDRESS_IN_TEXT = re.compile(r"https?://[^\s<>\"]+")
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
_UNSEEN = frozenset({"style", "script", "title", "template"})
# What a search goes through, at most: a letter of ours has a thousandth of it.
_MOST_WORDS = 200_000


@dataclass(frozen=True, slots=True)
class CaughtFile:
    """An attachment, without its bytes. ``size`` is in bytes. ``is_pdf``: by its declared type and
    by its first bytes, so a page that calls itself a PDF is none."""

    filename: str
    content_type: str
    size: int
    is_pdf: bool


@dataclass(frozen=True, slots=True)
class Caught:
    """A message as it reads. ``to`` is the address on the envelope, ``received_at`` ISO, UTC.

    ``headers`` are decoded, ``raw_headers`` is the block as it was sent. ``answers`` are the
    Message-IDs of the letters before it in its thread, the oldest first.
    """

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
    raw_headers: str
    message_id: str
    answers: tuple[str, ...]
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
            "message_id": self.message_id,
            "preview": " ".join((self.text or _reader(self.html).words).split())[:160],
            "attachments": len(self.attachments),
        }

    def words(self) -> str:
        """What a search looks through: who, about what, both texts whole, and names of files."""
        names = [self.to, self.to_name, self.sender, self.sender_name, self.subject]
        names += [file.filename for file in self.attachments]
        whole = " ".join([*names, self.message_id, self.text, _reader(self.html).words])
        return _sound(" ".join(whole.casefold().split())[:_MOST_WORDS])


def read(number: int, received_at: str, sender: str, recipients: str, raw: bytes) -> Caught:
    """The message ``number`` as it reads. ``recipients`` are the envelope's, one a line."""
    message = parsed(raw)
    try:
        text, html = (_body(message, kind) for kind in ("plain", "html"))
        raw_headers = [(name, " ".join(value.split())) for name, value in message.raw_items()]
        first = {name.lower(): value for name, value in reversed(raw_headers)}
        to_name, _ = map(_decoded, parseaddr(first.get("to", "")))
        from_name, from_address = map(_decoded, parseaddr(first.get("from", "")))
        subject = _decoded(first.get("subject", ""))
        headers = tuple((name, _decoded(value)) for name, value in raw_headers)
        attachments = tuple(file for file, _ in files(message))
    # Anything may be sent to an open SMTP port, and the parser has its own surprises. What it
    # cannot read is shown as it came.
    except Exception:
        to_name, from_name, from_address, subject = "", "", "", "(cannot be read)"
        text, html, headers, attachments = raw.decode("utf-8", "replace"), "", (), ()
        first = {}
    answers = (*_ids(first.get("references", "")), *_ids(first.get("in-reply-to", "")))
    return Caught(
        id=number,
        to=recipients.split("\n")[0],
        to_name=to_name,
        sender=from_address or sender,
        sender_name=from_name,
        subject=subject,
        received_at=received_at,
        text=text,
        html=html,
        headers=headers,
        raw_headers=_END_OF_HEADERS.split(raw, maxsplit=1)[0].decode("utf-8", "replace"),
        message_id=next(iter(_ids(first.get("message-id", ""))), ""),
        answers=tuple(dict.fromkeys(answers)),
        attachments=attachments,
        links=tuple(dict.fromkeys([*_reader(html).links, *_ADDRESS_IN_TEXT.findall(text)])),
    )


def parsed(raw: bytes) -> EmailMessage:
    """The message's parts."""
    return message_from_bytes(raw, policy=default)


def files(message: EmailMessage) -> Iterator[tuple[CaughtFile, bytes]]:
    """The attachments with their bytes."""
    for index, part in enumerate(message.iter_attachments()):
        data = cast(bytes | None, part.get_payload(decode=True))
        if data is None:  # A message within the message.
            data = b"".join(inner.as_bytes() for inner in part.iter_parts())
        name = _sound(part.get_filename() or f"attachment-{index + 1}")
        kind = part.get_content_type()
        is_pdf = kind == "application/pdf" and data.startswith(b"%PDF-")
        yield CaughtFile(name, kind, len(data), is_pdf), data


def _ids(value: str) -> list[str]:
    return _MESSAGE_ID.findall(_sound(value))


def _decoded(value: str) -> str:
    """A header's text by RFC 2047. The newer parser of Python 3.11 splits long names in words."""
    return _sound(str(make_header(decode_header(value))))


def _sound(text: str) -> str:
    """Bytes that were never encoded: UTF-8 most likely, and never a lone surrogate, which neither
    JSON nor SQLite would carry."""
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    try:
        return str(part.get_content()) if part is not None else ""
    except (LookupError, ValueError):
        # An unknown charset or broken encoding is shown as well as it can be.
        payload = part.get_payload(decode=True) if part is not None else b""
        return cast(bytes, payload).decode("utf-8", "replace")


class _Reader(HTMLParser):
    """The links of a page, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self._said: list[str] = []
        self._unseen = ""

    @property
    def words(self) -> str:
        return " ".join(self._said)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get("href") or ""
        if tag == "a" and address.startswith(("http://", "https://")):
            self.links.append(address)
        self._unseen = self._unseen or (tag if tag in _UNSEEN else "")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._unseen:
            self._unseen = ""

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._said.append(data)


# A message that comes in is asked three times: for its links, its preview and its words.
@lru_cache(maxsize=1)
def _reader(html: str) -> _Reader:
    reader = _Reader()
    # What the parser stumbles over ends what is read of the page, no more.
    with suppress(AssertionError, ValueError):
        reader.feed(html)
    return reader
