"""The import from a page: an uploaded file, what is to be done with it, and what came of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, ForeignKeyConstraint, LargeBinary, Text
from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.ids import new_id


class ImportKind(StrEnum):
    """What the lines of a file are."""

    CUSTOMERS = "customers"
    JOBS = "jobs"
    INVOICES = "invoices"


class ImportRun(SQLModel, table=True):
    """``content`` is the file, gzipped, until it is pruned; ``settings`` the columns and formats
    that were chosen, ``report`` what landed: both JSON objects. ``refused``: refused.csv, gzipped.

    ``state`` is "new", "running" or "done"; ``beat_at`` says when it was last heard of, so that one
    whose process ended can be begun again. The file lies in the database: whichever process is
    asked has it.
    """

    __tablename__ = "import_run"
    __table_args__ = (
        ForeignKeyConstraint(["company_id", "staff_id"], ["staff.company_id", "staff.id"]),
    )

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    staff_id: str = Field(max_length=32)
    kind: str = Field(max_length=16)
    file_name: str = Field(max_length=120)
    content: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    settings: str = Field(sa_column=Column(Text, nullable=False))
    state: str = Field(default="new", max_length=16)
    done: int = 0
    total: int = 0
    report: str = Field(sa_column=Column(Text, nullable=False))
    refused: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    uploaded_at: datetime = Field(default_factory=now)
    beat_at: datetime = Field(default_factory=now)
