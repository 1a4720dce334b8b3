"""Notices to staff: what kinds there are, whom they concern, what somebody has read or muted.

The notices themselves are read off the facts: a refused payment, a dispute, an account that was
disconnected, work that was given up.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field, SQLModel

from fsm_portal.domain.columns import choice
from fsm_portal.domain.role import May


class NoticeKind(StrEnum):
    FAILED_PAYMENT = "failed_payment"
    DISPUTE = "dispute"
    ACCOUNT = "account"
    UNDELIVERED = "undelivered"


# What somebody must be allowed to do for a notice to be of use to them.
CONCERNS: dict[NoticeKind, May] = {
    NoticeKind.FAILED_PAYMENT: May.TAKE_PAYMENTS,
    NoticeKind.DISPUTE: May.REFUND,
    NoticeKind.ACCOUNT: May.CONNECT_STRIPE,
    NoticeKind.UNDELIVERED: May.SEND_INVOICES,
}


class NoticeMark(SQLModel, table=True):
    """How far somebody has read: notices that came later are new to them."""

    __tablename__ = "notice_mark"
    __table_args__ = (
        ForeignKeyConstraint(["company_id", "staff_id"], ["staff.company_id", "staff.id"]),
    )

    company_id: str = Field(primary_key=True, max_length=32)
    staff_id: str = Field(primary_key=True, max_length=32)
    read_up_to: datetime


class NoticeMute(SQLModel, table=True):
    """Somebody wants no mail about this kind. On screen it is shown all the same."""

    __tablename__ = "notice_mute"
    __table_args__ = (
        ForeignKeyConstraint(["company_id", "staff_id"], ["staff.company_id", "staff.id"]),
    )

    company_id: str = Field(primary_key=True, max_length=32)
    staff_id: str = Field(primary_key=True, max_length=32)
    kind: NoticeKind = Field(sa_column=choice(NoticeKind, "notice_kind", key=True))
