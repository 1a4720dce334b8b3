"""Whom a letter about money goes to, and how it begins: the same for all of them."""

from dataclasses import dataclass

from sqlmodel import Session

from fsm_portal.config import settings
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.flows.companies.company_logo import logo_picture
from fsm_portal.flows.mailing.post_office import may_write_to
from fsm_portal.flows.outbox import GiveUp, Work
from fsm_portal.flows.reader_locale import reader_locale
from fsm_portal.gateways import letters
from fsm_portal.gateways.languages import FALLBACK, language_of


@dataclass(frozen=True)
class LetterTo:
    """The customer and the company, as they are and as the letter has them."""

    company: Company
    customer: Customer
    writer: letters.Company
    reader: letters.Reader


def letter_to(session: Session, work: Work, customer_id: str, *, about: str) -> LetterTo:
    """Raises GiveUp without an address, or where it is held back; PutOff where it had its share."""
    company = session.get_one(Company, work.company_id)
    customer = session.get_one(Customer, (work.company_id, customer_id))
    if not customer.email:
        raise GiveUp(f"{customer.name} has no email address for {about}")
    may_write_to(session, work, customer.email)
    reader = letters.Reader(customer.greeting, customer.email)
    return LetterTo(company, customer, sender(company, customer), reader)


def page_link(company: Company, page: str) -> str:
    """Where a letter leads to in the customer's portal; empty where there is none."""
    return f"{settings().base_url}/portal/{page}" if company.offers_portal else ""


def sender(company: Company, customer: Customer | None = None) -> letters.Company:
    """The company as its letters show it; to ``customer`` in their language, money and days."""
    locale = reader_locale(company, customer) if customer is not None else company.locale
    return letters.Company(
        name=company.name,
        reply_to=company.email,
        locale=locale,
        time_zone=company.time_zone,
        colour=company.brand_color,
        logo=logo_picture(company.logo_sha256),
        # The office's own pages are in English, and so are its letters.
        language=language_of(locale) if customer is not None else FALLBACK,
    )
