"""The office's list of jobs: what is to be done, by day, and what was done."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from sqlalchemy import Select, String, bindparam, select
from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.clock import today
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.job import COMPLETED, OPEN, Job
from fsm_portal.flows.customers.customer_query import search_words
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.jobs.called import is_called, jobs_called
from fsm_portal.flows.jobs.job_rows import COLUMNS, JOBS, JobRow, job_rows
from fsm_portal.flows.keyset import (
    Cursor,
    address,
    beyond,
    cursor_of,
    moment_of,
    moment_text,
)
from fsm_portal.flows.staff_desk import NO_DESK, Desk, staff_desk
from fsm_portal.gateways.recent import week_start

PATH = "/dashboard/jobs/"
PAGE = 40
_job = table_of(Job)

ShowJobs = Literal["upcoming", "mine", "completed"]


@dataclass(frozen=True)
class JobQuery:
    """What the list shows. ``technician`` is whoever looks, where their own are asked for. Made by
    ``job_query`` from what an address says, and who is signed in."""

    show: ShowJobs = "upcoming"
    search: str = ""
    cursor: Cursor[datetime] | None = None
    technician: str = ""

    def address(self, **place: str) -> str:
        show = "" if self.show == "upcoming" else self.show
        return address(PATH, show=show, q=self.search, **place)


def job_query(show: object, search: object, before: object, after: object, me: str) -> JobQuery:
    """The query that values from outside mean; whatever makes no sense counts as absent."""
    known: ShowJobs = next((name for name in get_args(ShowJobs) if name == show), "upcoming")
    cursor = cursor_of(before, after, moment_of)
    mine = me if known == "mine" else ""
    return JobQuery(known, search_words(search), cursor, mine)


@dataclass(frozen=True)
class JobGroup:
    """Jobs of one stretch of time: "Today", "This week"."""

    title: str
    rows: tuple[JobRow, ...]


@dataclass(frozen=True)
class JobListView:
    """One page of the list. ``newer`` and ``older`` are the addresses of the pages before and
    after it, empty where there is none."""

    loaded: bool = False
    desk: Desk = NO_DESK
    show: str = "upcoming"
    search: str = ""
    groups: tuple[JobGroup, ...] = ()
    place: str = ""
    newer: str = ""
    older: str = ""
    # Nothing was planned or done yet.
    is_new: bool = False


def list_jobs(scope: Scope, query: JobQuery) -> JobListView:
    """The page that ``query`` asks for; the first where there is nothing from there on."""
    with reading() as session:
        company, desk = staff_desk(session, scope)
        found, more = _page(session, company.id, query)
        if not found and query.cursor is not None:
            query = replace(query, cursor=None)
            found, more = _page(session, company.id, query)
        rows = job_rows(session, company, found)
        cursor = query.cursor
        # The list of what is to be done begins with the oldest: further on is newer.
        onward = cursor is None or cursor.older is (query.show == "completed")
        has_before = cursor is not None and (onward or more)
        has_after = more if onward else True
        return JobListView(
            loaded=True,
            desk=desk,
            show=query.show,
            search=query.search,
            groups=_grouped(company, query, zip(found, rows, strict=True)),
            place=f"{len(rows)} job{'' if len(rows) == 1 else 's'}",
            newer=_turn(query, found[0], back=True) if found and has_before else "",
            older=_turn(query, found[-1], back=False) if found and has_after else "",
            is_new=not found and _is_new(session, company.id),
        )


def _by(show: str) -> Any:
    return _job.c.completed_at if show == "completed" else _job.c.starts_at


@cache
def _statement(show: str, older: bool, from_a_row: bool, words: int, among: bool) -> Select[Any]:
    by = _by(show)
    found = (
        select(*COLUMNS, by.label("sorted_by"))
        .select_from(JOBS)
        .where(
            _job.c.company_id == bindparam("company_id"),
            COMPLETED if show == "completed" else OPEN,
        )
    )
    if show == "mine":
        found = found.where(_job.c.technician_id == bindparam("technician"))
    if from_a_row:
        found = found.where(beyond(by, _job.c.id, older))
    if among:
        found = found.where(_job.c.id.in_(bindparam("ids", expanding=True, type_=String)))
    if words:
        found = found.where(is_called(words))
    order = (by.desc(), _job.c.id.desc()) if older else (by.asc(), _job.c.id.asc())
    return found.order_by(*order).limit(PAGE + 1)


def _page(session: Session, company_id: str, query: JobQuery) -> tuple[list[Any], bool]:
    """The rows in the order of the list, and whether there are more in the direction asked for."""
    down = query.show == "completed"
    older = down if query.cursor is None else query.cursor.older
    key: dict[str, Any] = {"company_id": company_id}
    if query.show == "mine":
        key["technician"] = query.technician
    if query.cursor is not None:
        key |= query.cursor.key
    words, among = 0, False
    if query.search:
        called = jobs_called(session, company_id, query.search)
        if called.ids == ():
            return [], False
        words, among = called.words, called.ids is not None
        key |= called.values | ({"ids": called.ids} if among else {})
    statement = _statement(query.show, older, query.cursor is not None, words, among)
    rows = list(session.connection().execute(statement, key))
    shown = rows[:PAGE]
    return (shown if older is down else shown[::-1]), len(rows) > PAGE


def _turn(query: JobQuery, row: Any, *, back: bool) -> str:
    """The address of the page on one side of ``row``."""
    text = f"{moment_text(row.sorted_by)}_{row.id}"
    to_older = back is not (query.show == "completed")
    return query.address(before=text) if to_older else query.address(after=text)


def _grouped(
    company: Company, query: JobQuery, rows: Iterable[tuple[Any, JobRow]]
) -> tuple[JobGroup, ...]:
    zone, day = ZoneInfo(company.time_zone), today(company.time_zone)
    week = week_start(day, company.locale)
    name = _done_when if query.show == "completed" else _due_when
    groups: dict[str, list[JobRow]] = {}
    for found, row in rows:
        on = found.sorted_by.astimezone(zone).date()
        groups.setdefault(name(on, day, week), []).append(row)
    return tuple(JobGroup(title, tuple(some)) for title, some in groups.items())


def _due_when(on: date, day: date, week: date) -> str:
    if on < day:
        return "Not marked as done"
    if on == day:
        return "Today"
    if on == day + timedelta(days=1):
        return "Tomorrow"
    if on < week + timedelta(days=7):
        return "This week"
    return "Next week" if on < week + timedelta(days=14) else "Later"


def _done_when(on: date, day: date, week: date) -> str:
    if on >= day:
        return "Today"
    if on == day - timedelta(days=1):
        return "Yesterday"
    if on >= week:
        return "This week"
    return "Last week" if on >= week - timedelta(days=7) else "Earlier"


def _is_new(session: Session, company_id: str) -> bool:
    one = select(_job.c.id).where(_job.c.company_id == company_id).limit(1)
    return session.connection().execute(one).first() is None
