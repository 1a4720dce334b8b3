"""Whose page somebody sees who has just signed out: that of the company they come from."""

from collections.abc import Iterable

from sqlalchemy import bindparam, select

from fsm_portal.db import reading
from fsm_portal.domain.company import Company
from fsm_portal.domain.company_scope import within
from fsm_portal.domain.insert_once import table_of
from fsm_portal.flows.companies.company_frame import FRAME, CompanyFrame, company_frame
from fsm_portal.flows.identity import claims_of

_COMPANY = select(*FRAME).where(table_of(Company).c.id == bindparam("company_id"))


def company_left(cookies: Iterable[str | None]) -> CompanyFrame | None:
    """The company that genuine session cookies are of, whether those are over or not; None where
    there are none, or where they are of more than one."""
    companies = {claims.company_id for cookie in cookies if (claims := claims_of(cookie))}
    if len(companies) != 1:
        return None
    (company_id,) = companies
    with within(company_id), reading() as session:
        row = session.connection().execute(_COMPANY, {"company_id": company_id}).first()
    return company_frame(row) if row is not None else None
