"""The job: a visit or piece of work, upcoming, completed or cancelled."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.ids import new_id

# As text, word for word in the index and in what asks: SQLite compares them so.
COMPLETED = text("(completed_at IS NOT NULL)")
OPEN = text("(completed_at IS NULL AND cancelled_at IS NULL)")


class Job(SQLModel, table=True):
    """``title`` and ``description`` are shown to the customer; ``report``, what whoever was there
    tells the office, is not. At most one of ``completed_at`` and ``cancelled_at`` is set."""

    __tablename__ = "job"
    __table_args__ = (
        ForeignKeyConstraint(["company_id", "customer_id"], ["customer.company_id", "customer.id"]),
        ForeignKeyConstraint(
            ["company_id", "technician_id"], ["staff.company_id", "staff.id"], name="job_technician"
        ),
        Index("job_customer", "company_id", "customer_id", "starts_at"),
        Index(
            "job_completed",
            *("company_id", "customer_id", "starts_at"),
            sqlite_where=COMPLETED,
            postgresql_where=COMPLETED,
        ),
        # The office's lists: what is to be done, and what was.
        Index(
            "job_open",
            *("company_id", "starts_at", "id"),
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index(
            "job_open_of",
            *("company_id", "technician_id", "starts_at", "id"),
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index(
            "job_done",
            *("company_id", "completed_at", "id"),
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
    # Who goes there, where that was decided.
    technician_id: str | None = Field(default=None, max_length=32)
    report: str = Field(default="", max_length=2000)
    completed_at: datetime | None = None
    cancelled_at: datetime | None = None
    created_at: datetime = Field(default_factory=now)
