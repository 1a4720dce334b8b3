"""The shared access link: one address for all customers of a company, to be handed out freely."""

from sqlalchemy import bindparam, select

from fsm_portal.config import settings
from fsm_portal.db import reading
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.flows.companies.company_frame import FRAME, CompanyFrame, company_frame
from fsm_portal.flows.identity import OFFERS_PORTAL

_company = table_of(Company)

# Made once: writing a statement costs more than running it.
_COMPANY = select(*FRAME, OFFERS_PORTAL.label("is_open")).where(
    _company.c.slug == bindparam("slug")
)


def access_url(slug: str) -> str:
    """Its address."""
    return f"{settings().base_url}/access/{slug}"


def access_to(slug: str) -> tuple[CompanyFrame, bool] | None:
    """Whose portal it leads to, and whether that is open; None where there is no such company."""
    if not slug.isprintable():
        # Nobody's; and PostgreSQL raises for a NUL in it.
        return None
    with reading() as session:
        row = session.connection().execute(_COMPANY, {"slug": slug}).first()
    return None if row is None else (company_frame(row), bool(row.is_open))
