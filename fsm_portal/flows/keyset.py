"""Going through a list of any length: from a row on, to older or to newer ones, never by counting.

A place in a list is the row that one stands at: what it is sorted by, and what tells it from its
twins. It stands in the page's address as text. Whatever it says, it only decides from where on the
reader's own rows are read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Select, bindparam, tuple_

# A page is short on a phone, and its statuses are read at every payment.
PAGE = 15

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 80
At = TypeVar("At", date, datetime)
Row = TypeVar("Row")


@dataclass(frozen=True)
class Cursor(Generic[At]):
    """A row of the list, and whether those older than it are asked for or the newer ones."""

    at: At
    tie: str
    older: bool

    @property
    def key(self) -> dict[str, Any]:
        """The values of ``beyond``."""
        return {"at": self.at, "tie": self.tie}


@dataclass(frozen=True)
class Turn(Generic[Row]):
    """The rows of a page, newest first, and whether there are others on either side."""

    rows: tuple[Row, ...]
    has_newer: bool
    has_older: bool


def day_text(day: date) -> str:
    return day.isoformat()


def day_of(text: str) -> date:
    return date.fromisoformat(text)


def moment_text(moment: datetime) -> str:
    """Microseconds: what the databases keep of a moment, and no more."""
    return str((moment - _EPOCH) // timedelta(microseconds=1))


def moment_of(text: str) -> datetime:
    return _EPOCH + timedelta(microseconds=int(text))


def cursor_of(before: object, after: object, read: Callable[[str], At]) -> Cursor[At] | None:
    """What ``before`` and ``after`` of an address mean; None for whatever makes no sense."""
    for said, older in ((before, True), (after, False)):
        if not isinstance(said, str) or len(said) > _LONGEST or not said.isprintable():
            continue
        at, _, tie = said.partition("_")
        try:
            return Cursor(read(at), tie, older)
        except (ValueError, OverflowError):
            continue
    return None


@dataclass(frozen=True)
class MomentQuery:
    """From where on in what happened, the newest first. Made by ``moment_query``."""

    cursor: Cursor[datetime] | None = None


def moment_query(before: object, after: object) -> MomentQuery:
    """The query that values from outside mean; whatever makes no sense counts as absent."""
    return MomentQuery(cursor_of(before, after, moment_of))


def beyond(at: Any, tie: Any, older: bool) -> ColumnElement[bool]:
    """Rows on one side of ``Cursor.key``: a range of an index on ``at`` and ``tie``."""
    here = tuple_(bindparam("at", type_=at.type), bindparam("tie", type_=tie.type))
    return tuple_(at, tie) < here if older else tuple_(at, tie) > here


def in_order(statement: Select[Any], at: Any, tie: Any, older: bool) -> Select[Any]:
    """One row more than a page: whether it is there says whether there is another page."""
    order = (at.desc(), tie.desc()) if older else (at.asc(), tie.asc())
    return statement.order_by(*order).limit(PAGE + 1)


def turned(found: Sequence[Row], cursor: Cursor[Any] | None, page: int | None = None) -> Turn[Row]:
    """The page of ``found``, which came in the order of ``in_order``, one row more if there is.

    It has ``page`` rows at most, PAGE where nothing is said.
    """
    page = PAGE if page is None else page
    rows, more = tuple(found[:page]), len(found) > page
    if cursor is None:
        return Turn(rows, has_newer=False, has_older=more)
    # The row that one came from is on the other side.
    if cursor.older:
        return Turn(rows, has_newer=True, has_older=more)
    return Turn(rows[::-1], has_newer=more, has_older=True)


def address(path: str, **query: str) -> str:
    """``path`` with the parts of ``query`` that say anything."""
    said = {name: value for name, value in query.items() if value}
    return f"{path}?{urlencode(said)}" if said else path


def place(count: int, noun: str, newest: str, oldest: str, *, plural: str = "") -> str:
    """What is on a page, in words: ``20 payments, Nov 22, 2026 to Oct 2, 2026``."""
    what = f"{count} {noun if count == 1 else plural or f'{noun}s'}"
    return f"{what}, {newest}" if newest == oldest else f"{what}, {newest} to {oldest}"
