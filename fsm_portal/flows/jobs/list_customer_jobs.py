"""A customer's service history: who comes when, and what was done, with the invoices for it."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, select, union_all
from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.balances import invoice_balances
from fsm_portal.domain.clock import today
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import OF_A_JOB, Invoice
from fsm_portal.domain.invoice_status import status_of
from fsm_portal.domain.job import COMPLETED, OPEN, Job
from fsm_portal.flows.companies.company_frame import CompanyFrame, company_frame
from fsm_portal.flows.home.home_rows import home_host
from fsm_portal.flows.home.visit_words import visit_words
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoices.invoice_view import (
    StatusView,
    customers_status_view,
    processing_among,
)
from fsm_portal.flows.keyset import (
    PAGE,
    Cursor,
    MomentQuery,
    Turn,
    address,
    beyond,
    in_order,
    moment_text,
    place,
    turned,
)
from fsm_portal.flows.payments.under_dispute import disputed_among
from fsm_portal.flows.reader import Reader
from fsm_portal.gateways.recent import clock_time, midnight

PATH = "/portal/jobs/"
_job = table_of(Job)
_invoice = table_of(Invoice)
Rows = list[Row[*tuple[Any, ...]]]


@dataclass(frozen=True)
class JobInvoice:
    """An invoice for a job, as it stands."""

    id: str
    number: str
    total: str
    status: StatusView


@dataclass(frozen=True)
class JobView:
    """``when`` is a day and a time on the company's clock. ``open_end``: its day is over, and
    nobody has said that it was done."""

    id: str
    when: str
    title: str
    description: str
    invoices: tuple[JobInvoice, ...] = ()
    open_end: bool = False


@dataclass(frozen=True)
class CustomerJobsView:
    """``upcoming`` has the next first, on the first page only; ``completed`` the newest first."""

    loaded: bool = False
    company: CompanyFrame = field(default_factory=CompanyFrame)
    person: str = ""
    upcoming: tuple[JobView, ...] = ()
    more_upcoming: str = ""
    completed: tuple[JobView, ...] = ()
    place: str = ""
    newer: str = ""
    older: str = ""
    # Nothing was planned or done yet.
    is_new: bool = False


def list_customer_jobs(scope: Scope, query: MomentQuery) -> CustomerJobsView:
    """The page that ``query`` asks for; the newest where there is nothing from there on."""
    with reading() as session:
        host = home_host(session, scope)
        reader, day = Reader.of(host), today(host.time_zone)
        since = midnight(day, host.time_zone)
        turn = _completed(session, scope, query.cursor, since)
        if not turn.rows and query.cursor is not None:
            turn = _completed(session, scope, None, since)
        planned: Rows = []
        if not turn.has_newer:
            planned = list(session.connection().execute(_UPCOMING, _key(scope, since)))
        invoices = _invoices(session, scope, [*planned[:PAGE], *turn.rows], reader, day)
    return CustomerJobsView(
        loaded=True,
        company=company_frame(host),
        person=host.greeting,
        upcoming=tuple(
            JobView(
                row.id,
                visit_words(row.starts_at, reader.time_zone, reader.locale, day),
                row.title,
                row.description,
                invoices.get(row.id, ()),
            )
            for row in planned[:PAGE]
        ),
        more_upcoming=f"The next {PAGE} visits; there are more." if len(planned) > PAGE else "",
        completed=tuple(_done(row, invoices.get(row.id, ()), reader) for row in turn.rows),
        place=_place(turn.rows, reader),
        newer=address(PATH, after=_text(turn.rows[0])) if turn.has_newer else "",
        older=address(PATH, before=_text(turn.rows[-1])) if turn.has_older else "",
        is_new=not planned and not turn.rows,
    )


_COLUMNS = (
    _job.c.id,
    _job.c.title,
    _job.c.description,
    _job.c.starts_at,
    _job.c.completed_at,
)
_theirs = (
    _job.c.company_id == bindparam("company_id"),
    _job.c.customer_id == bindparam("customer_id"),
)
# A visit of today is upcoming until somebody says that it is done.
_UPCOMING = (
    select(*_COLUMNS)
    .where(*_theirs, _job.c.starts_at >= bindparam("since"), OPEN)
    .order_by(_job.c.starts_at)
    .limit(PAGE + 1)
)
_OF_JOBS = select(
    _invoice.c.id,
    _invoice.c.job_id,
    _invoice.c.number,
    _invoice.c.currency,
    _invoice.c.total,
    _invoice.c.due_date,
    _invoice.c.issued_at,
    _invoice.c.voided_at,
).where(
    _invoice.c.company_id == bindparam("company_id"),
    _invoice.c.job_id.in_(bindparam("ids", expanding=True)),
    OF_A_JOB,
    # A job of theirs may have been billed to somebody else: a landlord, an insurance.
    _invoice.c.customer_id == bindparam("customer_id"),
    _invoice.c.issued_at.is_not(None),
)


@cache
def _statement(older: bool, from_a_row: bool) -> Select[Any]:
    """What was done, and what is past without a word. In two halves, each along its own index:
    between what was done today and what is past may stand any number of visits to come."""
    at, tie = _job.c.starts_at, _job.c.id
    halves = [
        select(*_COLUMNS).where(*_theirs, at >= bindparam("since"), COMPLETED),
        select(*_COLUMNS).where(*_theirs, at < bindparam("since"), _job.c.cancelled_at.is_(None)),
    ]
    if from_a_row:
        halves = [half.where(beyond(at, tie, older)) for half in halves]
    both = union_all(
        *[select(in_order(half, at, tie, older).subquery()) for half in halves]
    ).subquery()
    return in_order(select(both), both.c.starts_at, both.c.id, older)


def _completed(
    session: Session, scope: Scope, cursor: Cursor[datetime] | None, since: datetime
) -> Turn[Row[*tuple[Any, ...]]]:
    statement = _statement(cursor is None or cursor.older, cursor is not None)
    values = _key(scope, since) | (cursor.key if cursor is not None else {})
    return turned(session.connection().execute(statement, values).all(), cursor)


def _invoices(
    session: Session, scope: Scope, jobs: Rows, reader: Reader, day: date
) -> dict[str, tuple[JobInvoice, ...]]:
    """By job: the issued invoices for it that are this customer's."""
    if not jobs:
        return {}
    key = {"company_id": scope.company_id, "customer_id": scope.customer_id}
    found = session.connection().execute(_OF_JOBS, key | {"ids": [job.id for job in jobs]}).all()
    ids = [row.id for row in found]
    balances = invoice_balances(session, scope.company_id, ids)
    processing = processing_among(session, scope.company_id, ids)
    disputed = disputed_among(
        session, scope.company_id, [each for each in ids if balances[each].disputed > 0]
    )
    by_job: dict[str, list[JobInvoice]] = defaultdict(list)
    for row in sorted(found, key=lambda row: row.number):
        status = status_of(
            row,  # type: ignore[arg-type]
            balances[row.id],
            day,
            processing=row.id in processing,
            disputed=row.id in disputed,
        )
        by_job[row.job_id].append(
            JobInvoice(
                row.id,
                row.number,
                reader.money(row.total, row.currency),
                customers_status_view(status),
            )
        )
    return {job_id: tuple(invoices) for job_id, invoices in by_job.items()}


def _done(row: Any, invoices: tuple[JobInvoice, ...], reader: Reader) -> JobView:
    time = clock_time(row.starts_at, reader.time_zone, reader.locale)
    return JobView(
        row.id,
        f"{reader.day(row.starts_at)}, {time}",
        row.title,
        row.description,
        invoices,
        open_end=row.completed_at is None,
    )


def _place(rows: tuple[Any, ...], reader: Reader) -> str:
    if not rows:
        return ""
    newest, oldest = (reader.day(each.starts_at) for each in (rows[0], rows[-1]))
    return place(len(rows), "visit", newest, oldest)


def _text(row: Any) -> str:
    return f"{moment_text(row.starts_at)}_{row.id}"


def _key(scope: Scope, since: datetime) -> dict[str, Any]:
    return {"company_id": scope.company_id, "customer_id": scope.customer_id, "since": since}
