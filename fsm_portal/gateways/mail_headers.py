"""Header fields that hold what people typed: made harmless, and written for all to read."""

import unicodedata
from base64 import b64encode
from email.headerregistry import Address
from email.policy import EmailPolicy
from email.utils import quote
from typing import Any

# What turns the reading direction round, and with it the look of a name or an amount.
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LONGEST_PLAIN = 60
# Of what is written as one word of RFC 2047, which may have 75 letters with its frame.
_WORD_BYTES = 39


def one_line(text: str) -> str:
    """``text`` for a header: no line breaks, controls or direction overrides, single spaces.

    A line break in a header would begin a header of the sender's choosing (CWE-93). So would one
    that arrives as an encoded word (``=?utf-8?q?=0ABcc...?=``): their opening is pulled apart.
    """
    visible = "".join(" " if _hidden(c) else c for c in text)
    return " ".join(visible.replace("=?", "= ?").split())


def _hidden(character: str) -> bool:
    return character in _DIRECTION or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")


class _Wire(EmailPolicy):
    """The standard policy, but for names and subjects.

    Its own folding puts spaces into the words of a long name that is not ASCII (Python 3.11).
    """

    def fold(self, name: str, value: Any) -> str:
        lowered = name.lower()
        if lowered == "subject":
            return f"{name}: {_encoded(str(value), self.linesep)}{self.linesep}"
        if lowered in ("from", "to", "reply-to"):
            [address] = value.addresses
            return f"{name}: {self._mailbox(name, address)}{self.linesep}"
        if lowered == "list-unsubscribe":
            # One long address, which the standard policy would write as an encoded word.
            return f"{name}: {one_line(str(value))}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii")

    def _mailbox(self, name: str, address: Address) -> str:
        shown = one_line(address.display_name)
        if not shown:
            return address.addr_spec
        quoted = f'"{quote(shown)}"' if _is_plain(shown) else _encoded(shown, self.linesep)
        return f"{quoted}{self.linesep} <{address.addr_spec}>"


def _encoded(text: str, linesep: str) -> str:
    """``text`` as RFC 2047 words where it is not plain: each on a line, none cut within a letter.

    The library's ``Header`` writes the same and tries every length of each line for it.
    """
    text = one_line(text)
    if _is_plain(text):
        return text
    words, chunk, size = [], "", 0
    for character in text:
        width = len(character.encode())
        if size + width > _WORD_BYTES:
            words.append(chunk)
            chunk, size = "", 0
        chunk, size = chunk + character, size + width
    words.append(chunk)
    return f"{linesep} ".join(f"=?utf-8?b?{b64encode(w.encode()).decode()}?=" for w in words)


def _is_plain(text: str) -> bool:
    return text.isascii() and len(text) <= _LONGEST_PLAIN


WIRE = _Wire(linesep="\r\n")
