"""Gives somebody on the team another role, or ends their time on it."""

from fsm_portal.db import unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.clock import now
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.access.end_access import end_staffs_access
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.team.rules import (
    CannotChangeTeam,
    an_owner_remains,
    in_turn,
    member_of,
    must_manage_team,
    only_owners_make_owners,
    role_of,
)


def change_role(who: Identity, staff_id: object, typed: object) -> tuple[str, frozenset[str]]:
    """Give a member the role ``typed``; what came of it in words, and the topics to ring.

    Tabs that are open see with the new role from then on. Raises CannotChangeTeam.
    """
    must_manage_team(who)
    role = role_of(typed)
    with unit_of_work() as session:
        in_turn(session, who.company_id)
        member = member_of(session, who.company_id, staff_id)
        if member.deactivated_at is not None:
            raise CannotChangeTeam(f"{member.name} is not on the team any more.")
        if member.role is role:
            return f"{member.name} is {role.value} already", frozenset()
        only_owners_make_owners(who, member.role, role)
        an_owner_remains(session, member)
        before, member.role = member.role, role
        session.add(member)
        write_down(
            session,
            who,
            Deed.CHANGED_ROLE,
            about="staff",
            about_id=member.id,
            words=f"{member.name}: {before.value} is now {role.value}",
        )
        words = f"{member.name} is {role.value} now"
    return words, frozenset({company_topic(who.company_id)})


def deactivate_member(who: Identity, staff_id: object) -> tuple[str, frozenset[str]]:
    """End a member's access at once, their open tabs too; words, and the topics to ring.

    What they did stays beside their name. Raises CannotChangeTeam.
    """
    must_manage_team(who)
    with unit_of_work() as session:
        in_turn(session, who.company_id)
        member = member_of(session, who.company_id, staff_id)
        if member.id == who.person_id:
            raise CannotChangeTeam("This is you. Ask another owner or admin to do it.")
        if member.deactivated_at is not None:
            return f"{member.name} was deactivated already", frozenset()
        only_owners_make_owners(who, member.role)
        an_owner_remains(session, member)
        member.deactivated_at = now()
        session.add(member)
        ended = end_staffs_access(session, member.company_id, member.id)
        write_down(
            session,
            who,
            Deed.DEACTIVATED_MEMBER,
            about="staff",
            about_id=member.id,
            words=f"{member.name}, {member.email}",
        )
        words = f"{member.name} is signed out everywhere"
    return words, ended | {company_topic(who.company_id)}
