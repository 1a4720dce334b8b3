"""Queues word of a fact for the staff, in the unit of work of the fact itself: both, or neither."""

import hashlib
from datetime import timedelta

from sqlalchemy import Connection
from sqlmodel import Session

from fsm_portal.domain.notice import NoticeKind
from fsm_portal.domain.outbox import WorkKind, enqueue

# Whoever's card is refused tries another one; most find one that works.
_SECOND_TRY = timedelta(minutes=10)


def tell_staff(
    session: Session | Connection,
    company_id: str,
    kind: NoticeKind,
    fact: str,
    occasion: str = "",
) -> None:
    """Have staff mailed of ``fact``, whose name among its ``kind`` it is. Once for each fact, or
    for each ``occasion`` where it may become one again."""
    enqueue(
        session,
        company_id,
        WorkKind.NOTICE,
        f"notice:{name_of(kind, fact, occasion)}",
        {"kind": kind.value, "fact": fact, "occasion": occasion},
        _SECOND_TRY if kind is NoticeKind.FAILED_PAYMENT else timedelta(),
    )


def name_of(kind: NoticeKind, fact: str, occasion: str = "") -> str:
    """A short name of a fact for keys, whose own may be as long as a key is."""
    whole = f"{fact} {occasion}" if occasion else fact
    return f"{kind.value}:{hashlib.sha256(whole.encode()).hexdigest()[:40]}"
