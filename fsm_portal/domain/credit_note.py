"""The credit note: what reduces what is owed without money moving."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.columns import exact, minor_units
from fsm_portal.domain.ids import new_id


class CreditNote(SQLModel, table=True):
    """``total`` is positive: the minor units that the customer owes less.

    With an ``invoice_id`` it reduces that invoice; without one it is the customer's credit.
    """

    __tablename__ = "credit_note"
    __table_args__ = (
        UniqueConstraint("company_id", "number", name="credit_note_number"),
        ForeignKeyConstraint(["company_id", "customer_id"], ["customer.company_id", "customer.id"]),
        ForeignKeyConstraint(["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"]),
        CheckConstraint("total > 0", name="credit_note_positive"),
        Index("credit_note_customer", "company_id", "customer_id"),
        Index("credit_note_invoice", "company_id", "invoice_id"),
    )

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    number: str = Field(max_length=32)
    customer_id: str = Field(max_length=32)
    invoice_id: str | None = Field(default=None, max_length=32)
    currency: str = Field(max_length=3)
    issue_date: date
    total: int = Field(sa_column=minor_units())
    reason: str = Field(default="", max_length=500)
    # The refund that it went with. Where that came back, the note counts no more.
    refund_id: str | None = Field(default=None, max_length=32)
    undone_at: datetime | None = None
    # Who wrote it; nobody where it went with a refund, or came with an import.
    written_by: str | None = Field(default=None, max_length=32)
    created_at: datetime = Field(default_factory=now)


class CreditNoteTax(SQLModel, table=True):
    """What of ``total`` is tax of one rate: ``amount``, on ``base``; both minor units, positive.

    A note that went with a refund names none.
    """

    __tablename__ = "credit_note_tax"
    __table_args__ = (
        ForeignKeyConstraint(
            ["company_id", "credit_note_id"], ["credit_note.company_id", "credit_note.id"]
        ),
        ForeignKeyConstraint(["company_id", "tax_rate_id"], ["tax_rate.company_id", "tax_rate.id"]),
    )

    company_id: str = Field(primary_key=True, max_length=32)
    credit_note_id: str = Field(primary_key=True, max_length=32)
    tax_rate_id: str = Field(primary_key=True, max_length=32)
    name: str = Field(max_length=60)
    rate_ppm: int
    base: int = Field(sa_column=minor_units())
    amount: int = Field(sa_column=minor_units())


class CreditNoteLine(SQLModel, table=True):
    """``quantity`` and ``amount`` are positive: how much is taken back."""

    __tablename__ = "credit_note_line"
    __table_args__ = (
        ForeignKeyConstraint(
            ["company_id", "credit_note_id"], ["credit_note.company_id", "credit_note.id"]
        ),
    )

    company_id: str = Field(primary_key=True, max_length=32)
    credit_note_id: str = Field(primary_key=True, max_length=32)
    position: int = Field(primary_key=True)
    description: str = Field(max_length=500)
    quantity: Decimal = Field(sa_column=exact())
    unit_price: Decimal = Field(sa_column=exact())
    amount: int = Field(sa_column=minor_units())
    # The line of the invoice that it takes back, or a part of it; null where it is about the whole.
    invoice_position: int | None = None
