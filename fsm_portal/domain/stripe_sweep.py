"""The sweep's own memory: how far each Stripe account has been read, and what its balance was."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from fsm_portal.domain.columns import minor_units


class StripeSweep(SQLModel, table=True):
    """One Stripe account of a company. All times UTC; a mark only ever moves forward.

    A company that changes its account begins a row of its own: nothing of the new one is read yet.
    """

    __tablename__ = "stripe_sweep"

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    account_id: str = Field(primary_key=True, max_length=64)
    # Everything that Stripe created before is known: its events, its balance transactions.
    events_until: datetime | None = None
    balance_until: datetime | None = None
    # The last sweep that came to its end, and what kept the last one from it, if anything did.
    finished_at: datetime | None = None
    trouble: str = Field(default="", max_length=500)


class StripeBalance(SQLModel, table=True):
    """What Stripe said the account holds at ``asked_at``, in minor units of ``currency``.

    ``available`` goes out with the next payout, ``pending`` is not settled yet; both may be
    negative. https://docs.stripe.com/api/balance/balance_object
    """

    __tablename__ = "stripe_balance"

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    account_id: str = Field(primary_key=True, max_length=64)
    currency: str = Field(primary_key=True, max_length=3)
    available: int = Field(sa_column=minor_units())
    pending: int = Field(sa_column=minor_units())
    asked_at: datetime
