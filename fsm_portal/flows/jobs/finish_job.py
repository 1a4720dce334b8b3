"""What becomes of a job: it is done, or cancelled; either can be taken back."""

from sqlmodel import Session

from fsm_portal.db import unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.clock import now
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.job import Job
from fsm_portal.domain.role import May
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.jobs.job_topics import job_topics

_LONGEST_REPORT = 2000


class CannotFinish(Exception):
    """Why it is not done, in words for staff."""


def complete_job(who: Identity, job_id: str, report: str) -> frozenset[str]:
    """It was done. ``report`` is for the office, the customer does not see it. Topics to ring.

    Once more on a job that is done keeps what is new in the report. Raises CannotFinish.
    """
    _authorise(who, May.COMPLETE_JOBS, "complete jobs")
    kept = "\n".join(line.rstrip() for line in report.splitlines()).strip()
    if len(kept) > _LONGEST_REPORT:
        raise CannotFinish(f"This is longer than {_LONGEST_REPORT:,} characters.")
    if not kept.replace("\n", "").replace("\t", "").isprintable():
        raise CannotFinish("This has characters in it that cannot be printed.")
    with unit_of_work() as session:
        job = _own(session, who, job_id)
        if job.cancelled_at is not None:
            raise CannotFinish("This job was cancelled. Reinstate it first.")
        if job.completed_at is not None and job.report == kept:
            return frozenset()
        job.completed_at, job.report = job.completed_at or now(), kept
        return _kept(session, who, Deed.COMPLETED_JOB, job)


def reopen_job(who: Identity, job_id: str) -> frozenset[str]:
    """It was not done after all, or is to be done although it was cancelled. Topics to ring.

    Raises CannotFinish.
    """
    with unit_of_work() as session:
        job = _own(session, who, job_id)
        if job.cancelled_at is not None:
            _authorise(who, May.EDIT_JOBS, "reinstate jobs")
        else:
            _authorise(who, May.COMPLETE_JOBS, "reopen jobs")
        if job.completed_at is None and job.cancelled_at is None:
            return frozenset()
        job.completed_at = job.cancelled_at = None
        return _kept(session, who, Deed.REOPENED_JOB, job)


def cancel_job(who: Identity, job_id: str) -> frozenset[str]:
    """It will not be done; the customer is not shown it any more. Topics to ring.

    Raises CannotFinish.
    """
    _authorise(who, May.EDIT_JOBS, "cancel jobs")
    with unit_of_work() as session:
        job = _own(session, who, job_id)
        if job.completed_at is not None:
            raise CannotFinish("This job is done. Reopen it first if it was not.")
        if job.cancelled_at is not None:
            return frozenset()
        job.cancelled_at = now()
        return _kept(session, who, Deed.CANCELLED_JOB, job)


def _authorise(who: Identity, what: May, words: str) -> None:
    if not who.may(what):
        raise CannotFinish(f"Your role cannot {words}. Ask the office to do it.")


def _own(session: Session, who: Identity, job_id: str) -> Job:
    # To a customer no job is one that could be finished.
    own = is_id(job_id) and who.audience == "staff"
    job = session.get(Job, (who.company_id, job_id), with_for_update=True) if own else None
    if job is None:
        raise CannotFinish("This job does not exist.")
    return job


def _kept(session: Session, who: Identity, deed: Deed, job: Job) -> frozenset[str]:
    session.add(job)
    write_down(session, who, deed, about="job", about_id=job.id, words=job.title)
    return job_topics(job)
