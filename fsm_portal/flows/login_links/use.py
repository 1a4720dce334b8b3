"""Uses a link, once, for one session; and ends that session again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import update
from sqlmodel import Session

from fsm_portal.config import settings
from fsm_portal.db import unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.email import same_address
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice_open import How
from fsm_portal.domain.login_link import LoginLink
from fsm_portal.domain.session import LoginSession
from fsm_portal.domain.topic import company_topic, customer_topic, session_topic
from fsm_portal.flows.invoicing.note_open import note_open
from fsm_portal.flows.login_links.accounts import Account
from fsm_portal.flows.login_links.look import (
    LinkState,
    choice_of,
    find_link,
    landing,
    person_of,
    state_of,
)
from fsm_portal.flows.login_links.make import link_of_choice
from fsm_portal.flows.team.note_sign_in import note_sign_in
from fsm_portal.gateways.tokens import sign_session

_link = table_of(LoginLink)


@dataclass(frozen=True)
class SignedIn:
    """A fresh session: whose face it is for, the cookie's value, when it ends, where to go, and
    what to ring."""

    audience: Literal["staff", "customer"]
    cookie: str
    expires_at: datetime
    path: str
    topics: frozenset[str] = frozenset()


def use_link(
    token: str, browser: str | None, user_agent: str, account: str = ""
) -> SignedIn | LinkState:
    """Consume the link and open its one session, atomically; or why it cannot be used.

    ``account`` is the key of another account of the same address, chosen instead of the link's
    own; one that may not be chosen is unknown.
    """
    with unit_of_work() as session:
        link = find_link(session, token)
        if link is None:
            return LinkState.UNKNOWN
        state = state_of(link, browser, session.get_one(Company, link.company_id))
        if state is not LinkState.READY:
            return state
        chosen = chosen_account(session, link, account)
        if account and chosen is None:
            return LinkState.UNKNOWN
        if not take(session, link):
            session.refresh(link)
            return LinkState.SUPERSEDED if link.superseded_at is not None else LinkState.USED
        return open_session(session, link, chosen, user_agent)


def chosen_account(session: Session, link: LoginLink, key: str) -> Account | None:
    """The account of ``key`` if the link lets its reader choose it.

    A customer's address stays as it is until the session is on our books: whoever changes it ends
    the sessions, and must find this one too.
    """
    found = next((one for one in choice_of(session, link) if one.key == key), None) if key else None
    if found is not None and found.customer_id is not None:
        held = session.get_one(
            Customer, (found.company_id, found.customer_id), with_for_update={"read": True}
        )
        if not same_address(person_of(session, link)[1], held.email):
            return None
    return found


def take(session: Session, link: LoginLink) -> bool:
    """Mark the link as used; False where that is somebody else's by now, or it is over."""
    moment = now()
    taken = session.connection().execute(
        update(_link)
        .where(
            _link.c.company_id == link.company_id,
            _link.c.id == link.id,
            _link.c.used_at.is_(None),
            # Asked again: what was read before may be over by now.
            _link.c.superseded_at.is_(None),
            _link.c.expires_at > moment,
        )
        .values(used_at=moment)
        .returning(_link.c.id)
    )
    return taken.first() is not None


def open_session(
    session: Session,
    link: LoginLink,
    chosen: Account | None,
    user_agent: str,
    ends: datetime | None = None,
) -> SignedIn:
    """The session of a link that was taken, or of the account chosen with it.

    It ends when the settings say, or with what it goes on from.
    """
    own = chosen is None or chosen.person_id in (link.staff_id, link.customer_id)
    its_link = link if own or chosen is None else link_of_choice(session, link, chosen)
    moment = now()
    ends = ends or moment + timedelta(days=settings().session_days)
    login = LoginSession(
        company_id=its_link.company_id,
        link_id=its_link.id,
        staff_id=its_link.staff_id,
        customer_id=its_link.customer_id,
        user_agent=user_agent[:300],
        seen_at=moment,
        created_at=moment,
        expires_at=ends,
    )
    session.add(login)
    session.flush()
    if login.staff_id is not None:
        note_sign_in(session, login)
    audience: Literal["staff", "customer"] = "staff" if login.staff_id else "customer"
    secret = settings().secret_key.get_secret_value()
    cookie = sign_session(login.id, login.company_id, audience, ends, secret)
    topics = {customer_topic(login.company_id, login.customer_id)} if login.customer_id else set()
    if its_link.customer_id and its_link.invoice_id:
        # Somebody came in by an invoice's letter: that invoice was opened.
        note_open(session, login.company_id, its_link.invoice_id, its_link.id, How.LINK)
        topics.add(company_topic(login.company_id))
    return SignedIn(audience, cookie, ends, landing(session, its_link), frozenset(topics))


def end_session(company_id: str, session_id: str) -> frozenset[str]:
    """Sign out: the row ends, and with it every tab of the session; the topics to ring."""
    with unit_of_work() as session:
        row = session.get(LoginSession, (company_id, session_id))
        if row is None or row.ended_at is not None:
            return frozenset()
        row.ended_at = now()
        session.add(row)
        topics = {session_topic(session_id)}
        if row.customer_id is not None:
            topics.add(customer_topic(company_id, row.customer_id))
        return frozenset(topics)
