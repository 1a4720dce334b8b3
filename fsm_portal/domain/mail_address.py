"""An address that a company mails nothing to: it does not exist, or its reader complained."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.columns import choice


class HeldBack(StrEnum):
    """Why: the mailbox refused for good, or whoever reads it called a letter unwanted."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"


class HeldAddress(SQLModel, table=True):
    """One row for each address (folded) of a company that is held back, by the letter that showed
    it. It is taken away when staff want to try again; another address of the same customer is
    another address."""

    __tablename__ = "held_address"

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    address: str = Field(primary_key=True, max_length=254)
    why: HeldBack = Field(sa_column=choice(HeldBack, "held_back"))
    # What the other side said, in its own words.
    said: str = Field(default="", max_length=300)
    letter_key: str = Field(max_length=200)
    held_at: datetime = Field(default_factory=now)
