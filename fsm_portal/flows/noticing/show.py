"""The pages of the notices: the list, and what of it somebody is mailed about."""

from dataclasses import dataclass

from fsm_portal.db import reading
from fsm_portal.domain.clock import now
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.noticing.found import Notice, notices
from fsm_portal.flows.noticing.kind_words import KIND_WORDS
from fsm_portal.flows.noticing.own import muted_by
from fsm_portal.flows.noticing.times import kinds_for, milliseconds
from fsm_portal.flows.overview.alert import Alert, with_its_place
from fsm_portal.flows.staff_desk import NO_DESK, Desk, staff_desk
from fsm_portal.gateways.recent import recently


@dataclass(frozen=True)
class NoticeRow:
    """``at`` in milliseconds since 1970, ``when`` for reading; ``to`` may be empty."""

    id: str
    at: int
    title: str
    text: str
    when: str
    tone: str
    to: str


@dataclass(frozen=True)
class NoticesView:
    """The latest notices, the newest first, for a role that is told of any."""

    desk: Desk = NO_DESK
    loaded: bool = False
    allowed: bool = False
    rows: tuple[NoticeRow, ...] = ()


def show_notices(scope: Scope) -> NoticesView:
    """Through the eyes of ``scope``. Raises NotStaff for no staff's."""
    with reading() as session:
        company, desk = staff_desk(session, scope)
        kinds = kinds_for(scope.role)
        if not kinds:
            return NoticesView(desk, loaded=True)
        rows = tuple(
            NoticeRow(
                f"{notice.kind.value}:{notice.fact}",
                milliseconds(notice.at),
                notice.title,
                notice.text,
                recently(notice.at, company.time_zone, company.locale, now()),
                notice.tone,
                _place(notice, scope),
            )
            for notice in notices(session, company, kinds)
        )
        return NoticesView(desk, loaded=True, allowed=True, rows=rows)


def _place(notice: Notice, scope: Scope) -> str:
    alert = Alert(notice.fact, notice.title, notice.text, notice.tone, to=notice.to)
    return with_its_place(alert, scope).to


@dataclass(frozen=True)
class MailChoice:
    """One kind, and whether somebody is mailed about it."""

    kind: str
    label: str
    hint: str
    by_mail: bool


@dataclass(frozen=True)
class NotificationsView:
    """Somebody's own choice; ``email`` is where their mail goes."""

    desk: Desk = NO_DESK
    loaded: bool = False
    allowed: bool = False
    email: str = ""
    choices: tuple[MailChoice, ...] = ()


def show_notifications(scope: Scope, staff_id: str) -> NotificationsView:
    """What ``staff_id``, whose eyes ``scope`` is, has chosen. Raises NotStaff for no staff's."""
    with reading() as session:
        company, desk = staff_desk(session, scope)
        kinds = kinds_for(scope.role)
        staff = session.get(Staff, (company.id, staff_id))
        if not kinds or staff is None:
            return NotificationsView(desk, loaded=True)
        muted = muted_by(session, company.id, staff.id)
        return NotificationsView(
            desk,
            loaded=True,
            allowed=True,
            email=staff.email,
            choices=tuple(
                MailChoice(
                    kind.value, KIND_WORDS[kind].label, KIND_WORDS[kind].hint, kind not in muted
                )
                for kind in kinds
            ),
        )
