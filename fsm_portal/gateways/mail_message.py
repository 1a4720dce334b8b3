"""A letter in plain values, and its wire form."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage

from fsm_portal.domain import clock
from fsm_portal.domain.email import is_mailbox
from fsm_portal.gateways.mail_headers import WIRE, one_line

_EOL = b"\r\n"


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


def compose(letter: Letter, mail_from: str, *, tagged: bool = False) -> EmailMessage:
    """The letter as a MIME message from ``mail_from``.

    ``tagged``: some providers give letters a Message-ID of their own, and tell of a bounce with
    this tag instead (Postmark's metadata).

    Raises MailRefused for what no server would carry, MailUnavailable if ``mail_from`` is wrong.
    """
    message = EmailMessage(policy=WIRE)
    try:
        message["From"] = _mailbox(letter.from_name, mail_from)
    except ValueError as error:
        raise MailUnavailable(f"FSM_MAIL_FROM is wrong: {error}") from error
    if tagged:
        message["X-PM-Metadata-letter"] = message_hash(letter.key)
    try:
        _write(message, letter)
    except ValueError as error:
        raise MailRefused(f"the letter cannot be written: {error}") from error
    return message


def _write(message: EmailMessage, letter: Letter) -> None:
    domain = message["From"].addresses[0].domain
    message["To"] = _mailbox(letter.to_name, letter.to_address)
    if letter.reply_to:
        message["Reply-To"] = _mailbox(letter.from_name, letter.reply_to)
    message["Subject"] = one_line(letter.subject)
    message["Date"] = clock.now()
    message["Message-ID"] = message_id(letter.key, domain)
    before = [key for key in (letter.thread, letter.follows) if key and key != letter.key]
    if before:
        ids = [message_id(key, domain) for key in before]
        message["In-Reply-To"] = ids[-1]
        message["References"] = " ".join(ids)
    if letter.unsubscribe:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    # RFC 3834: holiday notes and other robots stay silent. The second is Exchange's word for it.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    # Quoted-printable is plain ASCII: it needs no 8BITMIME and keeps long links whole.
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    page = message.get_body(("html",))
    for picture in letter.pictures:
        assert isinstance(page, EmailMessage)  # it was just added
        page.add_related(
            picture.data,
            maintype="image",
            subtype="png",
            cid=f"<{one_line(picture.name)}>",
            disposition="inline",
            filename=f"{_file_name(picture.name.partition('@')[0])}.png",
        )
    for attachment in letter.attachments:
        kind, _, subtype = one_line(attachment.content_type).partition("/")
        message.add_attachment(
            attachment.data,
            maintype=kind or "application",
            subtype=subtype or "octet-stream",
            filename=_file_name(attachment.filename),
        )


def on_the_wire(message: EmailMessage) -> bytes:
    """A composed message as SMTP carries it. The library's generator writes the same, line by line:
    for a letter with a document that takes longer than all the rest of sending it."""
    children = message.get_payload()
    if isinstance(children, list):
        boundary = f"=_{secrets.token_hex(16)}"
        message.set_boundary(boundary)
        rule = f"--{boundary}".encode("ascii")
        parts = [child for child in children if isinstance(child, EmailMessage)]
        body = b"".join(rule + _EOL + on_the_wire(part) + _EOL for part in parts)
        body += rule + b"--" + _EOL
    else:
        # Encoded by compose: ASCII, in short lines.
        body = str(children).replace("\r\n", "\n").replace("\n", "\r\n").encode("ascii")
    head = b"".join(message.policy.fold_binary(*header) for header in message.raw_items())
    return head + _EOL + body


def message_id(key: str, domain: str) -> str:
    """The Message-ID of the letter with ``key`` from ``domain``: the same at every sending."""
    return f"<{message_hash(key)}@{domain}>"


def message_hash(key: str) -> str:
    """Its part before the @: 40 hex digits."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]


def _mailbox(name: str, address: str) -> Address:
    """Raises ValueError for an address that is not one plain mail address."""
    local, _, domain = address.rpartition("@")
    if not is_mailbox(address):
        raise ValueError("not a valid mail address")
    if not local.isascii():
        raise ValueError("the address has characters that mail servers do not carry")
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
        return Address(one_line(name), addr_spec=f"{local}@{ascii_domain}")
    except (ValueError, IndexError, MessageError) as error:
        raise ValueError("not a valid mail address") from error


def _file_name(name: str) -> str:
    return re.sub(r"[/\\:]+", "-", one_line(name)).lstrip(".") or "attachment"
