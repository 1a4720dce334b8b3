"""Finds entries of the audit log: along its indexes, and a search only so far at a time.

No index holds a word in the middle of a text. So a search reads the entries that fit the rest of
what is asked, newest first, and stops after so many: it then says how far back it has looked, and
goes on from there when asked to. A page takes the same time in a log of a thousand or a million.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, select
from sqlmodel import Session

from fsm_portal.domain.audit_entry import AuditEntry
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.flows.auditing.log_query import BY_OPERATOR, LogQuery
from fsm_portal.flows.keyset import PAGE, Cursor, Turn, beyond, turned
from fsm_portal.gateways.recent import midnight

_entry = table_of(AuditEntry)
# Entries that one search reads, a few first: most of what is looked for is not long ago. All of
# them take about a tenth of a second.
READ = (2_000, 18_000, 40_000)

Entry = Row[*tuple[Any, ...]]


@dataclass(frozen=True)
class Found:
    """A page of entries; ``stopped`` is the last one that a search has read where it gave up."""

    turn: Turn[Entry]
    stopped: Entry | None = None


def find_entries(session: Session, company: Company, query: LogQuery) -> Found:
    """The page of the log that ``query`` asks for."""
    connection = session.connection()
    cursor = query.cursor
    older = cursor is None or cursor.older
    words = query.search.split()
    shape = (
        query.who != "",
        query.deed != "",
        query.since is not None,
        query.until is not None,
        cursor is not None,
    )
    values: dict[str, Any] = {"company_id": company.id}
    if query.who:
        values["who"] = "" if query.who == BY_OPERATOR else query.who
    if query.deed:
        values["deed"] = query.deed
    if query.since is not None:
        values["since"] = midnight(query.since, company.time_zone)
    if query.until is not None:
        values["until"] = midnight(query.until + timedelta(days=1), company.time_zone)
    if cursor is not None:
        values |= cursor.key
    if not words:
        rows = connection.execute(_page(shape, older), values).all()
        return Found(turned(rows, cursor))
    for at, word in enumerate(words):
        values[f"word{at}"] = _plain(word)
    return _searched(session, shape, values, len(words), cursor)


def _searched(
    session: Session,
    shape: tuple[bool, ...],
    values: dict[str, Any],
    words: int,
    cursor: Cursor[datetime] | None,
) -> Found:
    connection = session.connection()
    older = cursor is None or cursor.older
    rows: list[Entry] = []
    last: Entry | None = None
    for count in READ:
        rows += connection.execute(_search(shape, older, words, count), values).all()
        if len(rows) > PAGE:
            return Found(turned(rows[: PAGE + 1], cursor))
        last = connection.execute(_last_read(shape, older, count), values).first()
        if last is None:
            break
        # The next ones are read from there on.
        shape = (*shape[:-1], True)
        values |= {"at": last.at, "tie": last.id}
    return Found(turned(rows, cursor), last)


@cache
def _page(shape: tuple[bool, ...], older: bool) -> Select[Any]:
    """Made once for each kind of question: writing a statement costs more than running it."""
    return _in_order(select(_entry).where(*_fits(shape, older)), _entry.c, older).limit(PAGE + 1)


@cache
def _search(shape: tuple[bool, ...], older: bool, words: int, count: int) -> Select[Any]:
    read = _in_order(select(_entry).where(*_fits(shape, older)), _entry.c, older)
    some = read.limit(count).subquery()
    text = some.c.name + " " + some.c.deed + " " + some.c.words
    contains = [
        text.icontains(bindparam(f"word{at}", type_=_entry.c.words.type), escape="/")
        for at in range(words)
    ]
    return _in_order(select(some).where(*contains), some.c, older).limit(PAGE + 1)


@cache
def _last_read(shape: tuple[bool, ...], older: bool, count: int) -> Select[Any]:
    """The last of ``count``, along the index alone; none where there are fewer."""
    read = select(_entry.c.at, _entry.c.id).where(*_fits(shape, older))
    return _in_order(read, _entry.c, older).limit(1).offset(count - 1)


def _fits(shape: tuple[bool, ...], older: bool) -> list[ColumnElement[bool]]:
    by_person, by_deed, since, until, from_a_row = shape
    fits = [_entry.c.company_id == bindparam("company_id")]
    if by_person:
        fits.append(_entry.c.staff_id == bindparam("who"))
    if by_deed:
        fits.append(_entry.c.deed == bindparam("deed"))
    if since:
        fits.append(_entry.c.at >= bindparam("since"))
    if until:
        fits.append(_entry.c.at < bindparam("until"))
    if from_a_row:
        fits.append(beyond(_entry.c.at, _entry.c.id, older))
    return fits


def _plain(word: str) -> str:
    """``word`` as LIKE takes it to mean nothing but itself."""
    return word.replace("/", "//").replace("%", "/%").replace("_", "/_")


def _in_order(statement: Select[Any], columns: Any, older: bool) -> Select[Any]:
    at, tie = columns.at, columns.id
    return statement.order_by(*((at.desc(), tie.desc()) if older else (at.asc(), tie.asc())))
