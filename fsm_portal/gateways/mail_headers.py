"""Header fields that hold what people typed: made harmless, and written for all to read."""

import unicodedata
from email.header import Header
from email.headerregistry import Address
from email.policy import EmailPolicy
from email.utils import quote
from typing import Any

# What turns the reading direction round, and with it the look of a name or an amount.
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LONGEST_PLAIN = 60


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

    Its own folding puts spaces into the words of a long name that is not ASCII (Python 3.11); the
    older ``Header`` gets RFC 2047 right.
    """

    def fold(self, name: str, value: Any) -> str:
        lowered = name.lower()
        if lowered == "subject":
            return f"{name}: {self._encoded(name, str(value))}{self.linesep}"
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
        quoted = f'"{quote(shown)}"' if _is_plain(shown) else self._encoded(name, shown)
        return f"{quoted}{self.linesep} <{address.addr_spec}>"

    def _encoded(self, name: str, text: str) -> str:
        charset = "ascii" if _is_plain(text) else "utf-8"
        return Header(one_line(text), charset, header_name=name).encode(linesep=self.linesep)


def _is_plain(text: str) -> bool:
    return text.isascii() and len(text) <= _LONGEST_PLAIN


WIRE = _Wire(linesep="\r\n")
