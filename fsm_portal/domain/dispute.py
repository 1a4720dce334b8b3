"""The dispute: the payer's bank takes money back, asks why it should not, and decides."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.columns import choice, minor_units
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.payment import BroughtBy

# https://docs.stripe.com/api/disputes/object#dispute_object-status. It only moves on, in this
# order: an inquiry (``warning_…``) may become a dispute, an open one is decided once.
_ORDER = (
    ("warning_needs_response",),
    ("warning_under_review",),
    ("needs_response",),
    ("under_review",),
    ("won", "lost", "warning_closed", "prevented"),
)
RANK = {status: rank for rank, statuses in enumerate(_ORDER) for status in statuses}
CLOSED = frozenset(_ORDER[-1])


class Dispute(SQLModel, table=True):
    """``amount`` in minor units; ``status`` and ``reason`` are Stripe's words.

    What money it moved, and whether it came back, the ledger says.
    """

    __tablename__ = "dispute"
    __table_args__ = (
        UniqueConstraint("company_id", "stripe_dispute_id", name="dispute_stripe"),
        ForeignKeyConstraint(["company_id", "payment_id"], ["payment.company_id", "payment.id"]),
        CheckConstraint("amount > 0", name="dispute_positive"),
        Index("dispute_payment", "company_id", "payment_id"),
        Index("dispute_newest", "company_id", "opened_at", "id"),
    )

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    payment_id: str = Field(max_length=32)
    stripe_dispute_id: str = Field(max_length=255)
    currency: str = Field(max_length=3)
    amount: int = Field(sa_column=minor_units())
    reason: str = Field(default="", max_length=40)
    status: str = Field(max_length=40)
    # By then an answer has to be at Stripe; UTC.
    evidence_due_at: datetime | None = None
    opened_at: datetime
    brought_by: BroughtBy = Field(sa_column=choice(BroughtBy, "dispute_brought_by"))
    recorded_at: datetime = Field(default_factory=now)

    @property
    def is_open(self) -> bool:
        return self.status not in CLOSED
