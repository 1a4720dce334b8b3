"""Many invoices sent at one press: which, how far it is, and what was not sent and why."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, false
from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now


class BulkSend(SQLModel, table=True):
    """One press. ``id`` is made where it is pressed, so that a second press is the same one."""

    __tablename__ = "bulk_send"
    __table_args__ = (
        ForeignKeyConstraint(["company_id", "staff_id"], ["staff.company_id", "staff.id"]),
        Index("bulk_send_staff", "company_id", "staff_id"),
    )

    company_id: str = Field(primary_key=True, max_length=32)
    id: str = Field(primary_key=True, max_length=32)
    staff_id: str = Field(max_length=32)
    started_at: datetime = Field(default_factory=now)
    # Reminders of them, not the invoices themselves.
    reminds: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class BulkSendItem(SQLModel, table=True):
    """One invoice of it: waiting until ``done_at``, then sent, or refused for the reason given."""

    __tablename__ = "bulk_send_item"
    __table_args__ = (
        ForeignKeyConstraint(["company_id", "bulk_id"], ["bulk_send.company_id", "bulk_send.id"]),
        ForeignKeyConstraint(["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"]),
    )

    company_id: str = Field(primary_key=True, max_length=32)
    bulk_id: str = Field(primary_key=True, max_length=32)
    invoice_id: str = Field(primary_key=True, max_length=32)
    position: int
    done_at: datetime | None = None
    refusal: str = Field(default="", max_length=300)
