"""Whether a company offers its customers a portal: its switch, and the plan that it is part of."""

from sqlmodel import Session, select

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.company import Company, Plan
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.settings.customer_portal import customers_topics


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
    company = session.exec(select(Company).where(Company.slug == slug)).first()
    if company is None:
        raise NoSuchCompany(f"There is no company {slug!r}. `company list` shows them.")
    return company


def _kept(session: Session, company: Company) -> tuple[Company, frozenset[str]]:
    """Every tab of its customers is to look again whether it may still show anything."""
    session.add(company)
    return company, customers_topics(session, company) | {company_topic(company.id)}
