"""Whom an address belongs to: one mailbox may be a customer of several companies, and staff."""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Table, bindparam, func, literal, null, or_, select
from sqlalchemy.sql import Select
from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.email import folded, same_address
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.companies.company_frame import FRAME, CompanyFrame, company_frame
from fsm_portal.flows.identity import OFFERS_PORTAL

_company = table_of(Company)
_staff = table_of(Staff)
_customer = table_of(Customer)


@dataclass(frozen=True)
class Account:
    """What somebody can sign in to: as staff, or as a customer, of one company.

    ``email`` is written as it stands on the account. ``is_open``: there is something to come to.
    """

    company_id: str
    staff_id: str | None
    customer_id: str | None
    name: str
    email: str
    is_open: bool
    company: CompanyFrame

    @property
    def person_id(self) -> str:
        return self.staff_id or self.customer_id or ""

    @property
    def audience(self) -> Literal["staff", "customer"]:
        return "staff" if self.staff_id else "customer"

    @property
    def key(self) -> str:
        """Names the account in a form; it gives nobody any right to it."""
        return f"{self.company_id}.{self.person_id}"


def accounts_of(session: Session, email: str, slug: str = "") -> list[Account]:
    """The accounts of an address, by company, its staff first; with ``slug`` only the customers of
    that company."""
    wanted = folded(email)
    if not wanted.isprintable():
        # Nobody's; and PostgreSQL raises for a NUL in it.
        return []
    statements = (_CUSTOMERS,) if slug else (_STAFF, _CUSTOMERS)
    found = [
        Account(
            company_id=row.company_id,
            staff_id=row.staff_id,
            customer_id=row.customer_id,
            name=row.person,
            email=row.address,
            is_open=bool(row.is_open),
            company=company_frame(row),
        )
        for statement in statements
        for row in session.connection().execute(statement, {"email": wanted, "slug": slug})
        # The database may fold more letters than make one mailbox of two.
        if same_address(row.address, wanted)
    ]
    return sorted(found, key=lambda one: (one.company.name, one.audience != "staff", one.name))


def find_people(email: str) -> list[tuple[str, str | None, str | None]]:
    """``(company_id, staff_id, customer_id)`` of everybody with this address."""
    with reading() as session:
        accounts = accounts_of(session, email)
    return [(one.company_id, one.staff_id, one.customer_id) for one in accounts]


def _statement(
    people: Table,
    staff_id: ColumnElement[Any],
    customer_id: ColumnElement[Any],
    is_open: ColumnElement[bool],
) -> Select[Any]:
    return (
        select(
            people.c.company_id,
            staff_id.label("staff_id"),
            customer_id.label("customer_id"),
            people.c.name.label("person"),
            people.c.email.label("address"),
            is_open.label("is_open"),
            *FRAME,
        )
        .join(_company, _company.c.id == people.c.company_id)
        .where(
            func.lower(people.c.email) == func.lower(bindparam("email")),
            or_(bindparam("slug") == "", _company.c.slug == bindparam("slug")),
        )
    )


# Made once: asking for a link costs no more for an address that is known.
_STAFF = _statement(_staff, _staff.c.id, null(), literal(True)).where(
    _staff.c.deactivated_at.is_(None)
)
_CUSTOMERS = _statement(_customer, null(), _customer.c.id, OFFERS_PORTAL)
