"""The payment: money received for one or more invoices, and the attempts that failed."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.columns import choice, minor_units
from fsm_portal.domain.ids import new_id

# As text, word for word in the index and in what asks: SQLite compares them so.
BY_HAND = text("(taken_by IS NOT NULL)")


class BroughtBy(StrEnum):
    """Which source brought a fact in first: one of Stripe's three, or a member of staff."""

    WEBHOOK = "webhook"
    RETURN = "return"
    SWEEP = "sweep"
    STAFF = "staff"


class Payment(SQLModel, table=True):
    """A captured payment; ``amount`` is the gross in minor units, what the customer paid.

    Fees are null ("fee pending") until Stripe's balance transaction is known. One that staff took
    by hand has no attempt and nothing of Stripe's.
    """

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("company_id", "payment_intent_id", name="payment_intent"),
        ForeignKeyConstraint(["company_id", "customer_id"], ["customer.company_id", "customer.id"]),
        CheckConstraint("amount > 0", name="payment_positive"),
        CheckConstraint(
            "(payment_intent_id IS NULL) = (taken_by IS NOT NULL)"
            " AND (payment_intent_id IS NULL) = (stripe_account_id IS NULL)"
            " AND (payment_intent_id IS NULL) = (attempt_id IS NULL)",
            name="payment_by_stripe_or_by_hand",
        ),
        UniqueConstraint("company_id", "press_id", name="payment_press"),
        Index("payment_newest", "company_id", "received_at", "id"),
        Index("payment_amount", "company_id", "amount", "received_at", "id"),
        Index(
            "payment_by_hand",
            *("company_id", "received_at", "id"),
            sqlite_where=BY_HAND,
            postgresql_where=BY_HAND,
        ),
        Index("payment_customer", "company_id", "customer_id", "received_at"),
        Index("payment_attempt", "company_id", "attempt_id"),
        Index(
            "payment_reversed",
            "company_id",
            "reversed_at",
            sqlite_where=text("reversed_at IS NOT NULL"),
            postgresql_where=text("reversed_at IS NOT NULL"),
        ),
    )

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    customer_id: str = Field(max_length=32)
    attempt_id: str | None = Field(default=None, max_length=32)
    stripe_account_id: str | None = Field(default=None, max_length=64)
    payment_intent_id: str | None = Field(default=None, max_length=255)
    charge_id: str | None = Field(default=None, max_length=255)
    balance_transaction_id: str | None = Field(default=None, max_length=255)
    currency: str = Field(max_length=3)
    amount: int = Field(sa_column=minor_units())
    stripe_fee: int | None = Field(default=None, sa_column=minor_units(nullable=True))
    platform_fee: int | None = Field(default=None, sa_column=minor_units(nullable=True))
    # Where Stripe converted it into the account's own currency: what it came to before fees. The
    # fees, and what comes back of them with a refund, are in that currency then.
    settled_currency: str | None = Field(default=None, max_length=3)
    settled_amount: int | None = Field(default=None, sa_column=minor_units(nullable=True))
    # How it was paid, in Stripe's words: "visa" and "4242", or "us_bank_account"; by hand: "cash",
    # "cheque", "bank_transfer".
    method: str = Field(default="", max_length=40)
    last4: str = Field(default="", max_length=4)
    # By hand: the member of staff, what they noted, one payment for each press of the button. A
    # mistake is reversed by new entries, never taken away.
    taken_by: str | None = Field(default=None, max_length=32)
    note: str = Field(default="", max_length=200)
    press_id: str | None = Field(default=None, max_length=32)
    reversed_at: datetime | None = None
    reversed_by: str | None = Field(default=None, max_length=32)
    brought_by: BroughtBy = Field(sa_column=choice(BroughtBy, "brought_by"))
    received_at: datetime
    recorded_at: datetime = Field(default_factory=now)


class PaymentAllocation(SQLModel, table=True):
    """How much of a payment went to which invoice, in minor units. The rest is credit."""

    __tablename__ = "payment_allocation"
    __table_args__ = (
        ForeignKeyConstraint(["company_id", "payment_id"], ["payment.company_id", "payment.id"]),
        ForeignKeyConstraint(["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"]),
        CheckConstraint("amount > 0", name="payment_allocation_positive"),
        Index("payment_allocation_invoice", "company_id", "invoice_id"),
    )

    company_id: str = Field(primary_key=True, max_length=32)
    payment_id: str = Field(primary_key=True, max_length=32)
    invoice_id: str = Field(primary_key=True, max_length=32)
    amount: int = Field(sa_column=minor_units())


class FailedPayment(SQLModel, table=True):
    """A charge that was refused; ``code`` and ``message`` are Stripe's."""

    __tablename__ = "failed_payment"
    __table_args__ = (
        UniqueConstraint("company_id", "source_id", name="failed_payment_source"),
        ForeignKeyConstraint(
            ["company_id", "attempt_id"], ["checkout_attempt.company_id", "checkout_attempt.id"]
        ),
        Index("failed_payment_newest", "company_id", "failed_at", "id"),
        Index("failed_payment_attempt", "company_id", "attempt_id"),
        # What Stripe calls it, and what it came to: both are searched for.
        Index("failed_payment_intent", "company_id", "payment_intent_id"),
        Index("failed_payment_amount", "company_id", "amount", "failed_at", "id"),
    )

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    attempt_id: str = Field(max_length=32)
    # Stripe's charge, or where there never was one the event that told of the failure.
    source_id: str = Field(max_length=255)
    payment_intent_id: str = Field(max_length=255)
    currency: str = Field(max_length=3)
    amount: int = Field(sa_column=minor_units())
    code: str = Field(default="", max_length=80)
    message: str = Field(default="", max_length=500)
    method: str = Field(default="", max_length=40)
    last4: str = Field(default="", max_length=4)
    failed_at: datetime
    recorded_at: datetime = Field(default_factory=now)
