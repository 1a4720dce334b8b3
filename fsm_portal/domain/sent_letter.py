"""A letter that a mail server has taken: bounces are matched with it, the next one follows it."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now


class SentLetter(SQLModel, table=True):
    """``key`` is that of its work in the outbox; sent again, it is the same letter.

    ``message_hash`` is the part of the Message-ID before the @. ``address`` is folded (see
    ``domain.email``). ``invoice_id`` where the letter is about just one.
    """

    __tablename__ = "sent_letter"

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    key: str = Field(primary_key=True, max_length=200)
    kind: str = Field(max_length=40)
    message_hash: str = Field(max_length=40)
    address: str = Field(max_length=254)
    invoice_id: str | None = Field(default=None, max_length=32)
    sent_at: datetime = Field(default_factory=now)

    __table_args__ = (
        Index("sent_letter_message", "message_hash"),
        Index("sent_letter_address", "company_id", "address", "sent_at"),
        Index("sent_letter_invoice", "company_id", "invoice_id", "sent_at"),
    )
