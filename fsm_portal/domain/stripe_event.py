"""The inbox: every event Stripe delivered, kept, each handled once."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, Index, Text
from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.columns import choice


class Outcome(StrEnum):
    """What became of an event.

    ``parked``: its cause has not come yet; applied when it does. ``quarantined``: it contradicts
    our own books, nothing was posted and staff are shown it. ``ignored``: not about us.
    """

    RECORDED = "recorded"
    IGNORED = "ignored"
    PARKED = "parked"
    QUARANTINED = "quarantined"


class StripeEvent(SQLModel, table=True):
    """Keyed by account and event id; the platform's own events have the account ``platform``."""

    __tablename__ = "stripe_event"
    __table_args__ = (
        Index("stripe_event_parked", "account_id", "parked_for"),
        Index("stripe_event_company", "company_id", "outcome"),
    )

    account_id: str = Field(primary_key=True, max_length=64)
    event_id: str = Field(primary_key=True, max_length=255)
    # Null for an account that is none of our companies'.
    company_id: str | None = Field(default=None, max_length=32)
    type: str = Field(max_length=80)
    created_at: datetime
    payload: str = Field(sa_column=Column(Text, nullable=False))
    outcome: Outcome = Field(sa_column=choice(Outcome, "outcome"))
    reason: str = Field(default="", max_length=500)
    # The Stripe object whose coming a parked event waits for.
    parked_for: str | None = Field(default=None, max_length=255)
    received_at: datetime = Field(default_factory=now)
