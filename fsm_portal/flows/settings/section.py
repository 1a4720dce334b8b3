"""A section of the settings: the fields of one page, each with what may be typed into it."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from fsm_portal.domain.company import Company

# What takes long to find out, looked up before the company is locked: given what was typed.
Look = Callable[[Session, Company, Mapping[str, str]], Mapping[str, Any]]
# What is wrong with fields together, by field: given the new values of all, the names of those that
# change, and what was looked up.
Judge = Callable[
    [Session, Company, Mapping[str, Any], Collection[str], Mapping[str, Any]], dict[str, str]
]
# What a change entails in the same unit of work, and the topics to ring for it.
Follow = Callable[[Session, Company, Collection[str]], frozenset[str]]


@dataclass(frozen=True)
class Setting:
    """One field, kept in ``column`` of the company.

    ``check`` makes of a text what is kept, or raises ValueError with a sentence for whoever typed
    it; ``words`` makes of what is kept the text that stands in the field. ``label`` is the field's
    name on the page and in the audit log.
    """

    label: str
    check: Callable[[str], Any]
    column: str
    words: Callable[[Any], str] = str


@dataclass(frozen=True)
class Section:
    """``name`` is the page's, ``part`` its place in the address; ``settings`` go by the names of
    the form's fields."""

    name: str
    part: str
    settings: Mapping[str, Setting]
    look: Look | None = None
    judge: Judge | None = None
    follow: Follow | None = None

    def texts(self, company: Company) -> dict[str, str]:
        """What stands in each field at present."""
        return {
            name: setting.words(getattr(company, setting.column))
            for name, setting in self.settings.items()
        }


def on_or_off(text: str) -> bool:
    """What a browser sends of a box to tick: ``on``, or nothing at all."""
    if text not in ("", "on"):
        raise ValueError("This is switched on or off, and nothing else.")
    return text == "on"


def ticked(value: bool) -> str:
    """The text that stands for a ticked box; empty for another."""
    return "on" if value else ""


def as_basis(texts: Mapping[str, str]) -> str:
    """What a form shows when it is opened, for it to bring back when it is sent."""
    return json.dumps(dict(texts), separators=(",", ":"), sort_keys=True)


def from_basis(text: object) -> dict[str, str]:
    """The same, read again. It comes from a browser: whatever is odd is nothing."""
    if not isinstance(text, str):
        return {}
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(read, dict):
        return {}
    return {name: value for name, value in read.items() if isinstance(value, str)}
