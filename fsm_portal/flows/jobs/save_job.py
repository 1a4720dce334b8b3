"""Plan: the office writes down a job, or changes what was written."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from sqlmodel import Session

from fsm_portal.db import unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import is_id, new_id
from fsm_portal.domain.insert_once import insert_once
from fsm_portal.domain.job import Job
from fsm_portal.domain.job_word import keep_job_words
from fsm_portal.domain.role import May
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.jobs.job_topics import job_topics

Field = Literal["customer", "title", "description", "day", "time", "technician"]
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_YEARS = range(2000, 2101)
_LONGEST: dict[Field, int] = {"title": 200, "description": 2000}


class CannotSaveJob(Exception):
    """Why it is not kept, in words for staff, and beside which ``field`` if it is about one."""

    def __init__(self, words: str, field: Field | Literal[""] = "") -> None:
        super().__init__(words)
        self.field = field


@dataclass(frozen=True)
class JobWords:
    """What staff typed: ``day`` as 2026-11-30 and ``time`` as 09:00, on the company's clock;
    ``technician`` is somebody's id, or empty."""

    title: str
    description: str
    day: str
    time: str
    technician: str


@dataclass(frozen=True)
class _Checked:
    title: str
    description: str
    starts_at: datetime
    technician_id: str | None


def create_job(
    who: Identity, customer_id: str, typed: JobWords, press_id: str = ""
) -> tuple[str, frozenset[str]]:
    """The new job's id, and the topics to ring. Raises CannotSaveJob.

    ``press_id`` becomes its id, so that the second click of a double one plans no second job.
    """
    _authorise(who)
    with unit_of_work() as session:
        customer = (
            session.get(Customer, (who.company_id, customer_id)) if is_id(customer_id) else None
        )
        if customer is None:
            raise CannotSaveJob("Choose the customer.", "customer")
        words = _checked(session, who, typed)
        job = Job(
            company_id=who.company_id,
            id=press_id or new_id(),
            customer_id=customer.id,
            title=words.title,
            description=words.description,
            starts_at=words.starts_at,
            technician_id=words.technician_id,
        )
        if not insert_once(session, Job, job.model_dump()):
            return job.id, frozenset()
        keep_job_words(session.connection(), [job.model_dump()])
        _write_down(session, who, Deed.ADDED_JOB, job, customer.name)
        return job.id, job_topics(job)


def edit_job(who: Identity, job_id: str, typed: JobWords) -> frozenset[str]:
    """Keep what was typed; returns the topics to ring. Raises CannotSaveJob."""
    _authorise(who)
    with unit_of_work() as session:
        job = session.get(Job, (who.company_id, job_id)) if is_id(job_id) else None
        if job is None:
            raise CannotSaveJob("This job does not exist.")
        words = _checked(session, who, typed, job.technician_id)
        changed = _what_changes(job, words)
        if not changed:
            return frozenset()
        job.title, job.description = words.title, words.description
        job.starts_at, job.technician_id = words.starts_at, words.technician_id
        session.add(job)
        _write_down(session, who, Deed.EDITED_JOB, job, ", ".join(changed))
        return job_topics(job)


def _authorise(who: Identity) -> None:
    if not who.may(May.EDIT_JOBS):
        raise CannotSaveJob("Your role cannot plan jobs. Ask the office to do it.")


def _checked(
    session: Session, who: Identity, typed: JobWords, present: str | None = None
) -> _Checked:
    title = " ".join(typed.title.split())
    description = "\n".join(line.rstrip() for line in typed.description.splitlines()).strip()
    if not title:
        raise CannotSaveJob("Say in a few words what there is to do.", "title")
    texts: tuple[tuple[Field, str], ...] = (("title", title), ("description", description))
    for field, text in texts:
        if len(text) > _LONGEST[field]:
            raise CannotSaveJob(f"This is longer than {_LONGEST[field]:,} characters.", field)
        if not text.replace("\n", "").replace("\t", "").isprintable():
            raise CannotSaveJob("This has characters in it that cannot be printed.", field)
    zone = session.get_one(Company, who.company_id).time_zone
    moment = datetime.combine(_day(typed.day), _time(typed.time), ZoneInfo(zone)).astimezone(UTC)
    return _Checked(
        title, description, moment, _technician(session, who.company_id, typed.technician, present)
    )


def _day(text: str) -> date:
    if not text:
        raise CannotSaveJob("Choose the day.", "day")
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text:
        raise CannotSaveJob("This is not a day of the calendar, such as 2026-11-30.", "day")
    if found.year not in _YEARS:
        raise CannotSaveJob(f"Choose a day between {_YEARS[0]} and {_YEARS[-1]}.", "day")
    return found


def _time(text: str) -> time:
    if not text:
        raise CannotSaveJob("Choose the time.", "time")
    if not _TIME.fullmatch(text[:5]) or len(text) not in (5, 8):
        raise CannotSaveJob("This is not a time of day, such as 09:00.", "time")
    return time.fromisoformat(text[:5])


def _technician(session: Session, company_id: str, typed: str, present: str | None) -> str | None:
    """Somebody who works here; whoever has left stays with the jobs they had."""
    if not typed:
        return None
    member = session.get(Staff, (company_id, typed)) if is_id(typed) else None
    if member is None or (member.deactivated_at is not None and member.id != present):
        raise CannotSaveJob("Choose somebody from the list.", "technician")
    return member.id


def _what_changes(job: Job, words: _Checked) -> list[str]:
    return [
        label
        for label, old, new in (
            ("title", job.title, words.title),
            ("description", job.description, words.description),
            ("when", job.starts_at, words.starts_at),
            ("technician", job.technician_id, words.technician_id),
        )
        if old != new
    ]


def _write_down(session: Session, who: Identity, deed: Deed, job: Job, words: str) -> None:
    write_down(session, who, deed, about="job", about_id=job.id, words=f"{job.title}: {words}")
