"""Whose a payment is, as statements ask for it: joined to its attempt, and to the customer."""

from sqlalchemy import ColumnElement, Table, and_

from fsm_portal.domain.checkout_attempt import CheckoutAttempt
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of

_attempt = table_of(CheckoutAttempt)
_customer = table_of(Customer)

PAYER = _customer.c.name.label("customer")


def its_attempt(table: Table) -> ColumnElement[bool]:
    """Joins the attempt that a row of ``table`` came of."""
    return and_(_attempt.c.company_id == table.c.company_id, _attempt.c.id == table.c.attempt_id)


def its_customer(table: Table) -> ColumnElement[bool]:
    """Joins the customer that a row of ``table``, an attempt or a payment, belongs to."""
    return and_(_customer.c.company_id == table.c.company_id, _customer.c.id == table.c.customer_id)
