"""A company's own beginning of a letter, for the readers of one language."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.columns import choice

LONGEST_TEXT = 2000


class TextKind(StrEnum):
    """The letters whose beginning a company can write."""

    INVOICE = "invoice"
    REMINDER_SOON = "reminder_soon"
    REMINDER_TODAY = "reminder_today"
    REMINDER_LATE = "reminder_late"
    RECEIPT = "receipt"
    REFUND = "refund"
    FAILED = "failed"


class MailText(SQLModel, table=True):
    """``words`` in paragraphs, with slots such as ``{number}``. No row, no words: ours are used."""

    __tablename__ = "mail_text"

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    kind: TextKind = Field(sa_column=choice(TextKind, "mail_text_kind", key=True))
    language: str = Field(primary_key=True, max_length=12)
    words: str = Field(max_length=LONGEST_TEXT)
    changed_at: datetime = Field(default_factory=now)
