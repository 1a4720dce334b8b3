"""The outbox's other end: claim one piece of work, do it outside, settle it.

Who goes on working claims the next in the unit of work that settles the last: a commit takes as
long as the rest of either.

A claim is a lease. A worker that dies holding one loses it when it runs out, and the next worker
takes the work up; the attempt was counted at the claim, so work that kills its worker is given up
in the end instead of killing them for ever.
"""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    and_,
    bindparam,
    or_,
    select,
    update,
)

from fsm_portal.db import reading, writing
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


@dataclass(frozen=True)
class Wanted:
    """Which work somebody takes: ``only`` these kinds where given, ``never`` those."""

    only: frozenset[str] | None = None
    never: frozenset[str] = frozenset()


# Made once: writing a statement costs more than running it.
_TAKE = (
    update(_outbox)
    .where(_outbox.c.company_id == bindparam("of"), _outbox.c.key == bindparam("named"))
    .values(lease=bindparam("by"), leased_until=bindparam("until"), attempts=bindparam("begun"))
    .returning(_outbox.c.kind, _outbox.c.payload)
)


# While it is still whose lease it is.
_MINE = (
    _outbox.c.company_id == bindparam("of"),
    _outbox.c.key == bindparam("named"),
    _outbox.c.lease == bindparam("by"),
)
_SETTLE = (
    update(_outbox)
    .where(*_MINE)
    .values(settled_at=bindparam("moment"), leased_until=None, dead_reason=bindparam("reason"))
)
_WAIT = (
    update(_outbox)
    .where(*_MINE)
    .values(available_at=bindparam("until"), leased_until=None, attempts=bindparam("begun"))
)


@cache
def _due(wanted: Wanted) -> tuple[Select[Any], Select[Any]]:
    """Whether something is due at ``moment``, and the oldest of it, to be held."""
    due = and_(
        _outbox.c.settled_at.is_(None),
        _outbox.c.available_at <= bindparam("moment"),
        or_(_outbox.c.leased_until.is_(None), _outbox.c.leased_until < bindparam("moment")),
        _outbox.c.kind.not_in(wanted.never),
        *([_outbox.c.kind.in_(wanted.only)] if wanted.only is not None else []),
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
    return _claim(Wanted(only, never))


def _claim(wanted: Wanted) -> Work | None:
    # Nearly always there is nothing to do, and nobody's writing waits for that to be found out.
    is_there, _ = _due(wanted)
    with reading() as session:
        if session.connection().execute(is_there, {"moment": now()}).first() is None:
            return None
    with writing() as connection:
        return _take(connection, wanted)


def _take(connection: Connection, wanted: Wanted) -> Work | None:
    moment = now()
    lease = new_id()
    _, pick = _due(wanted)
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
    return Work(
        found.company_id,
        found.key,
        row.kind,
        json.loads(row.payload),
        found.attempts + 1,
        lease,
    )


def work_through(
    wanted: Wanted, handlers: dict[str, Handler], stopped: Callable[[], bool]
) -> Iterator[frozenset[str]]:
    """Do what is due, piece by piece, until nothing is or ``stopped``; the topics of each.

    What is claimed by then is done first: nobody else would take it up for as long as its lease.
    """
    work = None if stopped() else _claim(wanted)
    while work is not None:
        end = _work_off(work, handlers)
        with writing() as connection:
            _bring_to(end, work, connection)
            work = None if stopped() else _take(connection, wanted)
        yield end.topics


def work_off(work: Work, handlers: dict[str, Handler]) -> frozenset[str]:
    """Do one claimed piece of work and settle it; returns the topics to ring."""
    end = _work_off(work, handlers)
    with writing() as connection:
        _bring_to(end, work, connection)
    return end.topics


@dataclass(frozen=True)
class _End:
    """What has become of a piece of work. It is done; or given up, which is ``told`` to staff; or
    waits ``until`` then, begun so many times."""

    topics: frozenset[str]
    note: Callable[[Connection], None] | None = None
    dead_reason: str | None = None
    told: bool = False
    until: datetime | None = None
    begun: int = 0


def _work_off(work: Work, handlers: dict[str, Handler]) -> _End:
    topics = frozenset({company_topic(work.company_id)})
    if work.attempts > MAX_ATTEMPTS:
        reason = f"gave up: it was begun {MAX_ATTEMPTS} times and never came to an end"
        return _End(topics, dead_reason=reason, told=True)
    try:
        handler = handlers.get(work.kind)
        if handler is None:
            raise GiveUp(f"nothing here knows how to do {work.kind}")
        done = handler(work)
    except PutOff as error:
        _log.info("outbox %s is put off until %s: %s", work.key, error.until.isoformat(), error)
        return _End(topics, until=error.until, begun=work.attempts - 1)
    except GiveUp as error:
        told = not isinstance(error, NoLongerWanted)
        return _End(topics, dead_reason=str(error), told=told)
    except Exception as error:
        # Whatever it was, the work is kept and tried again; the log has the trace.
        _log.warning("outbox %s will be tried again", work.key, exc_info=True)
        if work.attempts >= MAX_ATTEMPTS:
            reason = f"gave up after {work.attempts} attempts: {error}"
            return _End(topics, dead_reason=reason, told=True)
        # A page that says it is being done says so no longer.
        pause = min(_FIRST_PAUSE * 2 ** (work.attempts - 1), _LONGEST_PAUSE)
        return _End(topics, until=now() + pause, begun=work.attempts)
    return _End(done) if isinstance(done, frozenset) else _End(done.topics, done.note)


def _bring_to(end: _End, work: Work, connection: Connection) -> None:
    mine = {"of": work.company_id, "named": work.key, "by": work.lease}
    if end.until is not None:
        connection.execute(_WAIT, mine | {"until": end.until, "begun": end.begun})
        return
    if end.note is not None:
        # What was done was done, whoever holds the lease by now.
        end.note(connection)
    moment = now()
    reason = end.dead_reason[:500] if end.dead_reason is not None else None
    settled = connection.execute(_SETTLE, mine | {"moment": moment, "reason": reason})
    # Nothing was where the lease is another's by now: the work may still come to its end.
    if not end.told or not settled.rowcount or work.kind in SAID_BY_NO_MAIL:
        return
    # It may be tried again, and given up again: that is told too.
    occasion = moment.isoformat()
    tell_staff(connection, work.company_id, NoticeKind.UNDELIVERED, work.key, occasion)
