"""A new company on this installation, with its owner, and the Stripe account it is paid on."""

import re

from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from fsm_portal.config import settings
from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.company import Company
from fsm_portal.domain.staff import Role, Staff
from fsm_portal.flows.companies.company_details import CompanyDetails, WrongDetails
from fsm_portal.flows.companies.take_account import take_account
from fsm_portal.gateways.stripe_api import account_state
from fsm_portal.gateways.stripe_facts import PLATFORM, AccountChanged

_ACCOUNT = re.compile(r"acct_[A-Za-z0-9]{1,60}")


class CannotOpen(Exception):
    """What is wrong with what was given, and what to give instead."""


def open_company(
    *,
    slug: str,
    name: str,
    owner_name: str,
    owner_email: str,
    currency: str,
    country: str,
    time_zone: str,
    locale: str,
) -> Company:
    """Add a company and its owner. Raises CannotOpen for anything that cannot be."""
    try:
        given = CompanyDetails(
            slug, name, owner_name, owner_email, currency, country, time_zone, locale
        ).checked()
    except WrongDetails as error:
        raise CannotOpen(str(error)) from None
    company = Company(
        slug=given.slug,
        name=given.name,
        email=given.owner_email,
        country=given.country,
        currency=given.currency,
        time_zone=given.time_zone,
        locale=given.locale,
    )
    owner = Staff(
        company_id=company.id, name=given.owner_name, email=given.owner_email, role=Role.OWNER
    )
    try:
        with unit_of_work() as session:
            session.add(company)
            session.flush()
            session.add(owner)
    except IntegrityError as error:
        raise CannotOpen(f"There is a company {given.slug!r} already.") from error
    return company


def connect_account(slug: str, account: str) -> AccountChanged:
    """Have a company paid on the Stripe account ``acct_…``, or on the platform's own.

    ``"platform"`` is for the one company of an installation without Connect. Asks Stripe what the
    account may do. Raises CannotOpen, StripeUnavailable, StripeRefused.
    """
    own = account == PLATFORM
    if own and settings().stripe_connect:
        raise CannotOpen("Set FSM_STRIPE_CONNECT=false first: with Connect a company has acct_….")
    if not own and not _ACCOUNT.fullmatch(account):
        raise CannotOpen("A connected account's id begins with acct_.")
    with reading() as session:
        company = session.exec(select(Company).where(Company.slug == slug)).first()
    if company is None:
        raise CannotOpen(f"There is no company {slug!r}. `company list` shows them.")
    state = AccountChanged(True, True) if own else account_state(account)
    try:
        with unit_of_work() as session:
            row = session.get_one(Company, company.id, with_for_update={"key_share": True})
            take_account(session, row, account, state)
    except IntegrityError as error:
        raise CannotOpen("Another company is paid on this account already.") from error
    return state


def all_companies() -> list[Company]:
    """Every company of this installation, by name."""
    with reading() as session:
        return list(session.exec(select(Company).order_by(Company.name)))
