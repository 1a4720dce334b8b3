"""The invoice with its lines and taxes. Its status is derived (invoice_status), never stored."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    UniqueConstraint,
    false,
    func,
    text,
)
from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.columns import choice, exact, minor_units
from fsm_portal.domain.ids import new_id

# As text, word for word in the index and in what asks: SQLite compares them so.
OF_A_JOB = text("(job_id IS NOT NULL)")
NOT_ISSUED = text("(issued_at IS NULL)")


class LineKind(StrEnum):
    """What a line charges for: somebody's work, or a thing that was left with the customer."""

    SERVICE = "service"
    PART = "part"


class Invoice(SQLModel, table=True):
    """``subtotal``, ``tax`` and ``total`` are the document's own figures, in minor units.

    ``subtotal`` is what the lines come to less ``discount``, the discount on the whole.

    They follow from the lines (see invoice_total) and are written with them, by one function.
    What has been paid, credited or is due is nowhere here: the ledger says it.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("company_id", "number", name="invoice_number"),
        ForeignKeyConstraint(["company_id", "customer_id"], ["customer.company_id", "customer.id"]),
        ForeignKeyConstraint(["company_id", "job_id"], ["job.company_id", "job.id"]),
        CheckConstraint("total = subtotal + tax", name="invoice_total"),
        CheckConstraint("due_date >= issue_date", name="invoice_due"),
        CheckConstraint("discount >= 0", name="invoice_discount"),
        CheckConstraint("deposit > 0 AND deposit <= total", name="invoice_deposit"),
        Index("invoice_customer", "company_id", "customer_id", "issue_date", "number"),
        Index(
            "invoice_job",
            "company_id",
            "job_id",
            sqlite_where=OF_A_JOB,
            postgresql_where=OF_A_JOB,
        ),
        Index("invoice_newest", "company_id", "issue_date", "number"),
        Index("invoice_due_date", "company_id", "due_date"),
        # Drafts: few, whatever else there is.
        Index(
            "invoice_draft",
            *("company_id", "issue_date", "id"),
            sqlite_where=NOT_ISSUED,
            postgresql_where=NOT_ISSUED,
        ),
    )

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    number: str = Field(max_length=32)
    customer_id: str = Field(max_length=32)
    job_id: str | None = Field(default=None, max_length=32)
    currency: str = Field(max_length=3)
    issue_date: date
    due_date: date
    subtotal: int = Field(sa_column=minor_units())
    tax: int = Field(sa_column=minor_units())
    total: int = Field(sa_column=minor_units())
    notes: str = Field(default="", max_length=2000)
    # Whether a part of it may be paid; null: as the company does it.
    partial_payments: bool | None = None
    # What is asked for first, in minor units; the rest is due by the due date.
    deposit: int | None = Field(default=None, sa_column=minor_units(nullable=True))
    created_at: datetime = Field(default_factory=now)
    # Facts of its life. A draft has neither; only an issued invoice is in the ledger.
    issued_at: datetime | None = None
    voided_at: datetime | None = None
    # The discount on the whole, in minor units; as typed in parts per million, where it was.
    discount: int = Field(default=0, sa_column=minor_units(in_database="0"))
    discount_ppm: int | None = None
    # Of a draft: whether its day of issue and its due date stand whenever it is sent. Else it is
    # dated to the day it is sent, and its terms of payment run from there.
    keeps_issue_date: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    keeps_due_date: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    # Counts how often the draft was written; whoever rewrites it says which one he saw.
    revision: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))


class InvoiceLine(SQLModel, table=True):
    """``unit_price`` is in minor units and may be fractional; ``amount`` is whole minor units.

    ``amount`` is quantity times unit price less ``discount``.
    """

    __tablename__ = "invoice_line"
    __table_args__ = (
        ForeignKeyConstraint(["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"]),
        ForeignKeyConstraint(["company_id", "tax_rate_id"], ["tax_rate.company_id", "tax_rate.id"]),
        CheckConstraint("discount >= 0", name="invoice_line_discount"),
    )

    company_id: str = Field(primary_key=True, max_length=32)
    invoice_id: str = Field(primary_key=True, max_length=32)
    position: int = Field(primary_key=True)
    description: str = Field(max_length=500)
    detail: str = Field(default="", max_length=1000)
    quantity: Decimal = Field(sa_column=exact())
    unit_price: Decimal = Field(sa_column=exact())
    amount: int = Field(sa_column=minor_units())
    tax_rate_id: str | None = Field(default=None, max_length=32)
    kind: LineKind = Field(
        default=LineKind.SERVICE, sa_column=choice(LineKind, "line_kind", in_database="service")
    )
    discount: int = Field(default=0, sa_column=minor_units(in_database="0"))
    discount_ppm: int | None = None


class InvoiceTax(SQLModel, table=True):
    """One tax rate on one invoice, name and rate as they were when the invoice was written."""

    __tablename__ = "invoice_tax"
    __table_args__ = (
        ForeignKeyConstraint(["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"]),
        ForeignKeyConstraint(["company_id", "tax_rate_id"], ["tax_rate.company_id", "tax_rate.id"]),
    )

    company_id: str = Field(primary_key=True, max_length=32)
    invoice_id: str = Field(primary_key=True, max_length=32)
    tax_rate_id: str = Field(primary_key=True, max_length=32)
    name: str = Field(max_length=60)
    rate_ppm: int
    base: int = Field(sa_column=minor_units())
    amount: int = Field(sa_column=minor_units())


# The number as it is searched for, in small letters, from its beginning on.
Index(
    "invoice_number_lower",
    Invoice.__table__.c.company_id,  # type: ignore[attr-defined]
    func.lower(Invoice.__table__.c.number).label("number_lower"),  # type: ignore[attr-defined]
    postgresql_ops={"number_lower": "text_pattern_ops"},
)


class InvoiceDelivery(SQLModel, table=True):
    """An invoice was put in the post: to whom and when. Its letter waits in the outbox."""

    __tablename__ = "invoice_delivery"
    __table_args__ = (
        ForeignKeyConstraint(["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"]),
        Index("invoice_delivery_invoice", "company_id", "invoice_id"),
    )

    company_id: str = Field(primary_key=True, max_length=32)
    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    invoice_id: str = Field(max_length=32)
    email: str = Field(max_length=254)
    staff_id: str | None = Field(default=None, max_length=32)
    queued_at: datetime = Field(default_factory=now)
    sent_at: datetime | None = None
