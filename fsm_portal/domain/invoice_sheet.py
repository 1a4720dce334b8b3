"""The sheet: what is being typed into the invoice editor, as it was typed, before it is a draft."""

from datetime import datetime

from sqlalchemy import Column, ForeignKeyConstraint, Index, Text
from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.ids import new_id


class InvoiceSheet(SQLModel, table=True):
    """``content`` is JSON: the words in each field, sound or not, so that nothing typed is lost.

    With an ``invoice_id`` it is about that draft, as it stood at ``revision``; without one it will
    be a new invoice. It takes no number, and goes once it has been written as a draft.
    """

    __tablename__ = "invoice_sheet"
    __table_args__ = (
        ForeignKeyConstraint(["company_id", "staff_id"], ["staff.company_id", "staff.id"]),
        ForeignKeyConstraint(["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"]),
        Index("invoice_sheet_staff", "company_id", "staff_id", "invoice_id"),
    )

    company_id: str = Field(primary_key=True, max_length=32)
    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    staff_id: str = Field(max_length=32)
    invoice_id: str | None = Field(default=None, max_length=32)
    revision: int = 0
    content: str = Field(sa_column=Column(Text, nullable=False))
    created_at: datetime = Field(default_factory=now)
    # When something was last typed; null until then.
    typed_at: datetime | None = None
