"""Whether a company offers its customers a portal: its switch, and the plan that it is part of."""

from sqlalchemy import select
from sqlmodel import Session
from sqlmodel import select as select_row

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.company import Company, Plan
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.session import LoginSession
from fsm_portal.domain.topic import company_topic, session_topic

_session = table_of(LoginSession)


class NoSuchCompany(Exception):
    """No company has this slug."""


def find_company(slug: str) -> Company:
    """The company of ``slug``. Raises NoSuchCompany."""
    with reading() as session:
        return _of(session, slug)


def switch_portal(slug: str, on: bool) -> tuple[Company, frozenset[str]]:
    """Open or close the portal of a company; the topics to ring. Raises NoSuchCompany."""
    with unit_of_work() as session:
        company = _of(session, slug)
        company.portal_enabled = on
        return _kept(session, company)


def put_on_plan(slug: str, plan: Plan) -> tuple[Company, frozenset[str]]:
    """Put a company on a plan; the topics to ring. Raises NoSuchCompany."""
    with unit_of_work() as session:
        company = _of(session, slug)
        company.plan = plan
        return _kept(session, company)


def _of(session: Session, slug: str) -> Company:
    company = session.exec(select_row(Company).where(Company.slug == slug)).first()
    if company is None:
        raise NoSuchCompany(f"There is no company {slug!r}. `company list` shows them.")
    return company


def _kept(session: Session, company: Company) -> tuple[Company, frozenset[str]]:
    """Every tab of its customers is to look again whether it may still show anything."""
    session.add(company)
    open_ones = session.connection().execute(
        select(_session.c.id).where(
            _session.c.company_id == company.id,
            _session.c.customer_id.is_not(None),
            _session.c.ended_at.is_(None),
        )
    )
    rung = {session_topic(session_id) for session_id in open_ones.scalars()}
    return company, frozenset(rung | {company_topic(company.id)})
