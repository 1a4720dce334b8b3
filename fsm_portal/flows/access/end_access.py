"""Ends what a person has opened: sessions at once, links before they are used."""

from sqlalchemy import update
from sqlmodel import Session

from fsm_portal.domain.clock import now
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.login_link import LoginLink
from fsm_portal.domain.session import LoginSession
from fsm_portal.domain.topic import session_topic

_link = table_of(LoginLink)
_session = table_of(LoginSession)


def end_customers_access(session: Session, company_id: str, customer_id: str) -> frozenset[str]:
    """End all sessions and unused links of a customer whose address changed; topics to ring.

    Whoever reads the old mailbox opened them, or could.
    """
    moment = now()
    connection = session.connection()
    connection.execute(
        update(_link)
        .where(
            _link.c.company_id == company_id,
            _link.c.customer_id == customer_id,
            _link.c.used_at.is_(None),
            _link.c.superseded_at.is_(None),
        )
        .values(superseded_at=moment)
    )
    return end_sessions_of(session, company_id, customer_id)


def end_staffs_access(session: Session, company_id: str, staff_id: str) -> frozenset[str]:
    """End all sessions and unused links of a member of staff; topics to ring."""
    moment = now()
    connection = session.connection()
    connection.execute(
        update(_link)
        .where(
            _link.c.company_id == company_id,
            _link.c.staff_id == staff_id,
            _link.c.used_at.is_(None),
            _link.c.superseded_at.is_(None),
        )
        .values(superseded_at=moment)
    )
    ended = connection.execute(
        update(_session)
        .where(
            _session.c.company_id == company_id,
            _session.c.staff_id == staff_id,
            _session.c.ended_at.is_(None),
        )
        .values(ended_at=moment)
        .returning(_session.c.id)
    )
    return frozenset(session_topic(session_id) for session_id in ended.scalars())


def end_sessions_of(
    session: Session, company_id: str, customer_id: str, only: str | None = None
) -> frozenset[str]:
    """End all sessions of a customer, or the ``only`` one of that id; topics to ring."""
    ended = session.connection().execute(
        update(_session)
        .where(
            _session.c.company_id == company_id,
            _session.c.customer_id == customer_id,
            _session.c.ended_at.is_(None),
            *([_session.c.id == only] if only is not None else []),
        )
        .values(ended_at=now())
        .returning(_session.c.id)
    )
    return frozenset(session_topic(session_id) for session_id in ended.scalars())
