"""The page of the audit log, for owners and admins."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.role import May
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.auditing.log_query import BY_OPERATOR, LogQuery
from fsm_portal.flows.auditing.log_rows import Entry, Found, find_entries
from fsm_portal.flows.auditing.write_down import OPERATOR
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.keyset import moment_text, place
from fsm_portal.flows.staff_desk import NO_DESK, Desk, staff_desk
from fsm_portal.gateways import formats

_staff = table_of(Staff)

# Where an entry leads, by what it is about.
_PAGES = {
    "invoice": "/dashboard/invoices/{}/",
    "customer": "/dashboard/customers/{}/",
    "job": "/dashboard/jobs/{}/",
    "payment": "/dashboard/payments/",
    "event": "/dashboard/reconciliation/",
    "staff": "/dashboard/settings/team/",
    "company": "/dashboard/settings/",
}


@dataclass(frozen=True)
class EntryView:
    """``url`` is the page of what it is about, or empty."""

    id: str
    when: str
    name: str
    deed: str
    words: str
    url: str


@dataclass(frozen=True)
class Person:
    """Somebody whose deeds can be asked for."""

    id: str
    name: str


@dataclass(frozen=True)
class AuditView:
    """One page of the log. ``searched`` says how far a search has looked, where it has not looked
    through everything; ``older`` goes on from there."""

    loaded: bool = False
    desk: Desk = NO_DESK
    allowed: bool = False
    rows: tuple[EntryView, ...] = ()
    people: tuple[Person, ...] = ()
    place: str = ""
    newer: str = ""
    older: str = ""
    searched: str = ""
    # What was asked, as it stands in the address.
    search: str = ""
    who: str = ""
    deed: str = ""
    since: str = ""
    until: str = ""
    asks: bool = False
    # What is the matter with the days.
    problem: str = ""


def show_log(scope: Scope, query: LogQuery) -> AuditView:
    """The page that ``query`` asks for; the newest where there is nothing from there on. Nothing
    for whoever may not see the log."""
    with reading() as session:
        company, desk = staff_desk(session, scope)
        if not scope.may(May.SEE_AUDIT):
            return AuditView(loaded=True, desk=desk)
        found = find_entries(session, company, query)
        people = _people(session, company)
    rows = found.turn.rows
    return AuditView(
        loaded=True,
        desk=desk,
        allowed=True,
        rows=tuple(_shown(row, company) for row in rows),
        people=people,
        place=_place(rows, company),
        **_ways(found, query),
        searched=_searched(found, query, company),
        search=query.search,
        who=query.who,
        deed=query.deed,
        since=query.since.isoformat() if query.since else "",
        until=query.until.isoformat() if query.until else "",
        asks=query.asks,
        problem=_problem(query),
    )


def _people(session: Session, company: Company) -> tuple[Person, ...]:
    rows = session.connection().execute(
        select(_staff.c.id, _staff.c.name)
        .where(_staff.c.company_id == company.id)
        .order_by(_staff.c.name, _staff.c.id)
    )
    return (*(Person(row.id, row.name) for row in rows), Person(BY_OPERATOR, OPERATOR))


def _shown(row: Entry, company: Company) -> EntryView:
    page = _PAGES.get(row.about, "")
    return EntryView(
        id=row.id,
        when=formats.moment(row.at, company.time_zone, company.locale),
        name=row.name,
        deed=row.deed[:1].upper() + row.deed[1:],
        words=row.words,
        url=page.format(row.about_id),
    )


def _ways(found: Found, query: LogQuery) -> dict[str, Any]:
    turn, stopped = found.turn, found.stopped
    newer = _text(turn.rows[0]) if turn.has_newer and turn.rows else ""
    older = _text(turn.rows[-1]) if turn.has_older and turn.rows else ""
    if stopped is not None and (query.cursor is None or query.cursor.older):
        older = _text(stopped)
    elif stopped is not None:
        newer = _text(stopped)
    if query.cursor is not None and not turn.rows and not newer and query.cursor.older:
        return {"newer": query.address(), "older": query.address(before=older) if older else ""}
    return {
        "newer": query.address(after=newer) if newer else "",
        "older": query.address(before=older) if older else "",
    }


def _searched(found: Found, query: LogQuery, company: Company) -> str:
    if found.stopped is None:
        return ""
    when = formats.moment(found.stopped.at, company.time_zone, company.locale)
    older = query.cursor is None or query.cursor.older
    return f"Searched back to {when} so far." if older else f"Searched up to {when} so far."


def _place(rows: tuple[Entry, ...], company: Company) -> str:
    if not rows:
        return ""
    newest, oldest = (
        formats.moment(row.at, company.time_zone, company.locale) for row in (rows[0], rows[-1])
    )
    count = len(rows)
    return place(count, "entry", newest, oldest, plural="entries")


def _problem(query: LogQuery) -> str:
    if query.since is not None and query.until is not None and query.since > query.until:
        return "The first day is after the last one."
    return ""


def _text(row: Any) -> str:
    return f"{moment_text(row.at)}_{row.id}"
