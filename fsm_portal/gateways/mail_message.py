"""A letter in plain values, and its wire form."""

import hashlib
from dataclasses import dataclass
from email.utils import format_datetime

from fsm_portal.domain import clock
from fsm_portal.gateways.mail_headers import EOL, mailbox, one_line, plain_address, subject
from fsm_portal.gateways.mail_parts import Part, file_part, joined, text_part


class MailRefused(Exception):
    """The letter itself will never be taken: a bad address or a permanent answer (5xx)."""


class MailUnavailable(Exception):
    """The letter was not taken now: no connection, no login, or a temporary answer (4xx).

    Whatever the installation's own settings cause (a wrong password, a refused sender) belongs
    here too, so that letters wait for the repair and are not lost.
    """


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels with a letter. ``content_type`` is ``type/subtype``."""

    filename: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG that the letter's page shows as ``cid:`` and its name. It travels inside the letter:
    mail programs fetch nothing unasked, and nobody is told when it is read."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one person.

    ``key`` names the occasion ("invoice/<id>/1"): the Message-ID is derived from it, so a letter
    sent again after a crash is recognised as the same one. Letters that share a ``thread`` key
    (and the letter whose own key that is) are shown together by mail programs. ``follows`` is the
    key of the letter that this one comes after, as an answer would. ``unsubscribe`` is an address
    that ends letters of this kind, for the mail program's own button (RFC 8058).
    """

    to_address: str
    to_name: str
    from_name: str
    reply_to: str
    subject: str
    text: str
    html: str
    key: str
    thread: str | None = None
    attachments: tuple[Attachment, ...] = ()
    pictures: tuple[Picture, ...] = ()
    follows: str | None = None
    unsubscribe: str = ""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A letter as SMTP carries it: the two addresses of its envelope, and every byte of it."""

    sender: str
    receiver: str
    content: bytes


def compose(letter: Letter, mail_from: str, *, tagged: bool = False) -> Sealed:
    """The letter as a MIME message (RFC 5322, 2045) from ``mail_from``.

    ``tagged``: some providers give letters a Message-ID of their own, and tell of a bounce with
    this tag instead (Postmark's metadata).

    Raises MailRefused for what no server would carry, MailUnavailable if ``mail_from`` is wrong.
    """
    try:
        sender = plain_address(mail_from)
    except ValueError as error:
        raise MailUnavailable(f"FSM_MAIL_FROM is wrong: {error}") from error
    try:
        receiver = plain_address(letter.to_address)
        head = _headers(letter, sender, receiver)
        if tagged:
            head.append(("X-PM-Metadata-letter", message_hash(letter.key)))
        body = _body(letter)
    except ValueError as error:
        raise MailRefused(f"the letter cannot be written: {error}") from error
    above = "".join(f"{name}: {value}{EOL}" for name, value in head)
    return Sealed(sender, receiver, above.encode("ascii") + body)


def _headers(letter: Letter, sender: str, receiver: str) -> list[tuple[str, str]]:
    domain = sender.rpartition("@")[2]
    head = [("From", mailbox(letter.from_name, sender)), ("To", mailbox(letter.to_name, receiver))]
    if letter.reply_to:
        head.append(("Reply-To", mailbox(letter.from_name, plain_address(letter.reply_to))))
    head.append(("Subject", subject(letter.subject)))
    head.append(("Date", format_datetime(clock.now())))
    head.append(("Message-ID", message_id(letter.key, domain)))
    before = [key for key in (letter.thread, letter.follows) if key and key != letter.key]
    if before:
        ids = [message_id(key, domain) for key in before]
        head += [("In-Reply-To", ids[-1]), ("References", f"{EOL} ".join(ids))]
    if letter.unsubscribe:
        # One long address, which may not be folded.
        head.append(("List-Unsubscribe", f"<{one_line(letter.unsubscribe)}>"))
        head.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    # RFC 3834: holiday notes and other robots stay silent. The second is Exchange's word for it.
    head.append(("Auto-Submitted", "auto-generated"))
    head.append(("X-Auto-Response-Suppress", "All"))
    head.append(("MIME-Version", "1.0"))
    return head


def _body(letter: Letter) -> Part:
    page = text_part("html", letter.html)
    if letter.pictures:
        shown = [file_part("image/png", p.data, f"{p.name}.png", p.name) for p in letter.pictures]
        page = joined("related", [page, *shown])
    body = joined("alternative", [text_part("plain", letter.text), page])
    if letter.attachments:
        files = [
            file_part(file.content_type, file.data, file.filename) for file in letter.attachments
        ]
        body = joined("mixed", [body, *files])
    return body


def message_id(key: str, domain: str) -> str:
    """The Message-ID of the letter with ``key`` from ``domain``: the same at every sending."""
    return f"<{message_hash(key)}@{domain}>"


def message_hash(key: str) -> str:
    """Its part before the @: 40 hex digits."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]
