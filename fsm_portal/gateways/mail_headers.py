"""Header fields that hold what people typed: made harmless, and written for all to read.

Each function gives the value of a field in ASCII, folded where it is long. The library's own
classes take longer over the headers of a letter than all the rest of sending it, and their folding
puts spaces into the words of a long name that is not ASCII (Python 3.11).
"""

import re
import unicodedata
from base64 import b64encode
from email.utils import quote
from functools import lru_cache
from urllib.parse import quote as percent

from fsm_portal.domain.email import is_mailbox

EOL = "\r\n"
# What turns the reading direction round, and with it the look of a name or an amount.
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LONGEST_PLAIN = 60
# Of what is written as one word of RFC 2047, which may have 75 letters with its frame.
_WORD_BYTES = 39
# Of what is written as one part of a parameter by RFC 2231.
_PART = 50
# An addr-spec as all servers take it (RFC 5321, 4.1.2): no quotes, no comments, no literals.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_PLAIN_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")
_DOTS = "[.\u3002\uff0e\uff61]"
_NOT_FOLDED = frozenset("ßẞς")
_PRINTED = re.compile(r"[!-~]+(?: [!-~]+)*")


def one_line(text: str) -> str:
    """``text`` for a header: no line breaks, controls or direction overrides, single spaces.

    A line break in a header would begin a header of the sender's choosing (CWE-93). So would one
    that arrives as an encoded word (``=?utf-8?q?=0ABcc...?=``): their opening is pulled apart.
    """
    if _PRINTED.fullmatch(text) and "=?" not in text:
        return text
    visible = "".join(" " if _hidden(c) else c for c in text)
    return " ".join(visible.replace("=?", "= ?").split())


def _hidden(character: str) -> bool:
    return character in _DIRECTION or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")


def plain_address(address: str) -> str:
    """The addr-spec of ``address``, its domain as the DNS has it.

    Raises ValueError for what is not one mailbox that any server carries.
    """
    local, _, domain = address.rpartition("@")
    if not is_mailbox(address):
        raise ValueError("not a valid mail address")
    if not local.isascii():
        raise ValueError("the address has characters that mail servers do not carry")
    try:
        plain = f"{local}@{'.'.join(map(_in_the_dns, re.split(_DOTS, domain)))}"
    except ValueError as error:
        raise ValueError("not a valid mail address") from error
    if not _PLAIN_ADDRESS.fullmatch(plain):
        raise ValueError("not a valid mail address")
    return plain


def _in_the_dns(label: str) -> str:
    """A label of a domain in ASCII (RFC 3490).

    Python's own way writes ß as ss and ς as σ, as was done before RFC 5891: that is a domain of
    somebody else, who would get the letter and the link in it.
    """
    if _NOT_FOLDED.isdisjoint(label):
        return label.encode("idna").decode("ascii")
    whole = unicodedata.normalize("NFKC", label).lower()
    plain = f"xn--{whole.encode('punycode').decode('ascii')}"
    if len(plain) > 63:
        raise ValueError("a label of the domain is too long")
    return plain


def mailbox(name: str, plain: str) -> str:
    """The value of From, To or Reply-To: who it is, and an address of ``plain_address``."""
    shown = one_line(name)
    if not shown:
        return plain
    quoted = f'"{quote(shown)}"' if _is_plain(shown) else words(shown)
    return f"{quoted}{EOL} <{plain}>"


def subject(text: str) -> str:
    """The value of Subject: plain for as long as it is plain, on several lines where it is long."""
    text = one_line(text)
    if not text.isascii() or any(len(word) > _LONGEST_PLAIN for word in text.split(" ")):
        return words(text)
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + len(word) >= _LONGEST_PLAIN:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return f"{EOL} ".join(lines)


@lru_cache(maxsize=64)
def words(text: str) -> str:
    """``text`` as words of RFC 2047 where it is not plain: each on a line, no letter cut in two."""
    text = one_line(text)
    if _is_plain(text):
        return text
    found, chunk, size = [], "", 0
    for character in text:
        width = len(character.encode())
        if size + width > _WORD_BYTES:
            found.append(chunk)
            chunk, size = "", 0
        chunk, size = chunk + character, size + width
    found.append(chunk)
    return f"{EOL} ".join(f"=?utf-8?b?{b64encode(w.encode()).decode()}?=" for w in found)


def parameter(name: str, value: str) -> str:
    """A parameter of a MIME field, ``filename="INV-0042.pdf"``; by RFC 2231 where it is no short
    plain one."""
    value = one_line(value)
    if _is_plain(value):
        return f'{name}="{quote(value)}"'
    parts, part = [], ""
    for character in value:
        # Never cut within a letter: some programs read each part by itself.
        written = percent(character, safe="")
        if len(part) + len(written) > _PART:
            parts.append(part)
            part = ""
        part += written
    parts.append(part)
    if len(parts) == 1:
        return f"{name}*=utf-8''{part}"
    parts[0] = f"utf-8''{parts[0]}"
    return f";{EOL} ".join(f"{name}*{number}*={part}" for number, part in enumerate(parts))


def _is_plain(text: str) -> bool:
    return text.isascii() and len(text) <= _LONGEST_PLAIN
