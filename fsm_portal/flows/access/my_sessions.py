"""Where a customer is signed in: seen, noted, and ended one by one or all at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, bindparam, or_, select, update
from sqlmodel import Session

from fsm_portal.db import unit_of_work, writing
from fsm_portal.domain.clock import now
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.session import LoginSession
from fsm_portal.domain.staff import Staff
from fsm_portal.domain.topic import customer_topic
from fsm_portal.flows.access.end_access import end_sessions_of
from fsm_portal.flows.identity import Identity, Scope
from fsm_portal.gateways.recent import recently
from fsm_portal.gateways.user_agent import browser_words

_session = table_of(LoginSession)
_staff = table_of(Staff)

# How old the note of a visit may become before it is made anew.
_NOTED_EVERY = timedelta(minutes=10)
# Rows of the list; everything is ended by one button.
_SHOWN = 50


@dataclass(frozen=True)
class SessionView:
    """One browser, in words. ``here``: the one that looks."""

    id: str
    browser: str
    signed_in: str
    seen: str
    here: bool


def sessions_of(
    session: Session, scope: Scope, session_id: str, time_zone: str, locale: str
) -> tuple[SessionView, ...]:
    """The customer's sessions that are valid, the own one first and then the newest."""
    rows = session.connection().execute(
        _VALID,
        {"company_id": scope.company_id, "customer_id": scope.customer_id, "now": now()},
    )
    found: Sequence[Row[*tuple[Any, ...]]] = rows.all()
    return tuple(
        SessionView(
            id=row.id,
            browser=browser_words(row.user_agent),
            signed_in=f"Signed in {recently(row.created_at, time_zone, locale, now())}",
            seen="This browser"
            if row.id == session_id
            else f"Last seen {recently(row.seen_at or row.created_at, time_zone, locale, now())}",
            here=row.id == session_id,
        )
        for row in sorted(found, key=lambda row: row.id != session_id)
    )


def end_my_session(who: Identity, session_id: str) -> frozenset[str]:
    """Sign one of the customer's own browsers out; the topics to ring. Another's session is no
    different from none."""
    if who.audience != "customer" or not is_id(session_id):
        return frozenset()
    with unit_of_work() as session:
        ended = end_sessions_of(session, who.company_id, who.person_id, only=session_id)
    return ended | {customer_topic(who.company_id, who.person_id)} if ended else ended


def end_all_sessions(who: Identity) -> frozenset[str]:
    """Sign the customer out everywhere; the topics to ring."""
    if who.audience != "customer":
        return frozenset()
    with unit_of_work() as session:
        return end_sessions_of(session, who.company_id, who.person_id)


def is_noted(who: Identity) -> bool:
    """Whether the last note of a visit still does."""
    return who.seen_at is not None and who.seen_at > now() - _NOTED_EVERY


def note_visit(who: Identity) -> None:
    """Keep that a page has been opened in this session; once in ten minutes, whoever asks."""
    moment = now()
    with writing() as connection:
        connection.execute(
            update(_session)
            .where(
                _session.c.company_id == who.company_id,
                _session.c.id == who.session_id,
                or_(_session.c.seen_at.is_(None), _session.c.seen_at <= moment - _NOTED_EVERY),
            )
            .values(seen_at=moment)
        )
        if who.audience == "staff":
            connection.execute(
                update(_staff)
                .where(_staff.c.company_id == who.company_id, _staff.c.id == who.person_id)
                .values(seen_at=moment)
            )


# Made once: writing a statement costs more than running it.
_VALID = (
    select(
        _session.c.id,
        _session.c.user_agent,
        _session.c.created_at,
        _session.c.seen_at,
    )
    .where(
        _session.c.company_id == bindparam("company_id"),
        _session.c.customer_id == bindparam("customer_id"),
        _session.c.ended_at.is_(None),
        _session.c.expires_at > bindparam("now"),
    )
    .order_by(_session.c.created_at.desc(), _session.c.id.desc())
    .limit(_SHOWN)
)
