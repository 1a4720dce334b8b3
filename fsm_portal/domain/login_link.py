"""The login link: single-use, time-limited, tied to one customer or staff member."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.columns import choice
from fsm_portal.domain.ids import new_id


class Purpose(StrEnum):
    """Why a link was made: it came with an invoice, a person asked for it, the company invites to
    the portal or to its team, it came with a reminder, or the operator asked for it."""

    INVOICE = "invoice"
    REQUESTED = "requested"
    WELCOME = "welcome"
    OPERATOR = "operator"
    TEAM = "team"
    REMINDER = "reminder"


class LoginLink(SQLModel, table=True):
    """Only the SHA-256 of the 256-bit token is stored."""

    __tablename__ = "login_link"
    __table_args__ = (
        ForeignKeyConstraint(["company_id", "staff_id"], ["staff.company_id", "staff.id"]),
        ForeignKeyConstraint(["company_id", "customer_id"], ["customer.company_id", "customer.id"]),
        ForeignKeyConstraint(["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"]),
        CheckConstraint(
            "(staff_id IS NULL) <> (customer_id IS NULL)", name="login_link_one_person"
        ),
        Index("login_link_customer", "company_id", "customer_id"),
        Index("login_link_staff", "company_id", "staff_id"),
        # A code is typed in the browser that asked for it, and names nothing else.
        Index("login_link_browser", "browser_hash"),
    )

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    token_hash: str = Field(unique=True, max_length=64)
    purpose: Purpose = Field(sa_column=choice(Purpose, "link_purpose"))
    staff_id: str | None = Field(default=None, max_length=32)
    customer_id: str | None = Field(default=None, max_length=32)
    invoice_id: str | None = Field(default=None, max_length=32)
    # SHA-256 of a cookie of the browser in which the link was asked for, where it was.
    browser_hash: str | None = Field(default=None, max_length=64)
    # The six digits of the same letter, as an HMAC: so few can be tried out against a bare hash.
    code_hash: str | None = Field(default=None, max_length=64)
    code_tries: int = 0
    created_at: datetime = Field(default_factory=now)
    expires_at: datetime
    used_at: datetime | None = None
    # A newer link of the same purpose took its place.
    superseded_at: datetime | None = None
