"""Invites somebody to the team by mail, sends the invitation again, or takes it back."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlmodel import Session

from fsm_portal.db import unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.clock import now
from fsm_portal.domain.email import LONGEST, is_email, same_address
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.one_line import one_line
from fsm_portal.domain.outbox import WorkKind, enqueue
from fsm_portal.domain.role import Role
from fsm_portal.domain.staff import Staff
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.access.end_access import end_staffs_access
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.team.rules import (
    CannotChangeTeam,
    in_turn,
    member_of,
    must_manage_team,
    only_owners_make_owners,
    role_of,
)

_staff = table_of(Staff)

LONGEST_NAME = 200
# The second press of a button within so long is no second letter.
_AGAIN_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class NewMember:
    """What was typed. ``role`` is one of Role's values."""

    name: str
    email: str
    role: str


def invite_member(who: Identity, typed: NewMember) -> tuple[str, frozenset[str]]:
    """Add somebody to the team and queue the letter; the address it goes to, and topics to ring.

    Whoever was on the team before and was deactivated comes back as what is typed now. Raises
    CannotChangeTeam.
    """
    must_manage_team(who)
    name, email, role = checked(typed)
    only_owners_make_owners(who, role)
    with unit_of_work() as session:
        in_turn(session, who.company_id)
        member = put_on_team(session, who.company_id, name, email, role)
        only_owners_make_owners(who, member.role)
        queue_invitation(session, member)
        write_down(
            session,
            who,
            Deed.INVITED_MEMBER,
            about="staff",
            about_id=member.id,
            words=f"{name}, {email}, as {role.value}",
        )
    return email, frozenset({company_topic(who.company_id)})


def invite_again(who: Identity, staff_id: object) -> tuple[str, frozenset[str]]:
    """Send the invitation once more; the links of the letters before stop working.

    Raises CannotChangeTeam.
    """
    must_manage_team(who)
    with unit_of_work() as session:
        in_turn(session, who.company_id)
        member = _awaited(session, who, staff_id)
        if member.invited_at is not None and member.invited_at > now() - _AGAIN_AFTER:
            raise CannotChangeTeam(f"{member.name} was sent the invitation a moment ago.")
        member.invited_at = now()
        session.add(member)
        queue_invitation(session, member)
        write_down(
            session,
            who,
            Deed.INVITED_MEMBER,
            about="staff",
            about_id=member.id,
            words=f"{member.name}, {member.email}, once more",
        )
        return member.email, frozenset({company_topic(who.company_id)})


def withdraw_invitation(who: Identity, staff_id: object) -> frozenset[str]:
    """Take the invitation back: its link leads nowhere any more; topics to ring.

    Raises CannotChangeTeam.
    """
    must_manage_team(who)
    with unit_of_work() as session:
        in_turn(session, who.company_id)
        member = _awaited(session, who, staff_id)
        member.deactivated_at = now()
        session.add(member)
        ended = end_staffs_access(session, member.company_id, member.id)
        write_down(
            session,
            who,
            Deed.WITHDREW_INVITATION,
            about="staff",
            about_id=member.id,
            words=f"{member.name}, {member.email}",
        )
    return ended | {company_topic(who.company_id)}


def checked(typed: NewMember) -> tuple[str, str, Role]:
    """Name, address and role, as they are kept. Raises CannotChangeTeam."""
    name, email = one_line(typed.name), typed.email.strip()
    if not name:
        raise CannotChangeTeam("Type the person's name.", "name")
    if len(name) > LONGEST_NAME:
        raise CannotChangeTeam(f"This is longer than {LONGEST_NAME} characters.", "name")
    if len(email) > LONGEST or not is_email(email):
        raise CannotChangeTeam(
            "This is not an email address. It looks like name@example.com.", "email"
        )
    return name, email, role_of(typed.role)


def put_on_team(session: Session, company_id: str, name: str, email: str, role: Role) -> Staff:
    """The member's row, invited now: a new one, or that of who was deactivated.

    Raises CannotChangeTeam for somebody who is on the team already.
    """
    member = _of_address(session, company_id, email)
    if member is None:
        member = Staff(company_id=company_id, name=name, email=email, role=role)
    elif member.deactivated_at is None:
        raise CannotChangeTeam(
            f"{member.name} has been invited with this address already."
            if member.is_awaited
            else f"{member.name} is on your team with this address already.",
            "email",
        )
    member.name, member.email, member.role = name, email, role
    member.invited_at, member.joined_at, member.deactivated_at = now(), None, None
    session.add(member)
    session.flush()
    return member


def _of_address(session: Session, company_id: str, email: str) -> Staff | None:
    ids = session.connection().execute(
        select(_staff.c.id, _staff.c.email).where(
            _staff.c.company_id == company_id, func.lower(_staff.c.email) == func.lower(email)
        )
    )
    for row in ids:
        # The database may fold more letters than make one mailbox of two.
        if not same_address(row.email, email):
            raise CannotChangeTeam("An address like this one is taken.", "email")
        return session.get_one(Staff, (company_id, row.id))
    return None


def _awaited(session: Session, who: Identity, staff_id: object) -> Staff:
    member = member_of(session, who.company_id, staff_id)
    if not member.is_awaited:
        raise CannotChangeTeam(f"{member.name} has no invitation that is still open.")
    only_owners_make_owners(who, member.role)
    return member


def queue_invitation(session: Session, member: Staff) -> None:
    """Have the letter of ``member``, who was invited at this moment, written."""
    moment = int((member.invited_at or now()).timestamp() * 1000)
    enqueue(
        session,
        member.company_id,
        WorkKind.TEAM_MAIL,
        f"team:{member.id}:{moment}",
        {"staff_id": member.id},
    )
