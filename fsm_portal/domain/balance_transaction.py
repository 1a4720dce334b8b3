"""Stripe's own books, row by row: what the ledger is compared with."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.columns import minor_units


class BalanceTransaction(SQLModel, table=True):
    """One movement of the account's balance at Stripe, as the sweep read it.

    Minor units of ``currency``; ``amount`` is negative for money going out, ``fee`` is taken off
    it (``platform_fee`` is the part of it that is ours) and ``net`` is what the balance changed
    by. https://docs.stripe.com/api/balance_transactions/object
    """

    __tablename__ = "balance_transaction"
    __table_args__ = (
        Index("balance_transaction_source", "company_id", "source_id"),
        Index("balance_transaction_currency", "company_id", "currency", "net"),
        Index("balance_transaction_payout", "company_id", "payout_id"),
        Index("balance_transaction_newest", "company_id", "created_at"),
    )

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    id: str = Field(primary_key=True, max_length=255)
    account_id: str = Field(max_length=64)
    type: str = Field(max_length=60)
    currency: str = Field(max_length=3)
    amount: int = Field(sa_column=minor_units())
    fee: int = Field(sa_column=minor_units())
    platform_fee: int = Field(sa_column=minor_units())
    net: int = Field(sa_column=minor_units())
    # The charge, refund, dispute or payout it is about.
    source_id: str | None = Field(default=None, max_length=255)
    description: str = Field(default="", max_length=500)
    # Whether its source is none of this portal's: the company uses its account elsewhere too.
    elsewhere: bool = False
    # Why nothing on our books goes with it yet, in words for staff; empty where something does.
    unmatched: str = Field(default="", max_length=200)
    # The payout that carried it to the bank, once there is one.
    payout_id: str | None = Field(default=None, max_length=255)
    available_at: datetime
    created_at: datetime
    recorded_at: datetime = Field(default_factory=now)
