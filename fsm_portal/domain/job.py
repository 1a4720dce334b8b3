"""The job: a visit or piece of work, upcoming or completed."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.ids import new_id

# As text, word for word in the index and in what asks: SQLite compares them so.
COMPLETED = text("(completed_at IS NOT NULL)")


class Job(SQLModel, table=True):
    __tablename__ = "job"
    __table_args__ = (
        ForeignKeyConstraint(["company_id", "customer_id"], ["customer.company_id", "customer.id"]),
        Index("job_customer", "company_id", "customer_id", "starts_at"),
        Index(
            "job_completed",
            *("company_id", "customer_id", "starts_at"),
            sqlite_where=COMPLETED,
            postgresql_where=COMPLETED,
        ),
    )

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    customer_id: str = Field(max_length=32)
    title: str = Field(max_length=200)
    description: str = Field(default="", max_length=2000)
    starts_at: datetime
    completed_at: datetime | None = None
    created_at: datetime = Field(default_factory=now)
