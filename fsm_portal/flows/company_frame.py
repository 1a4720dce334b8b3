"""Whose page it is: the company's name and colour, for the frame around every page."""

from dataclasses import dataclass

from fsm_portal.domain.company import Company


@dataclass(frozen=True)
class CompanyFrame:
    """``color`` is ``#rrggbb``."""

    name: str = ""
    color: str = ""


def company_frame(company: Company) -> CompanyFrame:
    return CompanyFrame(company.name, company.brand_color)
