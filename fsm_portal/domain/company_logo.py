"""The company's logo: apart from the company, which is read with every page."""

from datetime import datetime

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now


class CompanyLogo(SQLModel, table=True):
    """``picture`` is a PNG that was drawn anew when it came in; ``sha256`` names this version of
    it in addresses, so that browsers may keep it."""

    __tablename__ = "company_logo"

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    picture: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sha256: str = Field(max_length=64)
    updated_at: datetime = Field(default_factory=now)
