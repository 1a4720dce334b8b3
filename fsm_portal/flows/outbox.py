"""The outbox's other end: claim one piece of work, do it outside, settle it.

A claim is a lease. A worker that dies holding one loses it when it runs out, and the next worker
takes the work up; the attempt was counted at the claim, so work that kills its worker is given up
in the end instead of killing them for ever.
"""

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    or_,
    select,
    update,
)

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.notice import NoticeKind
from fsm_portal.domain.outbox import OutboxMessage, WorkKind
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.noticing.tell import tell_staff

_outbox = table_of(OutboxMessage)
_log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
# With the pauses below the last attempt comes after almost a day: SMTP may be down for hours.
MAX_ATTEMPTS = 16
_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(hours=6)
# Staff are mailed of work that was given up; not of what strangers asked for, and not of mail to
# themselves, which would go the same way.
SAID_BY_NO_MAIL = frozenset(
    {WorkKind.SIGN_IN_MAIL, WorkKind.SIGN_UP_MAIL, WorkKind.NOTICE, WorkKind.NOTICE_MAIL}
)


@dataclass(frozen=True)
class Done:
    """Work that came to its end: the topics to ring, and what is noted in the unit of work that
    settles it. So nothing can be noted of work that another worker will do again."""

    topics: frozenset[str] = frozenset()
    note: Callable[[Connection], None] | None = None


class PutOff(Exception):
    """This work is to wait until ``until``; it counts as no attempt. The text says why."""

    def __init__(self, why: str, until: datetime) -> None:
        super().__init__(why)
        self.until = until


class GiveUp(Exception):
    """This work can never succeed; the text says why, for staff."""


class NoLongerWanted(GiveUp):
    """The office itself took back what this work was for: no mail tells it so."""


@dataclass(frozen=True)
class Work:
    """A claimed message. ``payload`` is what was queued with it."""

    company_id: str
    key: str
    kind: str
    payload: dict[str, str | None]
    attempts: int
    lease: str


Handler = Callable[[Work], frozenset[str] | Done]


# Whether this thread's last look found something.
_last = threading.local()

# Made once: writing a statement costs more than running it.
_TAKE = (
    update(_outbox)
    .where(_outbox.c.company_id == bindparam("of"), _outbox.c.key == bindparam("named"))
    .values(lease=bindparam("by"), leased_until=bindparam("until"), attempts=bindparam("begun"))
    .returning(_outbox.c.kind, _outbox.c.payload)
)


@cache
def _due(only: frozenset[str] | None, never: frozenset[str]) -> tuple[Select[Any], Select[Any]]:
    """Whether something is due at ``moment``, and the oldest of it, to be held."""
    due = and_(
        _outbox.c.settled_at.is_(None),
        _outbox.c.available_at <= bindparam("moment"),
        or_(_outbox.c.leased_until.is_(None), _outbox.c.leased_until < bindparam("moment")),
        _outbox.c.kind.not_in(never),
        *([_outbox.c.kind.in_(only)] if only is not None else []),
    )
    # PostgreSQL: workers pass over each other's rows. SQLite: the write lock is held anyway.
    pick = (
        select(_outbox.c.company_id, _outbox.c.key, _outbox.c.attempts)
        .where(due)
        .order_by(_outbox.c.available_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return select(_outbox.c.key).where(due).limit(1), pick


def claim(only: frozenset[str] | None = None, never: frozenset[str] = frozenset()) -> Work | None:
    """Claim the oldest work that is due, for ``LEASE``; None when there is none.

    ``only`` work of these kinds where given, ``never`` of those.
    """
    moment = now()
    lease = new_id()
    is_there, pick = _due(only, never)
    # Nearly always there is nothing to do, and nobody's writing waits for that to be found out.
    # Who has just found something asks for more at once.
    if not getattr(_last, "found", False):
        with reading() as session:
            if session.connection().execute(is_there, {"moment": moment}).first() is None:
                return None
    _last.found = False
    with unit_of_work() as session:
        connection = session.connection()
        found = connection.execute(pick, {"moment": moment}).first()
        if found is None:
            return None
        row = connection.execute(
            _TAKE,
            {
                "of": found.company_id,
                "named": found.key,
                "by": lease,
                "until": moment + LEASE,
                "begun": found.attempts + 1,
            },
        ).one()
    _last.found = True
    return Work(
        found.company_id,
        found.key,
        row.kind,
        json.loads(row.payload),
        found.attempts + 1,
        lease,
    )


def work_off(work: Work, handlers: dict[str, Handler]) -> frozenset[str]:
    """Do one claimed piece of work and settle it; returns the topics to ring."""
    if work.attempts > MAX_ATTEMPTS:
        return _give_up(
            work, f"gave up: it was begun {MAX_ATTEMPTS} times and never came to an end"
        )
    try:
        handler = handlers.get(work.kind)
        if handler is None:
            raise GiveUp(f"nothing here knows how to do {work.kind}")
        done = handler(work)
    except PutOff as error:
        return _put_off(work, error)
    except GiveUp as error:
        return _give_up(work, str(error), told=not isinstance(error, NoLongerWanted))
    except Exception as error:
        # Whatever it was, the work is kept and tried again; the log has the trace.
        _log.warning("outbox %s will be tried again", work.key, exc_info=True)
        return _try_later(work, error)
    if isinstance(done, frozenset):
        done = Done(done)
    _settle(work, dead_reason=None, note=done.note)
    return done.topics


def _give_up(work: Work, reason: str, *, told: bool = True) -> frozenset[str]:
    _settle(work, dead_reason=reason, told=told)
    return frozenset({company_topic(work.company_id)})


def _settle(
    work: Work,
    dead_reason: str | None,
    *,
    told: bool = False,
    note: Callable[[Connection], None] | None = None,
) -> None:
    moment = now()
    with unit_of_work() as session:
        if note is not None:
            # What was done was done, whoever holds the lease by now.
            note(session.connection())
        settled = session.connection().execute(
            update(_outbox)
            .where(*_still_mine(work))
            .values(
                settled_at=moment,
                leased_until=None,
                dead_reason=dead_reason[:500] if dead_reason is not None else None,
            )
        )
        # Nothing was where the lease is another's by now: the work may still come to its end.
        if dead_reason is None or not settled.rowcount:
            return
        if told and work.kind not in SAID_BY_NO_MAIL:
            # It may be tried again, and given up again: that is told too.
            occasion = moment.isoformat()
            tell_staff(session, work.company_id, NoticeKind.UNDELIVERED, work.key, occasion)


def _try_later(work: Work, error: Exception) -> frozenset[str]:
    if work.attempts >= MAX_ATTEMPTS:
        return _give_up(work, f"gave up after {work.attempts} attempts: {error}")
    pause = min(_FIRST_PAUSE * 2 ** (work.attempts - 1), _LONGEST_PAUSE)
    with unit_of_work() as session:
        session.connection().execute(
            update(_outbox)
            .where(*_still_mine(work))
            .values(available_at=now() + pause, leased_until=None)
        )
    # A page that says it is being done says so no longer.
    return frozenset({company_topic(work.company_id)})


def _put_off(work: Work, error: PutOff) -> frozenset[str]:
    _log.info("outbox %s is put off until %s: %s", work.key, error.until.isoformat(), error)
    with unit_of_work() as session:
        session.connection().execute(
            update(_outbox)
            .where(*_still_mine(work))
            .values(available_at=error.until, leased_until=None, attempts=work.attempts - 1)
        )
    return frozenset({company_topic(work.company_id)})


def _still_mine(work: Work) -> tuple[ColumnElement[bool], ...]:
    return (
        _outbox.c.company_id == work.company_id,
        _outbox.c.key == work.key,
        _outbox.c.lease == work.lease,
    )
