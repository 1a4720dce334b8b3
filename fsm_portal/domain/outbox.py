"""The outbox: work that leaves the process, written in the unit of work that causes it."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Column, Index, Text
from sqlmodel import Field, Session, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.insert_once import insert_once


class OutboxMessage(SQLModel, table=True):
    """One piece of work. ``key`` makes it unique: the same fact queues it once.

    ``payload`` is a JSON object of ids, never of secrets or texts. A worker claims a message by
    setting ``leased_until`` and its own ``lease``; a worker that dies loses the lease to the next.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("outbox_due", "settled_at", "available_at"),)

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
    session: Session,
    company_id: str,
    kind: str,
    key: str,
    payload: Mapping[str, str | None],
) -> bool:
    """Queue work of ``kind`` in this unit of work; False when ``key`` queued it before."""
    moment = now()
    return insert_once(
        session,
        OutboxMessage,
        {
            "company_id": company_id,
            "key": key,
            "kind": kind,
            "payload": json.dumps(payload),
            "created_at": moment,
            "available_at": moment,
            "attempts": 0,
        },
    )
