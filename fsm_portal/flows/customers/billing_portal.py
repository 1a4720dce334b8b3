"""View: the office opens one customer's Stripe billing portal, as that customer would see it."""

import logging

from fsm_portal.config import settings
from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.role import May
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.customers.stripe_side import PATH, connected_account
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.paying.manage_cards import portal_configuration
from fsm_portal.flows.paying.stripe_customer import known_customer
from fsm_portal.gateways.stripe_client import StripeRefused, StripeUnavailable
from fsm_portal.gateways.stripe_customers import is_gone
from fsm_portal.gateways.stripe_directory import is_customer_id
from fsm_portal.gateways.stripe_portal import configuration_is_gone, open_portal

log = logging.getLogger(__name__)


class CannotView(Exception):
    """Why the page does not open, in words for staff."""


def view_customers_portal(who: Identity, customer_id: str) -> str | None:
    """The address of the billing portal of a customer who is linked to Stripe's; None for whoever
    is not a customer here, or may not be seen by ``who``. Raises CannotView."""
    if not who.may(May.EDIT_CUSTOMERS) or not is_id(customer_id):
        return None
    with reading() as session:
        customer = session.get(Customer, (who.company_id, customer_id))
    if customer is None:
        return None
    known = known_customer(who.company_id, customer_id)
    if not known.stripe_id:
        raise CannotView(f"{customer.name} is not linked to a customer at Stripe.")
    path = f"/dashboard/customers/{customer_id}/"
    return _opened(who, known.stripe_id, path, customer_id, customer.name)


def view_stripe_customers_portal(who: Identity, stripe_id: str) -> str | None:
    """The same for whoever is a customer at Stripe, here or not."""
    if not who.may(May.EDIT_CUSTOMERS) or not is_customer_id(stripe_id):
        return None
    return _opened(who, stripe_id, PATH, "", stripe_id)


def _opened(who: Identity, stripe_id: str, path: str, customer_id: str, name: str) -> str:
    account = connected_account(who.company_id)
    if not account:
        raise CannotView("No Stripe account is connected.")
    try:
        address = _address(who.company_id, account, stripe_id, f"{settings().base_url}{path}")
    except StripeUnavailable as error:
        raise CannotView("Stripe does not answer at the moment; please try again.") from error
    except StripeRefused as error:
        if is_gone(error):
            raise CannotView("Stripe does not know this customer any more.") from error
        log.warning("a billing portal could not be opened: %s", error)
        raise CannotView("Stripe would not open its page for this customer.") from error
    with unit_of_work() as session:
        write_down(
            session,
            who,
            Deed.OPENED_BILLING_PORTAL,
            about="customer",
            about_id=customer_id,
            words=name,
        )
    return address


def _address(company_id: str, account: str, stripe_id: str, back: str) -> str:
    configuration = portal_configuration(company_id, account)
    try:
        return open_portal(account, configuration, stripe_id, back)
    except StripeRefused as error:
        if not configuration_is_gone(error):
            raise
    configuration = portal_configuration(company_id, account, configuration)
    return open_portal(account, configuration, stripe_id, back)
