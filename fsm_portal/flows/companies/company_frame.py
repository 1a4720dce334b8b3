"""Whose page it is: the company's name, colour and address, for the frame around every page."""

from dataclasses import dataclass
from typing import Any, Protocol

from fsm_portal.domain.company import Company
from fsm_portal.domain.company_logo import logo_hash
from fsm_portal.domain.insert_once import table_of

# For statements that read a company without the ORM: a row with these has a frame.
FRAME: tuple[Any, ...] = (
    table_of(Company).c.name,
    table_of(Company).c.brand_color,
    table_of(Company).c.email,
    table_of(Company).c.phone,
    logo_hash(table_of(Company)),
)


class _Company(Protocol):
    """A Company, or a row with the columns of FRAME."""

    name: str
    brand_color: str
    email: str
    phone: str

    @property
    def logo_sha256(self) -> str | None: ...


@dataclass(frozen=True)
class CompanyFrame:
    """``color`` is ``#rrggbb``; ``logo`` is the address of a picture, or empty."""

    name: str = ""
    color: str = ""
    logo: str = ""
    email: str = ""
    phone: str = ""


def company_frame(company: _Company) -> CompanyFrame:
    return CompanyFrame(
        company.name,
        company.brand_color,
        logo_url(company.logo_sha256),
        company.email,
        company.phone,
    )


def logo_url(sha256: str | None) -> str:
    """Where browsers find the picture of this hash; empty without one."""
    return f"/logos/{sha256}.png" if sha256 else ""
