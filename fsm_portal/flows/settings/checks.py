"""What may be typed into a setting: each check gives back what is kept, or says what is wrong.

All raise ValueError with a sentence for whoever typed it.
"""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from fsm_portal.domain.email import is_mailbox

Check = Callable[[str], str]

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_PHONE = re.compile(r"[0-9A-Za-z+() ./-]*")


def line(what: str, longest: int, *, empty: bool) -> Check:
    """One line of at most ``longest`` letters; ``what`` names it at the start of a sentence."""

    def check(text: str) -> str:
        text = text.strip()
        if not text and not empty:
            raise ValueError(f"{what} is empty: it stands on invoices and in mails.")
        if len(text) > longest or not text.isprintable():
            raise ValueError(f"{what} has to be one line of at most {longest} letters.")
        return text

    return check


def lines(what: str, longest: int) -> Check:
    """Several lines; may be empty."""

    def check(text: str) -> str:
        text = "\n".join(line.rstrip() for line in text.strip().splitlines())
        if len(text) > longest:
            raise ValueError(f"{what} has {len(text):,} letters; {longest:,} at most.")
        if not text.replace("\n", "").isprintable():
            raise ValueError(f"{what} holds characters that cannot be shown, such as a tab.")
        return text

    return check


def color(text: str) -> str:
    text = text.strip().lower()
    if not _COLOUR.fullmatch(text):
        raise ValueError(f"{text!r} is no colour: # and six digits or letters, such as #0f766e.")
    return text


def email(text: str) -> str:
    if not is_mailbox(text.strip()):
        raise ValueError(f"{text!r} is not an email address, such as office@example.com.")
    return text.strip()


def phone(text: str) -> str:
    text = line("The phone number", 40, empty=True)(text)
    if not _PHONE.fullmatch(text):
        raise ValueError(f"{text!r} is no phone number, such as +1 212 555 0142.")
    return text


def web_address(text: str) -> str:
    """Of a page that anybody may open, over https; may be empty."""
    text = text.strip()
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        host = ""
        parts = urlsplit("")
    plain = text.isascii() and text.isprintable() and " " not in text and len(text) <= 500
    if not plain or parts.scheme != "https" or "." not in host or "@" in parts.netloc:
        raise ValueError("Type a whole web address, such as https://example.com/terms.")
    return text
