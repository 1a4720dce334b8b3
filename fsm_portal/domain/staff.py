"""Staff: a person who works at a company."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, func
from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.columns import choice
from fsm_portal.domain.ids import new_id


class Role(StrEnum):
    OWNER = "owner"
    ADMIN = "admin"
    OFFICE = "office"
    TECHNICIAN = "technician"

    @property
    def may_move_money(self) -> bool:
        """Technicians read; everybody else may send invoices and take payments."""
        return self is not Role.TECHNICIAN


class Staff(SQLModel, table=True):
    __tablename__ = "staff"

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    name: str = Field(max_length=200)
    email: str = Field(max_length=254)
    role: Role = Field(sa_column=choice(Role, "role"))
    created_at: datetime = Field(default_factory=now)
    deactivated_at: datetime | None = None


Index(
    "staff_email",
    # The address first: signing in starts from nothing else.
    func.lower(Staff.__table__.c.email),  # type: ignore[attr-defined]
    Staff.__table__.c.company_id,  # type: ignore[attr-defined]
    unique=True,
)
