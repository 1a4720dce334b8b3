"""Keeps that a member of staff has signed in: in the audit log, and on their own row."""

from sqlmodel import Session

from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.clock import now
from fsm_portal.domain.session import LoginSession
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.identity import Identity
from fsm_portal.gateways.user_agent import browser_words


def note_sign_in(session: Session, login: LoginSession) -> None:
    """To be called in the unit of work that opens the session ``login`` of a member of staff."""
    member = session.get_one(Staff, (login.company_id, login.staff_id))
    joins = member.is_awaited
    if joins:
        member.joined_at = now()
    member.seen_at = now()
    session.add(member)
    who = Identity(
        "staff", member.company_id, member.id, login.id, member.name, member.email, member.role
    )
    write_down(
        session,
        who,
        Deed.JOINED_TEAM if joins else Deed.SIGNED_IN,
        about="staff",
        about_id=member.id,
        words=browser_words(login.user_agent),
    )
