"""Word of a fact to the staff it concerns: a letter for each of them, once.

Two steps. The fact's own work finds whom it concerns and queues a letter for each, under a key of
the fact and the person; each letter then leaves by itself, and fails by itself.
"""

from datetime import timedelta

from sqlalchemy import select
from sqlmodel import Session

from fsm_portal.config import settings
from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.notice import CONCERNS, NoticeKind, NoticeMute
from fsm_portal.domain.outbox import WorkKind, enqueue
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.mailing.letter_to import sender
from fsm_portal.flows.mailing.post_office import may_write_to, post_letter
from fsm_portal.flows.noticing.found import Notice, notice_of
from fsm_portal.flows.noticing.kind_words import KIND_WORDS
from fsm_portal.flows.noticing.tell import name_of
from fsm_portal.flows.outbox import Done, GiveUp, Work
from fsm_portal.gateways.letters import Reader
from fsm_portal.gateways.notice_letters import StaffNotice, notice_letter

_staff = table_of(Staff)
_mute = table_of(NoticeMute)

# What is older was brought in late, by a sweep or a new account: nobody is mailed old news.
_FRESH = timedelta(days=3)
SETTINGS = "/dashboard/settings/notifications/"


def tell_everybody(work: Work) -> frozenset[str]:
    """Queue a letter for everybody whom the fact concerns."""
    kind, fact = _named(work)
    with unit_of_work() as session:
        company = session.get_one(Company, work.company_id)
        notice = notice_of(session, company, kind, fact)
        if notice is None or notice.at < now() - _FRESH:
            return frozenset()
        name = name_of(kind, fact, work.payload.get("occasion") or "")
        for staff_id in _whom(session, company, kind):
            enqueue(
                session,
                company.id,
                WorkKind.NOTICE_MAIL,
                f"notice-mail:{name}:{staff_id}",
                {"kind": kind.value, "fact": fact, "staff_id": staff_id},
            )
    return frozenset()


def mail_notice(work: Work) -> Done:
    """Send one of these letters, unless its reader has nothing to do with it any more."""
    kind, fact = _named(work)
    with reading() as session:
        company = session.get_one(Company, work.company_id)
        staff = session.get_one(Staff, (company.id, work.payload.get("staff_id")))
        notice = notice_of(session, company, kind, fact)
        if notice is None or staff.id not in _whom(session, company, kind):
            return Done()
        may_write_to(session, work, staff.email)
        letter = notice_letter(
            sender(company), Reader(staff.name, staff.email), _written(work, notice)
        )
    return post_letter(work, letter)


def _whom(session: Session, company: Company, kind: NoticeKind) -> list[str]:
    """Everybody at work whose role may see this kind, and who has not muted its mail."""
    muted = select(_mute.c.staff_id).where(_mute.c.company_id == company.id, _mute.c.kind == kind)
    people = session.scalars(
        select(Staff).where(
            _staff.c.company_id == company.id,
            _staff.c.deactivated_at.is_(None),
            _staff.c.id.not_in(muted),
        )
    )
    return [each.id for each in people if not each.is_awaited and each.role.may(CONCERNS[kind])]


def _written(work: Work, notice: Notice) -> StaffNotice:
    base = settings().base_url
    words = KIND_WORDS[notice.kind]
    return StaffNotice(
        key=work.key,
        title=notice.title,
        text=notice.text,
        button=words.button,
        link=f"{base}{notice.to}",
        about=words.about,
        settings=f"{base}{SETTINGS}",
    )


def _named(work: Work) -> tuple[NoticeKind, str]:
    try:
        return NoticeKind(work.payload.get("kind") or ""), work.payload["fact"] or ""
    except (KeyError, ValueError) as error:
        raise GiveUp("the queued work does not name what happened") from error
