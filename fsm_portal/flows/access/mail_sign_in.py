"""The letters that let people in, composed when they leave.

A link is made here and not when its letter is queued: its token and its code exist only in the
letter, and its time begins when it is sent.
"""

from dataclasses import replace

from sqlmodel import Session

from fsm_portal.config import settings
from fsm_portal.db import unit_of_work
from fsm_portal.domain.company import Company
from fsm_portal.domain.login_link import Purpose
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.access.access_link import access_url
from fsm_portal.flows.login_links import accounts_of, make_link
from fsm_portal.flows.mailing.letter_to import sender
from fsm_portal.flows.mailing.outbox_mail import held_customer
from fsm_portal.flows.mailing.post_office import may_write_to, post_letter
from fsm_portal.flows.outbox import Done, GiveUp, Work
from fsm_portal.gateways import sign_in_letters as letters
from fsm_portal.gateways.languages import language_of
from fsm_portal.gateways.letters import Company as Writer
from fsm_portal.gateways.letters import Reader
from fsm_portal.gateways.mail_message import Letter
from fsm_portal.gateways.tokens import new_code


def mail_sign_in(work: Work) -> Done:
    """Send a sign-in link to the person it was asked for."""
    with unit_of_work() as session:
        letter = _sign_in(session, work)
    return post_letter(work, letter)


def mail_welcome(work: Work) -> Done:
    """Send the invitation of one customer."""
    with unit_of_work() as session:
        company = session.get_one(Company, work.company_id)
        customer = held_customer(session, company.id, work.payload.get("customer_id"))
        if not customer.email:
            raise GiveUp(f"{customer.name} has no email address")
        if not company.offers_portal:
            raise GiveUp("The portal was switched off before this invitation left")
        may_write_to(session, work, customer.email)
        link, valid_until = make_link(
            session, company_id=company.id, purpose=Purpose.WELCOME, customer_id=customer.id
        )
    writer = sender(company, customer)
    # Written for readers of the company's own language; others have our words in theirs.
    own = company.invitation if writer.language == language_of(company.locale) else ""
    letter = letters.welcome_letter(
        writer,
        Reader(customer.greeting, customer.email),
        letters.Welcome(work.key, link, valid_until, access_url(company.slug), own),
    )
    return post_letter(work, letter)


def _sign_in(session: Session, work: Work) -> Letter:
    staff_id, customer_id = work.payload.get("staff_id"), work.payload.get("customer_id")
    company = session.get_one(Company, work.company_id)
    if staff_id is not None:
        staff = session.get_one(Staff, (company.id, staff_id))
        if staff.deactivated_at is not None:
            raise GiveUp(f"{staff.name} was deactivated before the link was sent")
        reader, writer = Reader(staff.name, staff.email), sender(company)
    else:
        customer = held_customer(session, company.id, customer_id)
        if not customer.email:
            raise GiveUp(f"{customer.name} has no email address")
        reader, writer = Reader(customer.greeting, customer.email), sender(company, customer)
        if not company.offers_portal:
            ask = letters.NoPortal(work.key, company.email, company.phone)
            return letters.no_portal_letter(writer, reader, ask)
    browser_hash = work.payload.get("browser_hash")
    code = new_code() if browser_hash else ""
    link, _ = make_link(
        session,
        company_id=company.id,
        purpose=Purpose.REQUESTED,
        staff_id=staff_id,
        customer_id=customer_id,
        invoice_id=work.payload.get("invoice_id"),
        browser_hash=browser_hash,
        code=code or None,
    )
    asked = letters.LinkAsked(
        key=work.key,
        link=link,
        minutes_valid=settings().requested_link_minutes,
        code=code,
        browser=(work.payload.get("browser") or "") if browser_hash else "",
    )
    choose_at = work.payload.get("choose_at")
    if choose_at is None:
        return letters.sign_in_letter(writer, reader, asked)
    return _with_choice(session, choose_at, writer, reader, asked)


def _with_choice(
    session: Session,
    slug: str,
    writer: Writer,
    reader: Reader,
    asked: letters.LinkAsked,
) -> Letter:
    """The same, where its address has several accounts: the link leads to the choice."""
    accounts = [one for one in accounts_of(session, reader.address, slug) if one.is_open]
    if len(accounts) < 2:
        return letters.sign_in_letter(writer, reader, asked)
    asked = replace(asked, link=f"{asked.link}/choose{f'?at={slug}' if slug else ''}")
    companies = tuple(dict.fromkeys(one.company.name for one in accounts))
    if len(companies) > 1:
        # One letter for all of them wears the name of none.
        common = replace(letters.NO_COMPANY, language=writer.language)
        writer, asked = common, replace(asked, companies=companies)
    return letters.sign_in_letter(writer, reader, asked)
