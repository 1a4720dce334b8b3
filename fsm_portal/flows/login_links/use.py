"""Uses a link, once, for one session; and ends that session again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import update

from fsm_portal.config import settings
from fsm_portal.db import unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.login_link import LoginLink
from fsm_portal.domain.session import LoginSession
from fsm_portal.flows.login_links.look import LinkState, find_link, landing, state_of
from fsm_portal.gateways.tokens import sign_session

_link = table_of(LoginLink)


@dataclass(frozen=True)
class SignedIn:
    """A fresh session: whose face it is for, the cookie's value, when it ends, where to go."""

    audience: Literal["staff", "customer"]
    cookie: str
    expires_at: datetime
    path: str


def use_link(token: str, browser: str | None, user_agent: str) -> SignedIn | LinkState:
    """Consume the link and open its one session, atomically; or why it cannot be used."""
    moment = now()
    with unit_of_work() as session:
        link = find_link(session, token)
        if link is None:
            return LinkState.UNKNOWN
        state = state_of(link, browser)
        if state is not LinkState.READY:
            return state
        taken = session.connection().execute(
            update(_link)
            .where(
                _link.c.company_id == link.company_id,
                _link.c.id == link.id,
                _link.c.used_at.is_(None),
                # Asked again: what was read above may be over by now.
                _link.c.superseded_at.is_(None),
                _link.c.expires_at > moment,
            )
            .values(used_at=moment)
            .returning(_link.c.id)
        )
        if taken.first() is None:
            session.refresh(link)
            return LinkState.SUPERSEDED if link.superseded_at is not None else LinkState.USED
        ends = moment + timedelta(days=settings().session_days)
        login = LoginSession(
            company_id=link.company_id,
            link_id=link.id,
            staff_id=link.staff_id,
            customer_id=link.customer_id,
            user_agent=user_agent[:300],
            created_at=moment,
            expires_at=ends,
        )
        session.add(login)
        session.flush()
        audience: Literal["staff", "customer"] = "staff" if link.staff_id else "customer"
        cookie = sign_session(
            login.id, link.company_id, audience, ends, settings().secret_key.get_secret_value()
        )
        return SignedIn(audience, cookie, ends, landing(link))


def end_session(company_id: str, session_id: str) -> None:
    """Sign out: the row ends, and with it every tab of the session."""
    with unit_of_work() as session:
        row = session.get(LoginSession, (company_id, session_id))
        if row is not None and row.ended_at is None:
            row.ended_at = now()
            session.add(row)
