"""The payout: Stripe sends what is available of the balance to the company's bank."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.columns import minor_units

# https://docs.stripe.com/api/payouts/object#payout_object-status; it only moves on, in this order.
# One that was paid may still come back.
_ORDER = ("pending", "in_transit", "paid", "canceled", "failed")
RANK = {status: rank for rank, status in enumerate(_ORDER)}
CAME_BACK = frozenset({"canceled", "failed"})


class Payout(SQLModel, table=True):
    """``amount`` in minor units; ``id`` and ``status`` are Stripe's. ``arrives_at`` in UTC."""

    __tablename__ = "payout"
    __table_args__ = (Index("payout_newest", "company_id", "created_at"),)

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    id: str = Field(primary_key=True, max_length=255)
    currency: str = Field(max_length=3)
    amount: int = Field(sa_column=minor_units())
    status: str = Field(max_length=20)
    failure_message: str = Field(default="", max_length=500)
    arrives_at: datetime
    created_at: datetime
    recorded_at: datetime = Field(default_factory=now)
