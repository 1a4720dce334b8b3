"""The checkout attempt: one press of Pay now, committed before Stripe is asked for a session."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.columns import minor_units
from fsm_portal.domain.ids import new_id

# Submitted by bank debit and not decided. As text, word for word in the index and in what asks:
# SQLite compares them so.
IN_FLIGHT = text(
    "(processing_at IS NOT NULL AND completed_at IS NULL"
    " AND failed_at IS NULL AND closed_at IS NULL)"
)


class CheckoutAttempt(SQLModel, table=True):
    """Amounts in minor units. Its id is Stripe's idempotency key and travels in the metadata."""

    __tablename__ = "checkout_attempt"
    __table_args__ = (
        UniqueConstraint("company_id", "stripe_session_id", name="checkout_attempt_session"),
        ForeignKeyConstraint(["company_id", "customer_id"], ["customer.company_id", "customer.id"]),
        CheckConstraint("amount > 0", name="checkout_attempt_positive"),
        CheckConstraint(
            "application_fee >= 0 AND application_fee <= amount", name="checkout_attempt_fee"
        ),
        Index("checkout_attempt_customer", "company_id", "customer_id"),
        Index(
            "checkout_attempt_in_flight",
            *("company_id", "customer_id"),
            sqlite_where=IN_FLIGHT,
            postgresql_where=IN_FLIGHT,
        ),
    )

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    customer_id: str = Field(max_length=32)
    currency: str = Field(max_length=3)
    amount: int = Field(sa_column=minor_units())
    application_fee: int = Field(sa_column=minor_units())
    stripe_account_id: str = Field(max_length=64)
    created_at: datetime = Field(default_factory=now)
    # What Stripe answered; all null while the answer is not known.
    stripe_session_id: str | None = Field(default=None, max_length=255)
    url: str | None = Field(default=None, max_length=2000)
    expires_at: datetime | None = None
    # Facts, each set once. `processing_at`: submitted by bank debit, the money is on its way.
    processing_at: datetime | None = None
    completed_at: datetime | None = None
    failed_at: datetime | None = None
    closed_at: datetime | None = None


class CheckoutAttemptInvoice(SQLModel, table=True):
    """How much of the attempt is meant for which invoice, in minor units."""

    __tablename__ = "checkout_attempt_invoice"
    __table_args__ = (
        ForeignKeyConstraint(
            ["company_id", "attempt_id"], ["checkout_attempt.company_id", "checkout_attempt.id"]
        ),
        ForeignKeyConstraint(["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"]),
        CheckConstraint("amount > 0", name="checkout_attempt_invoice_positive"),
        Index("checkout_attempt_invoice_invoice", "company_id", "invoice_id"),
    )

    company_id: str = Field(primary_key=True, max_length=32)
    attempt_id: str = Field(primary_key=True, max_length=32)
    invoice_id: str = Field(primary_key=True, max_length=32)
    amount: int = Field(sa_column=minor_units())
