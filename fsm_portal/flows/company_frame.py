"""Whose page it is: the company's name, colour and address, for the frame around every page."""

from dataclasses import dataclass
from typing import Protocol


class _Company(Protocol):
    """A Company, or a row with these columns of it."""

    name: str
    brand_color: str
    email: str
    phone: str


@dataclass(frozen=True)
class CompanyFrame:
    """``color`` is ``#rrggbb``; ``logo`` is the address of a picture, or empty."""

    name: str = ""
    color: str = ""
    logo: str = ""
    email: str = ""
    phone: str = ""


def company_frame(company: _Company) -> CompanyFrame:
    return CompanyFrame(company.name, company.brand_color, email=company.email, phone=company.phone)
