"""Ids of our own rows."""

from uuid_utils import uuid7


def new_id() -> str:
    """A new id: 32 lower-case hex digits of a UUIDv7 (RFC 9562), so ids sort by their birth."""
    return uuid7().hex
