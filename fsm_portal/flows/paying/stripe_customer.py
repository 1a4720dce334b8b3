"""Our customer as Stripe's: made when first needed, on the account that takes the payment."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select, update

from fsm_portal.db import reading, writing
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.flows.outbox import GiveUp, Work
from fsm_portal.gateways.stripe_client import StripeRefused
from fsm_portal.gateways.stripe_customers import Person, create_customer, is_gone, update_customer

_company = table_of(Company)
_customer = table_of(Customer)

_KNOWN = select(
    _customer.c.name,
    _customer.c.email,
    _customer.c.stripe_customer_id,
    _customer.c.stripe_account_id,
    _company.c.stripe_account_id.label("account"),
).where(
    _company.c.id == bindparam("company_id"),
    _customer.c.company_id == _company.c.id,
    _customer.c.id == bindparam("customer_id"),
)


@dataclass(frozen=True)
class KnownCustomer:
    """``account`` is the company's now, empty where it has none; ``stripe_id`` is the customer's
    there, empty where none was made (on an earlier account they are unknown)."""

    person: Person
    account: str
    stripe_id: str


def known_customer(company_id: str, customer_id: str) -> KnownCustomer:
    """What we know of a customer at Stripe. Raises NoResultFound where there is no such pair."""
    with reading() as session:
        row = (
            session.connection()
            .execute(_KNOWN, {"company_id": company_id, "customer_id": customer_id})
            .one()
        )
    here = row.account is not None and row.stripe_account_id == row.account
    return KnownCustomer(
        Person(row.name, row.email),
        row.account or "",
        (row.stripe_customer_id or "") if here else "",
    )


def stripe_customer(company_id: str, customer_id: str, instead_of: str = "") -> tuple[str, str]:
    """The company's account, and Stripe's customer on it for ours.

    Never to be called inside a unit of work. ``instead_of`` is one that Stripe just did not know:
    it is made anew. Raises StripeUnavailable, StripeRefused.
    """
    known = known_customer(company_id, customer_id)
    if known.stripe_id and known.stripe_id != instead_of:
        return known.account, known.stripe_id
    made = create_customer(known.account, customer_id, known.person, instead_of)
    with writing() as connection:
        connection.execute(
            update(_customer)
            .where(_customer.c.company_id == company_id, _customer.c.id == customer_id)
            .values(stripe_customer_id=made, stripe_account_id=known.account)
        )
    return known.account, made


def tell_stripe(work: Work) -> frozenset[str]:
    """The outbox: bring a customer's name and address at Stripe in line with ours."""
    customer_id = work.payload.get("customer_id")
    if customer_id is None:
        raise GiveUp("the queued work lacks its customer")
    known = known_customer(work.company_id, customer_id)
    if known.stripe_id:
        try:
            update_customer(known.account, known.stripe_id, known.person)
        except StripeRefused as error:
            # One that is gone is made anew, with the new name, when next needed.
            if not is_gone(error):
                raise GiveUp(f"Stripe refused the customer's new name: {error}") from error
    return frozenset()
