"""What a company looks like to its customers: logo, colour, name, contact, its own terms."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, fields

from sqlmodel import Session, select

from fsm_portal.db import unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.company_logo import CompanyLogo
from fsm_portal.flows.settings import checks
from fsm_portal.gateways.logo import Logo, redrawn


class CannotBrand(ValueError):
    """One line for each thing that is wrong, with what to give instead."""


@dataclass(frozen=True)
class Brand:
    """What is to change; None stays as it is, an empty text is taken away."""

    name: str | None = None
    color: str | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    terms: str | None = None


def set_logo(slug: str, picture: bytes) -> Logo:
    """Show ``picture`` (PNG or JPEG), drawn anew. Raises CannotBrand, LogoRefused."""
    logo = redrawn(picture)
    with unit_of_work() as session:
        put_logo(session, _company(session, slug), logo)
    return logo


def remove_logo(slug: str) -> bool:
    """Show the company's initials again; False where there was no logo. Raises CannotBrand."""
    with unit_of_work() as session:
        return drop_logo(session, _company(session, slug))


def put_logo(session: Session, company: Company, logo: Logo) -> None:
    """The same within a unit of work of the caller's."""
    row = session.get(CompanyLogo, company.id) or CompanyLogo(
        company_id=company.id, picture=b"", sha256=""
    )
    row.picture = logo.png
    row.sha256 = hashlib.sha256(logo.png).hexdigest()
    row.updated_at = now()
    session.add(row)


def drop_logo(session: Session, company: Company) -> bool:
    """The same within a unit of work of the caller's."""
    row = session.get(CompanyLogo, company.id)
    if row is not None:
        session.delete(row)
    return row is not None


def change_brand(slug: str, brand: Brand) -> Company:
    """Change what ``brand`` gives, all of it or nothing. Raises CannotBrand."""
    changes: dict[str, str] = {}
    wrong: list[str] = []
    for field in fields(brand):
        given = getattr(brand, field.name)
        if given is None:
            continue
        try:
            changes[field.name] = _CHECKS[field.name](given)
        except ValueError as error:
            wrong.append(str(error))
    if wrong:
        raise CannotBrand("\n".join(wrong))
    with unit_of_work() as session:
        company = _company(session, slug)
        for name, value in changes.items():
            setattr(company, _COLUMNS.get(name, name), value)
        session.add(company)
    return company


def _company(session: Session, slug: str) -> Company:
    company = session.exec(select(Company).where(Company.slug == slug)).first()
    if company is None:
        raise CannotBrand(f"There is no company {slug!r}. `company list` shows them.")
    return company


_COLUMNS = {"color": "brand_color"}
_CHECKS: dict[str, Callable[[str], str]] = {
    "name": checks.line("The company's name", 200, empty=False),
    "color": checks.color,
    "email": checks.email,
    "phone": checks.phone,
    "address": checks.lines("The address", 500),
    "terms": checks.lines("The terms text", 2000),
}
