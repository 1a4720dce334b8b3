"""Link: says that a customer here and one at Stripe are the same; unlink takes it back."""

from sqlalchemy import select
from sqlmodel import Session

from fsm_portal.db import unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.role import May
from fsm_portal.domain.topic import company_topic, customer_topic
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.customers.stripe_side import account_of, connected_account
from fsm_portal.flows.identity import Identity
from fsm_portal.gateways.stripe_client import StripeRefused, StripeUnavailable
from fsm_portal.gateways.stripe_directory import customer_at_stripe

_customer = table_of(Customer)
_NO_SUCH = "This customer does not exist."


class CannotLink(Exception):
    """Why it is not done, in words for staff."""


def link_customer(who: Identity, customer_id: str, stripe_id: str) -> frozenset[str]:
    """From now on the two are one: cards saved at Stripe are offered here. Topics to ring.

    Asks Stripe whether its customer is there. Raises CannotLink.
    """
    _authorise(who)
    account = connected_account(who.company_id)
    if not account:
        raise CannotLink("Connect Stripe first: there are no customers to link to.")
    try:
        theirs = customer_at_stripe(account, stripe_id)
    except (StripeUnavailable, StripeRefused) as error:
        raise CannotLink("Stripe does not answer. Nothing was linked; please try again.") from error
    if theirs is None:
        raise CannotLink("Stripe does not know this customer any more.")
    with unit_of_work() as session:
        customer = _own(session, who, customer_id)
        if account_of(session.get_one(Company, who.company_id)) != account:
            raise CannotLink("Another Stripe account was connected meanwhile.")
        if customer.stripe_customer_id and customer.stripe_account_id == account:
            if customer.stripe_customer_id == stripe_id:
                return frozenset()
            raise CannotLink(f"{customer.name} is linked to another one. Unlink that first.")
        taken = _whose(session, who.company_id, account, stripe_id)
        if taken:
            raise CannotLink(f"This is {taken} already. Unlink that first.")
        customer.stripe_customer_id, customer.stripe_account_id = stripe_id, account
        session.add(customer)
        _write_down(session, who, Deed.LINKED_CUSTOMER, customer, stripe_id)
    return _topics(who, customer_id)


def unlink_customer(who: Identity, customer_id: str) -> frozenset[str]:
    """Take the link away; at Stripe nothing changes. Topics to ring. Raises CannotLink."""
    _authorise(who)
    with unit_of_work() as session:
        customer = _own(session, who, customer_id)
        stripe_id = customer.stripe_customer_id
        if stripe_id is None:
            return frozenset()
        customer.stripe_customer_id = customer.stripe_account_id = None
        session.add(customer)
        _write_down(session, who, Deed.UNLINKED_CUSTOMER, customer, stripe_id)
    return _topics(who, customer_id)


def _authorise(who: Identity) -> None:
    if not who.may(May.EDIT_CUSTOMERS):
        raise CannotLink("Your role cannot link customers. Ask the office to do it.")


def _own(session: Session, who: Identity, customer_id: str) -> Customer:
    if not is_id(customer_id):
        raise CannotLink(_NO_SUCH)
    customer = session.get(
        Customer, (who.company_id, customer_id), with_for_update={"key_share": True}
    )
    if customer is None:
        raise CannotLink(_NO_SUCH)
    return customer


def _whose(session: Session, company_id: str, account: str, stripe_id: str) -> str:
    name: str | None = (
        session.connection()
        .execute(
            select(_customer.c.name).where(
                _customer.c.company_id == company_id,
                _customer.c.stripe_account_id == account,
                _customer.c.stripe_customer_id == stripe_id,
            )
        )
        .scalar()
    )
    return name or ""


def _write_down(
    session: Session, who: Identity, deed: Deed, customer: Customer, stripe_id: str
) -> None:
    words = f"{customer.name}, {stripe_id}"
    write_down(session, who, deed, about="customer", about_id=customer.id, words=words)


def _topics(who: Identity, customer_id: str) -> frozenset[str]:
    return frozenset({company_topic(who.company_id), customer_topic(who.company_id, customer_id)})
