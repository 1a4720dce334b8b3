"""A step of setting a company up that somebody has been through."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now


class SetupStep(SQLModel, table=True):
    """``step`` is the part of the settings that it is about: "company", "branding"."""

    __tablename__ = "setup_step"

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    step: str = Field(primary_key=True, max_length=32)
    staff_id: str = Field(max_length=32)
    done_at: datetime = Field(default_factory=now)
