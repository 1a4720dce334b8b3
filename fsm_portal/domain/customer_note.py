"""The note: what staff keep in mind about a customer. The customer never sees it."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.ids import new_id

LONGEST_NOTE = 4000


class CustomerNote(SQLModel, table=True):
    """Whoever wrote it may change it or take it away; ``text`` may have several lines."""

    __tablename__ = "customer_note"
    __table_args__ = (
        ForeignKeyConstraint(["company_id", "customer_id"], ["customer.company_id", "customer.id"]),
        ForeignKeyConstraint(["company_id", "staff_id"], ["staff.company_id", "staff.id"]),
        # Ids sort by their birth.
        Index("customer_note_customer", "company_id", "customer_id", "id"),
    )

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    customer_id: str = Field(max_length=32)
    staff_id: str = Field(max_length=32)
    text: str = Field(max_length=LONGEST_NOTE)
    created_at: datetime = Field(default_factory=now)
    edited_at: datetime | None = None
