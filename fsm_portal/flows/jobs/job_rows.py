"""Jobs as rows of the staff's lists: when, where, who goes, and the invoices for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, select
from sqlmodel import Session

from fsm_portal.domain.clock import today
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import OF_A_JOB, Invoice
from fsm_portal.domain.job import Job
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.home.visit_words import visit_words
from fsm_portal.flows.invoices.invoice_view import StatusView, standings, status_view
from fsm_portal.gateways import formats
from fsm_portal.gateways.recent import clock_time

_job = table_of(Job)
_customer = table_of(Customer)
_staff = table_of(Staff)
_invoice = table_of(Invoice)

State = Literal["planned", "late", "done", "cancelled"]


@dataclass(frozen=True)
class JobInvoice:
    """An invoice for a job, as it stands; a draft too."""

    id: str
    number: str
    total: str
    status: StatusView


@dataclass(frozen=True)
class JobRow:
    """``when`` is a day and a time on the company's clock, ``time`` the time alone. ``late``: its
    day is over and nobody said that it was done. ``technician`` may be empty."""

    id: str
    title: str
    customer_id: str
    customer: str
    when: str
    time: str
    state: State
    technician: str
    invoices: tuple[JobInvoice, ...] = ()


# Selected by every list: what ``job_rows`` reads off a row.
COLUMNS = (
    _job.c.id,
    _job.c.title,
    _job.c.customer_id,
    _job.c.starts_at,
    _job.c.completed_at,
    _job.c.cancelled_at,
    _customer.c.name.label("customer"),
    _staff.c.name.label("technician"),
)
JOBS = _job.join(
    _customer,
    and_(_customer.c.company_id == _job.c.company_id, _customer.c.id == _job.c.customer_id),
).outerjoin(
    _staff, and_(_staff.c.company_id == _job.c.company_id, _staff.c.id == _job.c.technician_id)
)
_OF_JOBS = select(Invoice).where(
    _invoice.c.company_id == bindparam("company_id"),
    _invoice.c.job_id.in_(bindparam("ids", expanding=True)),
    OF_A_JOB,
    _invoice.c.voided_at.is_(None),
)


def job_rows(session: Session, company: Company, rows: Sequence[Any]) -> tuple[JobRow, ...]:
    """``rows`` of COLUMNS as they are shown, in their order; a fixed number of statements."""
    invoices = invoices_of(session, company, [row.id for row in rows])
    day = today(company.time_zone)
    return tuple(
        JobRow(
            row.id,
            row.title,
            row.customer_id,
            row.customer,
            when_words(company, row.starts_at, day),
            clock_time(row.starts_at, company.time_zone, company.locale),
            state_of(company, row, day),
            row.technician or "",
            invoices.get(row.id, ()),
        )
        for row in rows
    )


def when_words(company: Company, starts_at: Any, day: date) -> str:
    """As one says it of what is to come; of what is past, the day."""
    local = starts_at.astimezone(ZoneInfo(company.time_zone)).date()
    if local >= day:
        return visit_words(starts_at, company.time_zone, company.locale, day)
    time = clock_time(starts_at, company.time_zone, company.locale)
    return f"{formats.day(local, company.locale)}, {time}"


def state_of(company: Company, job: Any, day: date) -> State:
    if job.cancelled_at is not None:
        return "cancelled"
    if job.completed_at is not None:
        return "done"
    past = job.starts_at.astimezone(ZoneInfo(company.time_zone)).date() < day
    return "late" if past else "planned"


def invoices_of(
    session: Session, company: Company, job_ids: Sequence[str]
) -> dict[str, tuple[JobInvoice, ...]]:
    """By job, the invoices for it that were not voided."""
    if not job_ids:
        return {}
    found = list(session.scalars(_OF_JOBS, {"company_id": company.id, "ids": list(job_ids)}))
    standing = standings(session, company, found) if found else {}
    by_job: dict[str, tuple[JobInvoice, ...]] = {}
    for one in sorted(found, key=lambda one: one.number):
        view = JobInvoice(
            one.id,
            one.number,
            formats.money(one.total, one.currency, company.locale),
            status_view(standing[one.id].status),
        )
        by_job[one.job_id or ""] = (*by_job.get(one.job_id or "", ()), view)
    return by_job
