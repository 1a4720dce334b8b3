"""Whether two documents are the same: a hash of everything that they are drawn from."""

import dataclasses
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any


def facts_sha256(document: object) -> str:
    """Of a document's dataclass, in hex. Equal facts make equal bytes.

    What stands at its default is left out: a field that a later release adds leaves the hash of
    what was drawn before as it was.
    """
    return sha256(json.dumps(_plain(document), sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        held = {
            field.name: _plain(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if getattr(value, field.name) != field.default
        }
        return {type(value).__name__: held}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, bytes):
        return sha256(value).hexdigest()
    if value is None or isinstance(value, str | int | bool):
        return value
    raise TypeError(f"{type(value).__name__} is no fact of a document")
