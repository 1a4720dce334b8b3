"""What a request may say: small readers turn form strings into values, or refuse as Stripe does.

An endpoint declares a ``Shape`` of readers; whatever it does not name is ``parameter_unknown``.
Everything raised here is a StripeError that idempotency keys do not keep.
"""

import re
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

from fsm_portal.sandbox.errors import StripeError

_EMAIL = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+\.[^@\s\x00-\x1f]+")


class Reader(Protocol):
    """Reads one parameter. ``name`` is the whole path (``line_items[0][quantity]``)."""

    def read(self, raw: Any, name: str) -> Any: ...


def refuse(message: str, param: str, code: str | None = None) -> StripeError:
    """A 400 about one parameter, found while reading (so no idempotency key keeps it)."""
    return StripeError(400, message, param=param, code=code, remembered=False)


def string(raw: Any, name: str) -> str:
    """A single value, not a hash or list."""
    if not isinstance(raw, str):
        raise refuse("Invalid string: " + shown(raw), name)
    return raw


def shown(raw: Any) -> str:
    """What was sent, short enough for a message."""
    text = str(raw)
    return text if len(text) <= 60 else text[:60] + "…"


@dataclass(frozen=True)
class Text:
    """A string. ``clearable`` lets the empty string through as None (Stripe's way to unset)."""

    longest: int = 5000
    clearable: bool = False

    def read(self, raw: Any, name: str) -> str | None:
        text = string(raw, name)
        if text == "":
            if self.clearable:
                return None
            raise refuse(
                f"You passed an empty string for '{name}'. We assume empty values are an attempt "
                f"to unset a parameter; however '{name}' cannot be unset. You should remove "
                f"'{name}' from your request or supply a non-empty value.",
                name,
                "parameter_invalid_empty",
            )
        if len(text) > self.longest:
            raise refuse(
                f"Invalid string: {text[:12]}...{text[-4:]}; must be at most {self.longest} "
                "characters",
                name,
            )
        return text


@dataclass(frozen=True)
class Email(Text):
    """An email address."""

    longest: int = 800

    def read(self, raw: Any, name: str) -> str | None:
        text = Text.read(self, raw, name)
        if text is not None and not _EMAIL.fullmatch(text):
            raise refuse(f"Invalid email address: {shown(text)}", name, "email_invalid")
        return text


@dataclass(frozen=True)
class Country(Text):
    """A country's two letters (ISO 3166), in any case; upper case afterwards."""

    def read(self, raw: Any, name: str) -> str | None:
        text = Text.read(self, raw, name)
        if text is None or not re.fullmatch(r"[A-Za-z]{2}", text):
            raise refuse(
                f"Country '{shown(text)}' is unknown. Try using a 2-character alphanumeric country "
                "code instead, such as 'US', 'EG', or 'GB'.",
                name,
                "country_code_invalid",
            )
        return text.upper()


@dataclass(frozen=True)
class Url(Text):
    """An absolute http or https address."""

    def read(self, raw: Any, name: str) -> str | None:
        text = Text.read(self, raw, name)
        if text is not None and not is_web_address(text):
            raise refuse("Not a valid URL", name, "url_invalid")
        return text


def is_web_address(text: str) -> bool:
    """Whether ``text`` is http(s) with a host, and nothing that could break out of a header."""
    if re.search(r"[\s\x00-\x1f\x7f\\]", text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


class Choice:
    """One of a few words. ``elsewhere`` are those that Stripe knows and this sandbox does not."""

    def __init__(self, *options: str, elsewhere: tuple[str, ...] = ()) -> None:
        self.options = options
        self.elsewhere = elsewhere

    def read(self, raw: Any, name: str) -> str:
        text = string(raw, name)
        if text in self.elsewhere:
            raise refuse(f"The sandbox does not support {name}={text} yet.", name)
        if text not in self.options:
            *most, last = self.options + self.elsewhere
            listed = f"{', '.join(most)}, or {last}" if most else last
            raise refuse(f"Invalid {name}: must be one of {listed}", name)
        return text


@dataclass(frozen=True)
class Flag:
    """``true`` or ``false``."""

    def read(self, raw: Any, name: str) -> bool:
        if raw not in ("true", "false"):
            raise refuse(f"Invalid boolean: {shown(raw)}", name)
        return bool(raw == "true")


@dataclass(frozen=True)
class Many:
    """A list, at most ``most`` long."""

    of: Reader
    most: int = 100
    clearable: bool = False

    def read(self, raw: Any, name: str) -> list[Any]:
        if raw == "" and self.clearable:
            return []
        if not isinstance(raw, dict) or not all(k.isascii() and k.isdecimal() for k in raw):
            raise refuse("Invalid array", name)
        if len(raw) > self.most:
            raise refuse(f"Array {name} exceeded maximum {self.most} allowed elements.", name)
        ordered = sorted(raw, key=int)
        return [self.of.read(raw[key], f"{name}[{key}]") for key in ordered]


@dataclass(frozen=True)
class Tags:
    """Metadata: at most 50 keys of 40 characters, values of 500. An empty value unsets its key."""

    def read(self, raw: Any, name: str) -> dict[str, str]:
        if raw == "":
            return {}
        if not isinstance(raw, dict):
            raise refuse("Invalid object", name)
        for key, value in raw.items():
            if not isinstance(value, str):
                raise refuse("Metadata values must be strings", f"{name}[{key}]")
            if len(key) > 40:
                raise refuse(
                    "Metadata keys must be at most 40 characters long", f"{name}[{key[:40]}]"
                )
            if len(value) > 500:
                raise refuse(
                    f"Metadata values can have up to 500 characters, but you passed in a value "
                    f"that is {len(value)} characters. Invalid value: {value[:20]}...",
                    f"{name}[{key}]",
                )
        if len(raw) > 50:
            raise refuse("Metadata can have up to 50 keys", name)
        return dict(raw)


@dataclass(frozen=True)
class NotHere:
    """A parameter that Stripe has and this sandbox does not: refused by name, never ignored."""

    def read(self, raw: Any, name: str) -> Any:
        raise refuse(f"The sandbox does not support the parameter {name} yet.", name)


@dataclass(frozen=True)
class Shape:
    """A hash of known names; ``required`` ones must be there."""

    readers: dict[str, Reader]
    required: tuple[str, ...] = ()
    absent: dict[str, Any] = field(default_factory=dict)

    def read(self, raw: Any, name: str = "") -> dict[str, Any]:
        if not isinstance(raw, dict):
            raise refuse("Invalid object", name)
        unknown = [f"{name}[{key}]" if name else key for key in raw if key not in self.readers]
        if unknown:
            plural = "s" if len(unknown) > 1 else ""
            listed = ", ".join(shown(each) for each in unknown)
            raise refuse(
                f"Received unknown parameter{plural}: {listed}", unknown[0], "parameter_unknown"
            )
        for key in self.required:
            if key not in raw:
                full = f"{name}[{key}]" if name else key
                raise refuse(f"Missing required param: {full}.", full, "parameter_missing")
        values = {
            key: self.readers[key].read(value, f"{name}[{key}]" if name else key)
            for key, value in raw.items()
        }
        return {**self.absent, **values}
