"""Whether the money of a checkout is on the books: what a page may call received."""

from typing import Any

from sqlalchemy import Row, Select, bindparam, select
from sqlmodel import Session

from fsm_portal.domain.checkout_attempt import CheckoutAttempt
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.payment import Payment
from fsm_portal.flows.identity import Scope
from fsm_portal.gateways import formats

_attempt = table_of(CheckoutAttempt)
_payment = table_of(Payment)

_ARRIVED = select(_attempt.c.amount, _attempt.c.currency).where(
    _attempt.c.company_id == bindparam("company_id"),
    _attempt.c.customer_id == bindparam("customer_id"),
    _attempt.c.stripe_session_id == bindparam("checkout"),
    # Set with the payment itself, in one unit of work.
    _attempt.c.completed_at.is_not(None),
)

_RECEIPT = (
    select(_payment.c.id)
    .join(
        _attempt,
        (_attempt.c.company_id == _payment.c.company_id) & (_attempt.c.id == _payment.c.attempt_id),
    )
    .where(
        _attempt.c.company_id == bindparam("company_id"),
        _attempt.c.customer_id == bindparam("customer_id"),
        _attempt.c.stripe_session_id == bindparam("checkout"),
    )
    .limit(1)
)


def checkout_arrived(session: Session, scope: Scope, checkout: str, locale: str) -> str:
    """What this customer's ``checkout`` (Stripe's id, as an address says it) brought: "$60.00".

    Empty until the payment is recorded, and for whatever is no checkout of theirs.
    """
    row = _row(session, _ARRIVED, scope, checkout)
    return formats.money(row.amount, row.currency, locale) if row is not None else ""


def receipt_arrived(session: Session, scope: Scope, checkout: str) -> str:
    """Where the receipt of what this customer's ``checkout`` brought is; empty until it is here."""
    row = _row(session, _RECEIPT, scope, checkout)
    return f"/documents/receipts/{row.id}.pdf" if row is not None else ""


def _row(session: Session, statement: Select[Any], scope: Scope, checkout: str) -> Row[Any] | None:
    # PostgreSQL raises for a NUL.
    if not checkout or not checkout.isascii() or not checkout.isprintable():
        return None
    key = {
        "company_id": scope.company_id,
        "customer_id": scope.customer_id,
        "checkout": checkout,
    }
    return session.connection().execute(statement, key).first()
