"""A customer is chosen among any number, by a few letters of who it is."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session

from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.flows.customers.customer_keys import narrowed, page_of_customers

_customer = table_of(Customer)
_SHOWN = 8
_NEWEST = (
    select(_customer.c.id, _customer.c.name, _customer.c.contact, _customer.c.email)
    .where(_customer.c.company_id == bindparam("company_id"))
    .order_by(_customer.c.id.desc())
    .limit(_SHOWN)
)


@dataclass(frozen=True)
class Choice:
    """Who can be chosen; ``note`` tells them from others of that name."""

    id: str
    name: str
    note: str


@dataclass(frozen=True)
class CustomerChoice:
    """``more``: there are others; a longer word finds them."""

    search: str = ""
    found: tuple[Choice, ...] = ()
    more: bool = False


NO_CHOICE = CustomerChoice()


def choices(session: Session, company_id: str, search: str) -> CustomerChoice:
    """The first who fit ``search``, by name; without one the latest."""
    key: dict[str, Any] = {"company_id": company_id}
    statement = _NEWEST
    if search:
        kind, values = narrowed(session, company_id, search, by_name=True)
        key |= values
        statement = page_of_customers("name", True, False, kind).limit(_SHOWN + 1)
    rows = session.connection().execute(statement, key).all()
    return CustomerChoice(
        search,
        tuple(
            Choice(row.id, row.name, " · ".join(filter(None, (row.contact, row.email))))
            for row in rows[:_SHOWN]
        ),
        more=len(rows) > _SHOWN,
    )
