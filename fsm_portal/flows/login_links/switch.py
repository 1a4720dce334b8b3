"""Switches from one company to another of the same customer's, without a letter in between."""

from sqlmodel import Session

from fsm_portal.db import unit_of_work
from fsm_portal.domain.login_link import LoginLink
from fsm_portal.domain.session import LoginSession
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.login_links.accounts import Account
from fsm_portal.flows.login_links.look import choice_of
from fsm_portal.flows.login_links.use import SignedIn, chosen_account, open_session


def accounts_beside(session: Session, company_id: str, session_id: str) -> list[Account]:
    """The other customers, of this company or others, that a session's mailbox belongs to.

    None in a session that does not prove its mailbox. Staff sign in by a letter of their own.
    """
    found = _session_and_link(session, company_id, session_id)
    if found is None:
        return []
    login, link = found
    return [
        one
        for one in choice_of(session, link)
        if one.customer_id is not None and one.customer_id != login.customer_id
    ]


def switch_account(who: Identity, account: str, user_agent: str) -> SignedIn | None:
    """Open a session for the account of key ``account``; it ends when the one of ``who`` would.

    The caller ends that one: a browser holds one customer's session at a time.
    """
    if who.audience != "customer":
        return None
    with unit_of_work() as session:
        found = _session_and_link(session, who.company_id, who.session_id)
        if found is None:
            return None
        login, link = found
        beside = accounts_beside(session, who.company_id, who.session_id)
        if account not in [one.key for one in beside]:
            return None
        chosen = chosen_account(session, link, account)
        if chosen is None:
            return None
        return open_session(session, link, chosen, user_agent, login.expires_at)


def _session_and_link(
    session: Session, company_id: str, session_id: str
) -> tuple[LoginSession, LoginLink] | None:
    login = session.get(LoginSession, (company_id, session_id))
    if login is None or login.customer_id is None or login.ended_at is not None:
        return None
    return login, session.get_one(LoginLink, (company_id, login.link_id))
