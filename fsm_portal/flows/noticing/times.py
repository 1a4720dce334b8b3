"""Where notices are found, by index, the latest first; and when each came, for every page."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, exists, select, union_all
from sqlmodel import Session

from fsm_portal.domain.checkout_attempt import CheckoutAttempt
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.dispute import Dispute
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.notice import CONCERNS, NoticeKind
from fsm_portal.domain.outbox import GIVEN_UP, OutboxMessage, WorkKind
from fsm_portal.domain.payment import FailedPayment
from fsm_portal.domain.role import Role
from fsm_portal.flows.overview.alert import RECENT

_failed = table_of(FailedPayment)
_later = _failed.alias("later")
_its = table_of(CheckoutAttempt).alias("its")
_dispute = table_of(Dispute)
_outbox = table_of(OutboxMessage)

# As many as anybody looks through; a number beyond it says no more than "many".
MOST = 20
# Strangers ask for these, with whatever address they type.
OF_STRANGERS = (WorkKind.SIGN_IN_MAIL, WorkKind.SIGN_UP_MAIL)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def kinds_for(role: Role | None) -> tuple[NoticeKind, ...]:
    """What somebody of this role is told of."""
    return tuple(kind for kind in NoticeKind if role is not None and role.may(CONCERNS[kind]))


def notice_times(
    session: Session, company: Company, kinds: Collection[NoticeKind]
) -> tuple[int, ...]:
    """When each of the latest came, the newest first, in milliseconds since 1970. One statement:
    every page of the staff's carries them."""
    times: list[datetime] = []
    stored = tuple(kind for kind in NoticeKind if kind in kinds and kind in FOUND)
    if stored:
        key = {"company_id": company.id, "since": now() - RECENT}
        times += session.connection().execute(_times(stored), key).scalars()
    if NoticeKind.ACCOUNT in kinds and company.stripe_deauthorized_at is not None:
        times.append(company.stripe_deauthorized_at)
    return tuple(sorted(map(milliseconds, times), reverse=True)[:MOST])


def milliseconds(moment: datetime) -> int:
    """As browsers count."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def moment_of(milliseconds_since: int) -> datetime:
    """The same, back again; UTC."""
    return _EPOCH + timedelta(milliseconds=milliseconds_since)


_OF_COMPANY_FAILED = (
    _failed.c.company_id == bindparam("company_id"),
    _failed.c.failed_at > bindparam("since"),
    # The last one of each press of Pay, unless it came to a payment in the end.
    ~exists().where(
        _later.c.company_id == _failed.c.company_id,
        _later.c.attempt_id == _failed.c.attempt_id,
        _later.c.id > _failed.c.id,
    ),
    exists().where(
        _its.c.company_id == _failed.c.company_id,
        _its.c.id == _failed.c.attempt_id,
        _its.c.completed_at.is_(None),
    ),
)
_OF_COMPANY_DISPUTED = (
    _dispute.c.company_id == bindparam("company_id"),
    _dispute.c.opened_at > bindparam("since"),
)
_OF_COMPANY_GIVEN_UP = (
    _outbox.c.company_id == bindparam("company_id"),
    GIVEN_UP,
    _outbox.c.settled_at > bindparam("since"),
    _outbox.c.kind.not_in(OF_STRANGERS),
)
# Of each kind: when we learned of it, what limits it, what it is ordered by, what names it.
FOUND: dict[NoticeKind, tuple[Any, tuple[Any, ...], Any, Any]] = {
    NoticeKind.FAILED_PAYMENT: (
        _failed.c.recorded_at,
        _OF_COMPANY_FAILED,
        _failed.c.failed_at,
        _failed.c.attempt_id,
    ),
    NoticeKind.DISPUTE: (
        _dispute.c.recorded_at,
        _OF_COMPANY_DISPUTED,
        _dispute.c.opened_at,
        _dispute.c.stripe_dispute_id,
    ),
    NoticeKind.UNDELIVERED: (
        _outbox.c.settled_at,
        _OF_COMPANY_GIVEN_UP,
        _outbox.c.settled_at,
        _outbox.c.key,
    ),
}


@cache
def _times(kinds: tuple[NoticeKind, ...]) -> Any:
    """Made once for each role: writing a statement costs more than running it."""
    parts = []
    for kind in kinds:
        at, limits, order, _ = FOUND[kind]
        latest = select(at.label("at")).where(*limits).order_by(order.desc()).limit(MOST)
        parts.append(select(latest.subquery().c.at))
    return union_all(*parts)
