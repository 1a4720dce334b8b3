"""Credit that staff put to an invoice: who did it, and whether it was taken off again."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import Field, SQLModel

from fsm_portal.domain.columns import minor_units


class CreditUse(SQLModel, table=True):
    """One press of Use credit, by whose id it is known: the ``source`` of its ledger entries.

    ``amount`` in minor units, of one payment's surplus or of several: the entries say which. What
    was undone keeps its row; new entries take it back.
    """

    __tablename__ = "credit_use"
    __table_args__ = (
        ForeignKeyConstraint(["company_id", "customer_id"], ["customer.company_id", "customer.id"]),
        ForeignKeyConstraint(["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"]),
        CheckConstraint("amount > 0", name="credit_use_positive"),
        CheckConstraint(
            "(undone_at IS NULL) = (undone_by IS NULL)", name="credit_use_undone_by_somebody"
        ),
        Index("credit_use_invoice", "company_id", "invoice_id"),
    )

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    id: str = Field(primary_key=True, max_length=32)
    customer_id: str = Field(max_length=32)
    invoice_id: str = Field(max_length=32)
    currency: str = Field(max_length=3)
    amount: int = Field(sa_column=minor_units())
    used_by: str = Field(max_length=32)
    used_at: datetime
    undone_by: str | None = Field(default=None, max_length=32)
    undone_at: datetime | None = None
