"""The company's logo: apart from the company, which is read with every page."""

from datetime import datetime

from sqlalchemy import Column, Index, Label, LargeBinary, Table, select
from sqlalchemy.orm import column_property
from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of


class CompanyLogo(SQLModel, table=True):
    """``picture`` is a PNG that was drawn anew when it came in; ``sha256`` names this version of
    it in addresses, so that browsers may keep it."""

    __tablename__ = "company_logo"
    __table_args__ = (Index("company_logo_sha256", "sha256"),)

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    picture: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sha256: str = Field(max_length=64)
    updated_at: datetime = Field(default_factory=now)


def logo_hash(company: Table) -> Label[str]:
    """For statements that read ``company``: the hash of its logo, null without one."""
    logo = table_of(CompanyLogo)
    return (
        select(logo.c.sha256)
        .where(logo.c.company_id == company.c.id)
        .correlate(company)
        .scalar_subquery()
        .label("logo_sha256")
    )


# Read with the company, in the same statement; written nowhere but with the logo.
Company.logo_sha256 = column_property(logo_hash(table_of(Company)))  # type: ignore[method-assign,assignment]
