"""Ids of our own rows."""

import re

from uuid_utils import uuid7

_FORM = re.compile(r"[0-9a-f]{32}")


def new_id() -> str:
    """A new id: 32 lower-case hex digits of a UUIDv7 (RFC 9562), so ids sort by their birth."""
    return uuid7().hex


def is_id(text: str) -> bool:
    """Whether ``text``, from an address or an argument, can be one of our ids at all.

    What cannot is missing, and must not reach the database: PostgreSQL raises for a NUL in it.
    """
    return _FORM.fullmatch(text) is not None
