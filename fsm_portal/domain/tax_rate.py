"""Tax rates a company charges."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.ids import new_id

PARTS = 1_000_000


class TaxRate(SQLModel, table=True):
    """``rate_ppm`` is in parts per million: 8.25% is 82500."""

    __tablename__ = "tax_rate"
    __table_args__ = (
        CheckConstraint("rate_ppm >= 0 AND rate_ppm <= 1000000", name="tax_rate_range"),
    )

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    name: str = Field(max_length=60)
    rate_ppm: int
    created_at: datetime = Field(default_factory=now)
    retired_at: datetime | None = None


def place_in_list(tax: Any) -> tuple[str, int, str]:
    """By what taxes are sorted wherever they stand under one another: name, rate, the older first.

    ``tax`` is a rate, or what a document has of one (``tax_rate_id``). In Python: a database sorts
    names as its locale does, and to whom a minor unit falls follows from the order as well.
    """
    return tax.name, tax.rate_ppm, getattr(tax, "tax_rate_id", None) or tax.id
