"""The outbox: work that leaves the process, written in the unit of work that causes it."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Column, Connection, Index, Text, text
from sqlmodel import Field, Session, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.insert_once import connection_of, insertion
from fsm_portal.domain.statement import Call, together


class WorkKind(StrEnum):
    """What there is to do. The column is text: work of a kind that is gone can still be read."""

    INVOICE_MAIL = "invoice_mail"
    RECEIPT_MAIL = "receipt_mail"
    SIGN_IN_MAIL = "sign_in_mail"
    SIGN_UP_MAIL = "sign_up_mail"
    WELCOME_MAIL = "welcome_mail"
    TEAM_MAIL = "team_mail"
    FEES = "fees"
    REFUND_FEES = "refund_fees"
    REFUND = "refund"
    REFUND_MAIL = "refund_mail"
    CREDIT_NOTE_MAIL = "credit_note_mail"
    REMINDER_MAIL = "reminder_mail"
    FAILED_MAIL = "failed_mail"
    NOTICE = "notice"
    NOTICE_MAIL = "notice_mail"
    STRIPE_CUSTOMER = "stripe_customer"
    BULK_SEND = "bulk_send"


MAIL_KINDS = frozenset(
    {
        WorkKind.INVOICE_MAIL,
        WorkKind.RECEIPT_MAIL,
        WorkKind.SIGN_IN_MAIL,
        WorkKind.SIGN_UP_MAIL,
        WorkKind.WELCOME_MAIL,
        WorkKind.TEAM_MAIL,
        WorkKind.REFUND_MAIL,
        WorkKind.CREDIT_NOTE_MAIL,
        WorkKind.REMINDER_MAIL,
        WorkKind.FAILED_MAIL,
        WorkKind.NOTICE_MAIL,
    }
)


# As text, word for word in the index and in what asks: SQLite compares them so.
GIVEN_UP = text("(dead_reason IS NOT NULL)")


class OutboxMessage(SQLModel, table=True):
    """One piece of work. ``key`` makes it unique: the same fact queues it once.

    ``payload`` is a JSON object of ids, never of secrets or texts. A worker claims a message by
    setting ``leased_until`` and its own ``lease``; a worker that dies loses the lease to the next.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_due", "settled_at", "available_at"),
        Index(
            "outbox_given_up",
            *("company_id", "settled_at"),
            sqlite_where=GIVEN_UP,
            postgresql_where=GIVEN_UP,
        ),
    )

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    key: str = Field(primary_key=True, max_length=200)
    kind: str = Field(max_length=40)
    payload: str = Field(sa_column=Column(Text, nullable=False))
    created_at: datetime = Field(default_factory=now)
    available_at: datetime = Field(default_factory=now)
    attempts: int = 0
    lease: str | None = Field(default=None, max_length=32)
    leased_until: datetime | None = None
    # Set when done, or when given up: then `dead_reason` says why and staff see it.
    settled_at: datetime | None = None
    dead_reason: str | None = Field(default=None, max_length=500)


def enqueue(
    session: Session | Connection,
    company_id: str,
    kind: WorkKind,
    key: str,
    payload: Mapping[str, str | None],
    wait: timedelta = timedelta(),
) -> bool:
    """Queue work of ``kind`` in this unit of work; False when ``key`` queued it before.

    It is begun after ``wait``, at the earliest.
    """
    connection = connection_of(session)
    call = queueing(connection, company_id, kind, key, payload, wait)
    return together(connection, call)[0].affected == 1


def queueing(
    connection: Connection,
    company_id: str,
    kind: WorkKind,
    key: str,
    payload: Mapping[str, str | None],
    wait: timedelta = timedelta(),
) -> Call:
    """The same, to be asked together with others."""
    moment = now()
    return insertion(
        connection,
        OutboxMessage,
        {
            "company_id": company_id,
            "key": key,
            "kind": kind,
            "payload": json.dumps(payload),
            "created_at": moment,
            "available_at": moment + wait,
            "attempts": 0,
        },
    )
