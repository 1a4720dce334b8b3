"""What whoever runs the installation does about a company's team, at the command line."""

from collections.abc import Sequence

from sqlmodel import Session, func, select

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.email import same_address
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.staff import Staff
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.access.end_access import end_staffs_access
from fsm_portal.flows.access.offer_portal import find_company
from fsm_portal.flows.auditing.write_down import write_down_for_operator
from fsm_portal.flows.team.invite_member import (
    NewMember,
    checked,
    put_on_team,
    queue_invitation,
)
from fsm_portal.flows.team.rules import CannotChangeTeam, an_owner_remains, in_turn, role_of

_staff = table_of(Staff)


def team_of(slug: str) -> Sequence[Staff]:
    """Everybody, those who were deactivated too, by name. Raises NoSuchCompany."""
    company = find_company(slug)
    with reading() as session:
        return session.exec(
            select(Staff).where(_staff.c.company_id == company.id).order_by(_staff.c.name)
        ).all()


def add_member(slug: str, typed: NewMember) -> tuple[Staff, frozenset[str]]:
    """Add somebody and queue the invitation; topics to ring.

    Raises NoSuchCompany, CannotChangeTeam.
    """
    company = find_company(slug)
    name, email, role = checked(typed)
    with unit_of_work() as session:
        in_turn(session, company.id)
        member = put_on_team(session, company.id, name, email, role)
        queue_invitation(session, member)
        _write_down(session, member, Deed.INVITED_MEMBER, f"{name}, {email}, as {role.value}")
    return member, _topics(company)


def give_role(slug: str, email: str, typed: str) -> tuple[Staff, frozenset[str]]:
    """Give the member with this address another role; topics to ring.

    Raises NoSuchCompany, CannotChangeTeam.
    """
    company, role = find_company(slug), role_of(typed)
    with unit_of_work() as session:
        in_turn(session, company.id)
        member = _member(session, company, email)
        if member.role is not role:
            an_owner_remains(session, member)
            words = f"{member.name}: {member.role.value} is now {role.value}"
            member.role = role
            session.add(member)
            _write_down(session, member, Deed.CHANGED_ROLE, words)
    return member, _topics(company)


def deactivate(slug: str, email: str) -> tuple[Staff, frozenset[str]]:
    """End the access of the member with this address at once; topics to ring.

    Raises NoSuchCompany, CannotChangeTeam.
    """
    company = find_company(slug)
    with unit_of_work() as session:
        in_turn(session, company.id)
        member = _member(session, company, email)
        an_owner_remains(session, member)
        member.deactivated_at = now()
        session.add(member)
        ended = end_staffs_access(session, company.id, member.id)
        _write_down(session, member, Deed.DEACTIVATED_MEMBER, f"{member.name}, {member.email}")
    return member, ended | _topics(company)


def _member(session: Session, company: Company, email: str) -> Staff:
    found = session.exec(
        select(Staff).where(
            _staff.c.company_id == company.id, func.lower(_staff.c.email) == func.lower(email)
        )
    ).first()
    if found is None or not same_address(found.email, email) or found.deactivated_at is not None:
        raise CannotChangeTeam(f"Nobody on the team of {company.name} has the address {email}.")
    return found


def _write_down(session: Session, member: Staff, deed: Deed, words: str) -> None:
    write_down_for_operator(
        session, member.company_id, deed, about="staff", about_id=member.id, words=words
    )


def _topics(company: Company) -> frozenset[str]:
    return frozenset({company_topic(company.id)})
