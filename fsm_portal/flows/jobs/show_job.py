"""One job: what there is to do, where, who goes; and what became of it."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, or_, select
from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.clock import now, today
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.job import Job
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.jobs.job_rows import JobInvoice, State, invoices_of, state_of, when_words
from fsm_portal.flows.staff_desk import NO_DESK, Desk, staff_desk
from fsm_portal.gateways.recent import recently

_staff = table_of(Staff)


@dataclass(frozen=True)
class Member:
    """Somebody who may be sent to a job."""

    id: str
    name: str


@dataclass(frozen=True)
class JobCustomer:
    """Where the job is, and whom to call. All but id and name may be empty."""

    id: str = ""
    name: str = ""
    contact: str = ""
    phone: str = ""
    address: tuple[str, ...] = ()


NOBODY = JobCustomer()


@dataclass(frozen=True)
class JobView:
    """One job; ``id`` is the one asked for, ``found`` whether this company has it. ``day`` and
    ``time`` are as the fields of a form take them."""

    loaded: bool = False
    desk: Desk = NO_DESK
    id: str = ""
    found: bool = False
    title: str = ""
    description: str = ""
    report: str = ""
    state: State = "planned"
    when: str = ""
    # When it was done or cancelled.
    ended: str = ""
    day: str = ""
    time: str = ""
    technician_id: str = ""
    technician: str = ""
    customer: JobCustomer = NOBODY
    invoices: tuple[JobInvoice, ...] = ()
    members: tuple[Member, ...] = ()


_MEMBERS = (
    select(_staff.c.id, _staff.c.name)
    .where(
        _staff.c.company_id == bindparam("company_id"),
        or_(_staff.c.deactivated_at.is_(None), _staff.c.id == bindparam("present")),
    )
    .order_by(_staff.c.name, _staff.c.id)
)


def show_job(scope: Scope, job_id: str) -> JobView:
    """The job as ``scope`` sees it. One of another company is no different from none."""
    with reading() as session:
        company, desk = staff_desk(session, scope)
        job = session.get(Job, (company.id, job_id)) if is_id(job_id) else None
        if job is None:
            return JobView(loaded=True, desk=desk, id=job_id)
        day = today(company.time_zone)
        local = job.starts_at.astimezone(ZoneInfo(company.time_zone))
        people = members(session, company.id, job.technician_id or "")
        ended = job.completed_at or job.cancelled_at
        return JobView(
            loaded=True,
            desk=desk,
            id=job.id,
            found=True,
            title=job.title,
            description=job.description,
            report=job.report,
            state=state_of(company, job, day),
            when=when_words(company, job.starts_at, day),
            ended=recently(ended, company.time_zone, company.locale, now()) if ended else "",
            day=local.date().isoformat(),
            time=local.strftime("%H:%M"),
            technician_id=job.technician_id or "",
            technician=next((each.name for each in people if each.id == job.technician_id), ""),
            customer=job_customer(session, company, job.customer_id),
            invoices=invoices_of(session, company, [job.id]).get(job.id, ()),
            members=people,
        )


def members(session: Session, company_id: str, present: str = "") -> tuple[Member, ...]:
    """Who can be sent: all who work here, and whoever was chosen ``present``ly."""
    key = {"company_id": company_id, "present": present}
    return tuple(Member(row.id, row.name) for row in session.connection().execute(_MEMBERS, key))


def job_customer(session: Session, company: Company, customer_id: str) -> JobCustomer:
    """Whose job it is, and how they are reached. Raises NoResultFound for another company's."""
    customer = session.get_one(Customer, (company.id, customer_id))
    return JobCustomer(
        customer.id,
        customer.name,
        customer.contact,
        customer.phone,
        tuple(line for line in customer.address.splitlines() if line),
    )
