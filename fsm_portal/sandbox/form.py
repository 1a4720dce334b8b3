"""Form bodies and query strings in brackets, as Stripe's clients send them, to nested dicts.

``a[b][0][c]=1`` becomes ``{"a": {"b": {"0": {"c": "1"}}}}``; ``expand[]=x`` counts up from 0.
Lists stay dicts keyed by position here: what is a list is known only where the parameter is read.
"""

import json
from typing import Any
from urllib.parse import parse_qsl

from fsm_portal.sandbox.errors import StripeError

MAX_FIELDS = 2_000
MAX_DEPTH = 12

Form = dict[str, Any]


def decode(raw: bytes | str) -> Form:
    """Nested dict of strings. Raises StripeError 400 for what no reader could make sense of."""
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
        pairs = parse_qsl(
            text,
            keep_blank_values=True,
            max_num_fields=MAX_FIELDS,
            encoding="utf-8",
            errors="strict",
        )
    except ValueError as problem:
        raise _unreadable() from problem
    form: Form = {}
    for key, value in pairs:
        if "\x00" in key or "\x00" in value:
            raise _unreadable()
        _put(form, _parts(key), value)
    return form


def from_json(raw: bytes, null: str | None = None) -> Form:
    """A JSON object as a form would have brought it: texts, and lists keyed by position.

    ``null`` is what a JSON null becomes; None leaves it out. Raises StripeError 400.
    """
    try:
        sent = json.loads(raw or b"{}")
        if not isinstance(sent, dict):
            raise _unreadable()
        return _texts(sent, null)
    except (ValueError, RecursionError) as problem:
        raise _unreadable() from problem


def _texts(sent: dict[str, Any], null: str | None) -> Form:
    kept = {_sound(key): null if value is None else value for key, value in sent.items()}
    return {key: _text(value, null) for key, value in kept.items() if value is not None}


def _text(value: Any, null: str | None) -> Any:
    if isinstance(value, dict):
        return _texts(value, null)
    if isinstance(value, list):
        return {str(place): _text(each, null) for place, each in enumerate(value)}
    return str(value).lower() if isinstance(value, bool) else _sound(str(value))


def _sound(text: str) -> str:
    """``text`` if it can be kept. JSON may hold half a surrogate pair, which is no character."""
    text.encode()
    if "\x00" in text:
        raise _unreadable()
    return text


def _parts(key: str) -> list[str]:
    head, bracket, rest = key.partition("[")
    if not bracket:
        return [head]
    if not head or not rest.endswith("]"):
        raise _unreadable()
    parts = [head, *rest[:-1].split("][")]
    if len(parts) > MAX_DEPTH or any("[" in part or "]" in part for part in parts):
        raise _unreadable()
    return parts


def _put(form: Form, parts: list[str], value: str) -> None:
    place = form
    for part in parts[:-1]:
        place = place.setdefault(part or str(len(place)), {})
        if not isinstance(place, dict):
            raise _unreadable()
    name = parts[-1] or str(len(place))
    if isinstance(place.get(name), dict):
        raise _unreadable()
    place[name] = value


def _unreadable() -> StripeError:
    return StripeError(
        400,
        "Invalid request (check that your POST parameters are sent correctly). "
        "We had trouble decoding the request's parameters.",
        remembered=False,
    )
