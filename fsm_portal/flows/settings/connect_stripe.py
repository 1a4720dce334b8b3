"""Connect with Stripe: the company gets, or brings along, the account that it is paid on."""

import re
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from fsm_portal.config import settings
from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.role import May
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.companies.take_account import take_account
from fsm_portal.flows.identity import Identity
from fsm_portal.gateways.errand import errand, is_errand
from fsm_portal.gateways.stripe_api import account_state
from fsm_portal.gateways.stripe_client import StripeDenied, StripeRefused, StripeUnavailable
from fsm_portal.gateways.stripe_connect import (
    NewAccount,
    account_of_consent,
    consent_page,
    onboarding_page,
    open_account,
)
from fsm_portal.gateways.stripe_facts import PLATFORM, AccountChanged

PAGE = "/dashboard/settings/payment-processing/"
_ERRAND = "connect-stripe"
_CONSENT_LASTS = timedelta(hours=1)
_CODE = re.compile(r"ac_[A-Za-z0-9_]{1,200}")

AWAY = "Stripe cannot be reached at the moment. Please try again in a minute."


class CannotConnect(Exception):
    """Why not, in words for staff."""


@dataclass(frozen=True)
class Step:
    """``url`` is the page at Stripe to go on at, empty where nothing is left to do there."""

    url: str
    topics: frozenset[str]


def connect_stripe(who: Identity) -> Step:
    """Open an account for the company, or take up the one it has, and lead to Stripe's form.

    Raises CannotConnect.
    """
    company = _company_to_connect(who)
    try:
        if not settings().stripe_connect:
            topics = _take(who, company, PLATFORM, AccountChanged(True, True))
            return Step("", topics)
        account, topics = _account(who, company)
        with reading() as session:
            ready = session.get_one(Company, company.id).can_take_payments
        return Step("" if ready else _form(account), topics)
    except StripeUnavailable as error:
        raise CannotConnect(AWAY) from error
    except StripeRefused as error:
        raise CannotConnect(f"Stripe says: {error}") from error


def fresh_form(who: Identity) -> str:
    """The address of Stripe's form once more, for an account that is not completed; empty where
    there is none to complete. Raises CannotConnect."""
    company = _company(who)
    account = company.stripe_account_id
    waits = account not in (None, PLATFORM) and company.stripe_deauthorized_at is None
    if account is None or not waits or company.stripe_charges_enabled:
        return ""
    try:
        return _form(account)
    except StripeUnavailable as error:
        raise CannotConnect(AWAY) from error
    except StripeRefused as error:
        raise CannotConnect(f"Stripe says: {error}") from error


def bring_account(who: Identity) -> str:
    """The address at Stripe where the owner of an account lets us in. Raises CannotConnect."""
    company = _company_to_connect(who)
    config = settings()
    if not config.stripe_connect or not config.stripe_client_id:
        raise CannotConnect("This portal takes no accounts that exist already.")
    state = errand(
        _ERRAND, who.session_id, now() + _CONSENT_LASTS, config.secret_key.get_secret_value()
    )
    return consent_page(
        _about(company), return_url=f"{config.base_url}/stripe/connect/consent", state=state
    )


def take_consent(who: Identity, code: str, state: str) -> frozenset[str]:
    """The owner came back from there with ``code``; topics to ring. Raises CannotConnect."""
    company = _company_to_connect(who)
    secret = settings().secret_key.get_secret_value()
    if not is_errand(state, _ERRAND, who.session_id, secret) or not _CODE.fullmatch(code):
        raise CannotConnect("This did not begin here, or too long ago. Press Connect once more.")
    try:
        account = account_of_consent(code)
        return _take(who, company, account, account_state(account), by_consent=True)
    except StripeUnavailable as error:
        raise CannotConnect(AWAY) from error
    except StripeRefused as error:
        raise CannotConnect(f"Stripe says: {error}") from error


def look_at_account(who: Identity) -> frozenset[str]:
    """Note what the account may do, without waiting for Stripe to tell; topics to ring.

    Raises CannotConnect.
    """
    company = _company(who)
    account = company.stripe_account_id
    if account is None or account == PLATFORM or company.stripe_deauthorized_at is not None:
        return frozenset()
    try:
        state = account_state(account)
    except (StripeUnavailable, StripeRefused) as error:
        raise CannotConnect(AWAY) from error
    with unit_of_work() as session:
        row = session.get_one(Company, company.id, with_for_update={"key_share": True})
        if row.stripe_account_id == account and row.stripe_deauthorized_at is None:
            row.stripe_charges_enabled = state.charges_enabled
            row.stripe_payouts_enabled = state.payouts_enabled
            session.add(row)
    return frozenset({company_topic(company.id)})


def _company(who: Identity) -> Company:
    if not who.may(May.CONNECT_STRIPE):
        raise CannotConnect("Your role cannot connect Stripe. Ask an owner or an admin to do it.")
    with reading() as session:
        return session.get_one(Company, who.company_id)


def _company_to_connect(who: Identity) -> Company:
    company = _company(who)
    if not settings().stripe_secret_key.get_secret_value():
        raise CannotConnect(
            "This portal has no key of Stripe yet. Whoever runs it sets FSM_STRIPE_SECRET_KEY."
        )
    if company.can_take_payments:
        raise CannotConnect("Your Stripe account is connected already.")
    return company


def _account(who: Identity, company: Company) -> tuple[str, frozenset[str]]:
    """The account to complete: the one it has, while that is of use, or a new one."""
    present = company.stripe_account_id
    if present is not None and present != PLATFORM:
        if company.stripe_deauthorized_at is None:
            return present, frozenset()
        try:
            return present, _take(who, company, present, account_state(present))
        except (StripeDenied, StripeRefused):
            # Its owner took it away from us at Stripe.
            pass
    made = open_account(_about(company), present or "")
    return made, _take(who, company, made, AccountChanged(False, False))


def _take(
    who: Identity,
    company: Company,
    account: str,
    state: AccountChanged,
    *,
    by_consent: bool | None = None,
) -> frozenset[str]:
    """Have the company paid on ``account`` from now on."""
    try:
        with unit_of_work() as session:
            row = session.get_one(Company, company.id, with_for_update={"key_share": True})
            if row.can_take_payments:
                raise CannotConnect("Your Stripe account is connected already.")
            take_account(session, row, account, state, by_consent=by_consent)
            deed = Deed.CONNECTED_STRIPE if state.charges_enabled else Deed.BEGAN_CONNECTING
            write_down(session, who, deed, about="company", about_id=row.id, words=account)
    except IntegrityError as error:
        raise CannotConnect("Another company here is paid on this Stripe account.") from error
    return frozenset({company_topic(company.id)})


def _about(company: Company) -> NewAccount:
    return NewAccount(company.id, company.name, company.email, company.country, company.currency)


def _form(account: str) -> str:
    base = f"{settings().base_url}/stripe/connect"
    return onboarding_page(account, return_url=f"{base}/return", refresh_url=f"{base}/refresh")
