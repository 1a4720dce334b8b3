"""What is somebody's own of the notices: how far they have read, what they are mailed about."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update
from sqlmodel import Session

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.insert_once import insert_once, table_of
from fsm_portal.domain.notice import CONCERNS, NoticeKind, NoticeMark, NoticeMute
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.noticing.times import milliseconds, moment_of

_mark = table_of(NoticeMark)
_mute = table_of(NoticeMute)


class CannotChoose(Exception):
    """Nothing was kept, in words for staff."""


@dataclass(frozen=True)
class Read:
    """How far somebody had read, and has now; milliseconds since 1970."""

    before: int = 0
    now: int = 0


def read_up_to(who: Identity) -> int:
    """How far ``who`` has read; milliseconds since 1970, 0 for whoever never looked."""
    with reading() as session:
        return _read(session, who)


def mark_read(who: Identity, newest: int) -> Read:
    """``who`` looks at everything up to ``newest``. It never goes back."""
    kinds = [kind for kind in NoticeKind if who.may(CONCERNS[kind])]
    with reading() as session:
        before = _read(session, who)
    if not kinds or newest <= before:
        return Read(before, before)
    moment = moment_of(newest)
    key = {"company_id": who.company_id, "staff_id": who.person_id}
    with unit_of_work() as session:
        if not insert_once(session, NoticeMark, key | {"read_up_to": moment}):
            session.connection().execute(
                update(_mark)
                .where(
                    _mark.c.company_id == who.company_id,
                    _mark.c.staff_id == who.person_id,
                    _mark.c.read_up_to < moment,
                )
                .values(read_up_to=moment)
            )
    return Read(before, newest)


def _read(session: Session, who: Identity) -> int:
    mark = session.get(NoticeMark, (who.company_id, who.person_id))
    return 0 if mark is None else milliseconds(mark.read_up_to)


def muted_by(session: Session, company_id: str, staff_id: str) -> frozenset[NoticeKind]:
    """The kinds that somebody is not mailed about."""
    rows = session.connection().execute(
        select(_mute.c.kind).where(_mute.c.company_id == company_id, _mute.c.staff_id == staff_id)
    )
    return frozenset(map(NoticeKind, rows.scalars()))


def choose_mail(who: Identity, wanted: Collection[str]) -> None:
    """``who`` is mailed about the ``wanted`` kinds and about no others. Raises CannotChoose."""
    kinds = [kind for kind in NoticeKind if who.may(CONCERNS[kind])]
    if not kinds:
        raise CannotChoose("Your role is told of nothing that could be mailed.")
    muted = [kind for kind in kinds if kind.value not in wanted]
    with unit_of_work() as session:
        session.connection().execute(
            delete(_mute).where(
                _mute.c.company_id == who.company_id, _mute.c.staff_id == who.person_id
            )
        )
        if muted:
            session.connection().execute(
                insert(_mute),
                [
                    {"company_id": who.company_id, "staff_id": who.person_id, "kind": kind}
                    for kind in muted
                ],
            )
