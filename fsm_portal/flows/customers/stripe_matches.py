"""Who of Stripe's customers is one of ours: by a link, or perhaps by the same address."""

from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlmodel import Session

from fsm_portal.domain.customer import Customer
from fsm_portal.domain.email import folded
from fsm_portal.domain.insert_once import table_of

_customer = table_of(Customer)

_OURS = select(
    _customer.c.id,
    _customer.c.name,
    func.lower(_customer.c.email).label("email"),
    _customer.c.stripe_customer_id,
    _customer.c.stripe_account_id,
).where(_customer.c.company_id == bindparam("company_id"))
_LINKED = _OURS.where(
    _customer.c.stripe_account_id == bindparam("account"),
    _customer.c.stripe_customer_id.in_(bindparam("ids", expanding=True)),
)
# Whoever is somebody else at this account already is no match.
_MATCHING = _OURS.where(
    func.lower(_customer.c.email).in_(bindparam("emails", expanding=True)),
    or_(
        _customer.c.stripe_customer_id.is_(None),
        _customer.c.stripe_account_id != bindparam("account"),
    ),
).order_by(_customer.c.id)


def linked_at(
    session: Session, company_id: str, account: str, stripe_ids: list[str]
) -> dict[str, Any]:
    """Our customers by Stripe's ids on ``account``: rows of ``id`` and ``name``."""
    if not account or not stripe_ids:
        return {}
    key = {"company_id": company_id, "account": account, "ids": stripe_ids}
    rows = session.connection().execute(_LINKED, key)
    return {row.stripe_customer_id: row for row in rows}


def matches_by_email(
    session: Session, company_id: str, account: str, emails: list[str]
) -> dict[str, Any]:
    """By address, our customers who are not linked: the first of several. Rows as above."""
    wanted = [folded(email) for email in emails if email]
    if not wanted:
        return {}
    key = {"company_id": company_id, "account": account, "emails": wanted}
    found: dict[str, Any] = {}
    for row in session.connection().execute(_MATCHING, key):
        found.setdefault(folded(row.email), row)
    return found
