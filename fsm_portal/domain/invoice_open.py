"""The opening: a customer looked at an invoice, as far as that can be known."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlmodel import Field, SQLModel

from fsm_portal.domain.columns import choice

# As text, word for word in the index and in what asks: SQLite compares them so.
BY_PEOPLE = text("(how <> 'fetched')")


class How(StrEnum):
    """By the link of a letter that was used, on its page, as a PDF: all three are people, signed
    in. ``FETCHED`` is none: a link's page was fetched, which mail scanners do all day."""

    LINK = "link"
    PAGE = "page"
    PDF = "pdf"
    FETCHED = "fetched"


class InvoiceOpen(SQLModel, table=True):
    """One row for each session and way (for each link that was fetched): the first time, the last,
    and how often. ``by`` is the session's id, or the link's."""

    __tablename__ = "invoice_open"
    __table_args__ = (
        ForeignKeyConstraint(["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"]),
        Index(
            "invoice_open_by_people",
            *("company_id", "first_at"),
            sqlite_where=BY_PEOPLE,
            postgresql_where=BY_PEOPLE,
        ),
    )

    company_id: str = Field(primary_key=True, max_length=32)
    invoice_id: str = Field(primary_key=True, max_length=32)
    by: str = Field(primary_key=True, max_length=32)
    how: How = Field(sa_column=choice(How, "invoice_open_how", key=True))
    first_at: datetime
    last_at: datetime
    times: int = 1
