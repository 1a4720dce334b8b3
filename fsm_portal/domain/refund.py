"""The refund: money going back to who paid, asked for here or made at Stripe."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.columns import choice, minor_units
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.payment import BroughtBy


class RefundStatus(StrEnum):
    """How far a refund is. It only moves on, in this order.

    ``asked``: ours is committed and Stripe has not answered yet. ``refused``: Stripe said no,
    nothing moved. ``pending`` to ``canceled`` are Stripe's own words
    (https://docs.stripe.com/api/refunds/object); one that succeeded may still fail.
    """

    ASKED = "asked"
    REFUSED = "refused"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def rank(self) -> int:
        """Higher is later."""
        return list(RefundStatus).index(self)

    @property
    def came_to_nothing(self) -> bool:
        """Whether the customer keeps no money of it."""
        return self in (RefundStatus.REFUSED, RefundStatus.FAILED, RefundStatus.CANCELED)


class RefundReason(StrEnum):
    """Stripe's reasons, which it tells the bank."""

    REQUESTED_BY_CUSTOMER = "requested_by_customer"
    DUPLICATE = "duplicate"
    FRAUDULENT = "fraudulent"


class Refund(SQLModel, table=True):
    """``amount`` in minor units. Its id is Stripe's idempotency key and travels in the metadata.

    By default a credit note of the same amount goes with it and nothing more is owed;
    ``still_owed`` reopens the invoice's balance instead.
    """

    __tablename__ = "refund"
    __table_args__ = (
        UniqueConstraint("company_id", "stripe_refund_id", name="refund_stripe"),
        UniqueConstraint("company_id", "press_id", name="refund_press"),
        ForeignKeyConstraint(["company_id", "payment_id"], ["payment.company_id", "payment.id"]),
        ForeignKeyConstraint(["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"]),
        CheckConstraint("amount > 0", name="refund_positive"),
        Index("refund_payment", "company_id", "payment_id"),
        Index("refund_newest", "company_id", "happened_at", "id"),
        Index("refund_amount", "company_id", "amount", "happened_at", "id"),
    )

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    payment_id: str = Field(max_length=32)
    # Null until Stripe's answer, or its event, is there.
    stripe_refund_id: str | None = Field(default=None, max_length=255)
    # One refund for each press of the button, however often it reaches us. Null: made at Stripe.
    press_id: str | None = Field(default=None, max_length=32)
    # The invoice that it was asked for from: it takes the refund first.
    invoice_id: str | None = Field(default=None, max_length=32)
    currency: str = Field(max_length=3)
    amount: int = Field(sa_column=minor_units())
    reason: str = Field(default="", max_length=40)
    still_owed: bool = False
    status: RefundStatus = Field(sa_column=choice(RefundStatus, "refund_status"))
    failure_reason: str = Field(default="", max_length=500)
    # What of the platform's fee came back with it, minor units; null while it is not known.
    platform_fee: int | None = Field(default=None, sa_column=minor_units(nullable=True))
    balance_transaction_id: str | None = Field(default=None, max_length=255)
    asked_by: str | None = Field(default=None, max_length=32)
    # Stripe was asked and did not answer: whether it did it is looked up, never guessed.
    unanswered_at: datetime | None = None
    brought_by: BroughtBy = Field(sa_column=choice(BroughtBy, "refund_brought_by"))
    happened_at: datetime
    recorded_at: datetime = Field(default_factory=now)
