"""Reminders: when a company sends them, which went, and whom nobody is to remind."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now

EARLIEST, LATEST = -60, 365
MOST_STEPS = 10
# What a company may begin with.
USUAL = (-3, 0, 7, 14)


class ReminderStep(SQLModel, table=True):
    """One step of a company's schedule: ``days`` after the due date, before it where negative."""

    __tablename__ = "reminder_step"

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    days: int = Field(primary_key=True)


class Reminder(SQLModel, table=True):
    """One reminder of one invoice. ``occasion`` is its step (see ``occasion_of``), or the press
    that asked for it: each is there once, whoever else comes to the same thought.

    A row stands for a letter that was put in the post. ``left_out`` says why it did not leave after
    all: it was paid meanwhile.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        ForeignKeyConstraint(["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"]),
        ForeignKeyConstraint(["company_id", "staff_id"], ["staff.company_id", "staff.id"]),
        Index("reminder_staff", "company_id", "staff_id"),
    )

    company_id: str = Field(primary_key=True, max_length=32)
    invoice_id: str = Field(primary_key=True, max_length=32)
    occasion: str = Field(primary_key=True, max_length=40)
    email: str = Field(max_length=254)
    # Who pressed the button; null for the schedule.
    staff_id: str | None = Field(default=None, max_length=32)
    queued_at: datetime = Field(default_factory=now)
    sent_at: datetime | None = None
    left_out: str = Field(default="", max_length=200)


class ReminderPause(SQLModel, table=True):
    """This customer is not reminded, until somebody takes the row away.

    ``staff_id`` is who paused it; null where the customer did, by the link in a reminder.
    """

    __tablename__ = "reminder_pause"
    __table_args__ = (
        ForeignKeyConstraint(["company_id", "customer_id"], ["customer.company_id", "customer.id"]),
        ForeignKeyConstraint(["company_id", "staff_id"], ["staff.company_id", "staff.id"]),
        Index("reminder_pause_staff", "company_id", "staff_id"),
    )

    company_id: str = Field(primary_key=True, max_length=32)
    customer_id: str = Field(primary_key=True, max_length=32)
    staff_id: str | None = Field(default=None, max_length=32)
    paused_at: datetime = Field(default_factory=now)


_STEP = "step:"


def occasion_of(days: int) -> str:
    """The occasion of a step: the same step is the same occasion, also one that was taken away and
    put back."""
    return f"{_STEP}{days}"


def step_of(occasion: str) -> int | None:
    """The days of the step that an occasion is; None for a press."""
    return int(occasion.removeprefix(_STEP)) if occasion.startswith(_STEP) else None
