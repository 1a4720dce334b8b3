"""Staff: a person who works at a company."""

from datetime import datetime

from sqlalchemy import Index, func
from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.columns import choice
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.role import Role

__all__ = ["Role", "Staff"]


class Staff(SQLModel, table=True):
    """Somebody who was invited is awaited until they signed in for the first time.

    Nobody is ever deleted: what they did stands beside their name.
    """

    __tablename__ = "staff"

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    name: str = Field(max_length=200)
    email: str = Field(max_length=254)
    role: Role = Field(sa_column=choice(Role, "role"))
    created_at: datetime = Field(default_factory=now)
    deactivated_at: datetime | None = None
    # The latest invitation, and the first sign-in since. Nobody invites the first owner.
    invited_at: datetime | None = None
    joined_at: datetime | None = None
    # When they last opened a page, give or take some minutes; sign-ins themselves are pruned.
    seen_at: datetime | None = None

    @property
    def is_awaited(self) -> bool:
        """Invited, and not here yet."""
        return (
            self.deactivated_at is None and self.invited_at is not None and self.joined_at is None
        )


Index(
    "staff_email",
    # The address first: signing in starts from nothing else.
    func.lower(Staff.__table__.c.email),  # type: ignore[attr-defined]
    Staff.__table__.c.company_id,  # type: ignore[attr-defined]
    unique=True,
)
