"""Manage payment methods: the way to Stripe's billing portal, for one customer."""

import logging

from sqlalchemy import update

from fsm_portal.config import settings
from fsm_portal.db import reading, writing
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.paying.cannot_pay import CannotPay
from fsm_portal.flows.paying.stripe_customer import stripe_customer
from fsm_portal.flows.paying.why_not_payable import why_not_payable
from fsm_portal.flows.settings.billing_portal import as_offered, offer_of
from fsm_portal.gateways.stripe_client import StripeRefused, StripeUnavailable
from fsm_portal.gateways.stripe_customers import is_gone
from fsm_portal.gateways.stripe_portal import (
    configuration_is_gone,
    make_configuration,
    open_portal,
)

log = logging.getLogger(__name__)

_company = table_of(Company)


def manage_cards(who: Identity, path: str) -> str:
    """Open Stripe's page for the cards of ``who``; its address. It leads back to our ``path``.

    Raises CannotPay, with a sentence to show.
    """
    if who.audience != "customer":
        raise CannotPay("Only the customer can manage their cards.")
    with reading() as session:
        company = session.get_one(Company, who.company_id)
    if not company.can_take_payments:
        raise CannotPay(why_not_payable(company))
    try:
        return _open(who, f"{settings().base_url}{path}")
    except StripeUnavailable as error:
        raise CannotPay(
            "The page for your cards cannot be reached at the moment; please try again in a minute."
        ) from error
    except StripeRefused as error:
        log.warning("a billing portal could not be opened: %s", error)
        raise CannotPay(
            "The page for your cards could not be opened; please contact us if it happens again."
        ) from error


def _open(who: Identity, return_url: str) -> str:
    account, customer = stripe_customer(who.company_id, who.person_id)
    configuration = portal_configuration(who.company_id, account)
    for _ in range(2):
        # Whatever was deleted at Stripe, or is on an account that the company had before, is made
        # anew; both may be.
        try:
            return open_portal(account, configuration, customer, return_url)
        except StripeRefused as error:
            if is_gone(error):
                account, customer = stripe_customer(who.company_id, who.person_id, customer)
            elif configuration_is_gone(error):
                configuration = portal_configuration(who.company_id, account, configuration)
            else:
                raise
    return open_portal(account, configuration, customer, return_url)


def portal_configuration(company_id: str, account: str, instead_of: str = "") -> str:
    """Stripe's id of the company's configuration of the portal, made where it is first needed.

    ``instead_of`` is one that Stripe does not know any more. Raises StripeUnavailable,
    StripeRefused.
    """
    with reading() as session:
        company = session.get_one(Company, company_id)
    known = company.billing_portal_id
    if known and known != instead_of:
        return known
    offer = offer_of(company)
    made = make_configuration(account, company_id, offer, instead_of)
    with writing() as connection:
        connection.execute(
            update(_company)
            # What it is to offer may have been changed meanwhile: then the next one is made.
            .where(_company.c.id == company_id, *as_offered(offer))
            .values(billing_portal_id=made)
        )
    return made
