"""The session of a signed-in person: a row, checked at every event."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.ids import new_id


class LoginSession(SQLModel, table=True):
    __tablename__ = "session"
    __table_args__ = (
        ForeignKeyConstraint(["company_id", "staff_id"], ["staff.company_id", "staff.id"]),
        ForeignKeyConstraint(["company_id", "customer_id"], ["customer.company_id", "customer.id"]),
        ForeignKeyConstraint(["company_id", "link_id"], ["login_link.company_id", "login_link.id"]),
        CheckConstraint("(staff_id IS NULL) <> (customer_id IS NULL)", name="session_one_person"),
        Index("session_customer", "company_id", "customer_id"),
        Index("session_staff", "company_id", "staff_id"),
        Index("session_link", "company_id", "link_id", unique=True),
        # A ring asks for the sessions of all its tabs at once, whatever their company.
        Index("session_id", "id"),
    )

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    link_id: str = Field(max_length=32)
    staff_id: str | None = Field(default=None, max_length=32)
    customer_id: str | None = Field(default=None, max_length=32)
    user_agent: str = Field(default="", max_length=300)
    # When a page was last opened in it, give or take some minutes.
    seen_at: datetime | None = None
    created_at: datetime = Field(default_factory=now)
    expires_at: datetime
    ended_at: datetime | None = None
