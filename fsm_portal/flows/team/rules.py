"""What has to hold whoever changes the team: an owner remains, and only owners make owners."""

from typing import Literal

from sqlalchemy import or_, select
from sqlmodel import Session

from fsm_portal.domain.company import Company
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.role import May, Role
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.identity import Identity

_staff = table_of(Staff)
# An owner who is here: one who was only invited could not let anybody in.
_IS_OWNER = (
    _staff.c.role == Role.OWNER,
    _staff.c.deactivated_at.is_(None),
    or_(_staff.c.invited_at.is_(None), _staff.c.joined_at.is_not(None)),
)

Field = Literal["", "name", "email", "role"]


class CannotChangeTeam(Exception):
    """Why not, in words for staff, and beside which ``field`` if it is about one."""

    def __init__(self, words: str, field: Field = "") -> None:
        super().__init__(words)
        self.field = field


def must_manage_team(who: Identity) -> None:
    """Raises CannotChangeTeam for whoever may not."""
    if not who.may(May.MANAGE_TEAM):
        raise CannotChangeTeam("Your role cannot change the team. Ask an owner or an admin.")


def in_turn(session: Session, company_id: str) -> Company:
    """The company, for one at a time to change its team: two owners cannot demote each other."""
    return session.get_one(Company, company_id, with_for_update={"key_share": True})


def member_of(session: Session, company_id: str, staff_id: object) -> Staff:
    """Raises CannotChangeTeam; a member of another company's team is no different from none."""
    found = None
    if isinstance(staff_id, str) and is_id(staff_id):
        found = session.get(Staff, (company_id, staff_id), populate_existing=True)
    if found is None:
        raise CannotChangeTeam("This person is not on your team.")
    return found


def role_of(typed: object) -> Role:
    """Raises CannotChangeTeam unless it is a role."""
    try:
        return Role(typed)  # type: ignore[arg-type]
    except ValueError:
        raise CannotChangeTeam("Choose a role.", "role") from None


def only_owners_make_owners(who: Identity, *roles: Role) -> None:
    """Raises CannotChangeTeam where one of ``roles``, somebody's present or coming one, is the
    owner's and ``who`` is none."""
    if Role.OWNER in roles and who.role is not Role.OWNER:
        raise CannotChangeTeam("Only an owner can make or change an owner.", "role")


def an_owner_remains(session: Session, member: Staff) -> None:
    """Raises CannotChangeTeam if ``member`` is the only owner left. Call it inside ``in_turn``."""
    if owners(session, member.company_id) == {member.id}:
        raise CannotChangeTeam(
            f"{member.name} is the only owner. Make somebody else an owner first.", "role"
        )


def owners(session: Session, company_id: str) -> frozenset[str]:
    """The ids of the owners who are here."""
    rows = session.connection().execute(
        select(_staff.c.id).where(_staff.c.company_id == company_id, *_IS_OWNER)
    )
    return frozenset(rows.scalars())
