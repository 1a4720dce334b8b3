"""The page of the team: who works here as what, who is invited, and what each role may."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session, select

from fsm_portal.db import reading
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.role import May, Role
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.staff_desk import NO_DESK, Desk, staff_desk
from fsm_portal.flows.team.rules import owners
from fsm_portal.gateways.recent import recently

_staff = table_of(Staff)

Standing = Literal["active", "invited", "deactivated"]
# By standing, and of one standing by what they may.
_ORDER: tuple[Standing, ...] = ("active", "invited", "deactivated")


@dataclass(frozen=True)
class MemberView:
    """``fixed`` says why nobody who looks at this may change them; empty where they may."""

    id: str
    name: str
    email: str
    role: str
    role_name: str
    standing: Standing
    seen: str
    fixed: str


@dataclass(frozen=True)
class TeamView:
    """``may_make_owners``: whether the role of owner is offered."""

    loaded: bool = False
    desk: Desk = NO_DESK
    allowed: bool = False
    members: tuple[MemberView, ...] = ()
    gone: tuple[MemberView, ...] = ()
    may_make_owners: bool = False


def show_team(scope: Scope) -> TeamView:
    """Everybody; nothing for whoever may not manage the team."""
    with reading() as session:
        company, desk = staff_desk(session, scope)
        if not scope.may(May.MANAGE_TEAM):
            return TeamView(loaded=True, desk=desk)
        everybody = _everybody(session, company)
        present = owners(session, company.id)
    views = [_view(member, company, scope, present) for member in everybody]
    return TeamView(
        loaded=True,
        desk=desk,
        allowed=True,
        members=tuple(one for one in views if one.standing != "deactivated"),
        gone=tuple(one for one in views if one.standing == "deactivated"),
        may_make_owners=scope.role is Role.OWNER,
    )


def _everybody(session: Session, company: Company) -> Sequence[Staff]:
    found = session.exec(select(Staff).where(_staff.c.company_id == company.id)).all()
    roles = list(Role)
    return sorted(
        found,
        key=lambda one: (_ORDER.index(_standing(one)), roles.index(one.role), one.name.lower()),
    )


def _view(member: Staff, company: Company, scope: Scope, present: frozenset[str]) -> MemberView:
    return MemberView(
        id=member.id,
        name=member.name,
        email=member.email,
        role=member.role.value,
        role_name=member.role.value.capitalize(),
        standing=_standing(member),
        seen=_seen(member, company),
        fixed=_fixed(member, scope, present),
    )


def _standing(member: Staff) -> Standing:
    if member.deactivated_at is not None:
        return "deactivated"
    return "invited" if member.is_awaited else "active"


def _seen(member: Staff, company: Company) -> str:
    moment, words = member.seen_at, "Last here"
    if member.deactivated_at is not None:
        moment, words = member.deactivated_at, "Deactivated"
    elif member.is_awaited:
        moment, words = member.invited_at, "Invited"
    if moment is None:
        return "Not signed in yet"
    return f"{words} {recently(moment, company.time_zone, company.locale, now())}"


def _fixed(member: Staff, scope: Scope, present: frozenset[str]) -> str:
    if member.role is Role.OWNER and scope.role is not Role.OWNER:
        return "Only an owner can change an owner"
    return "The only owner" if present == {member.id} else ""
