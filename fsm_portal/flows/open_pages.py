"""Stripe pages that are open for an invoice: only one at a time may be paid."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update
from sqlmodel import Session

from fsm_portal.db import unit_of_work
from fsm_portal.domain.checkout_attempt import CheckoutAttempt, CheckoutAttemptInvoice
from fsm_portal.domain.clock import now
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.payment import BroughtBy
from fsm_portal.flows.confirm_checkout import look_at_attempt
from fsm_portal.flows.identity import Identity
from fsm_portal.gateways.stripe_api import expire_checkout
from fsm_portal.gateways.stripe_client import StripeDenied, StripeRefused
from fsm_portal.gateways.stripe_facts import CheckoutExpired

_attempt = table_of(CheckoutAttempt)
_attempt_invoice = table_of(CheckoutAttemptInvoice)


@dataclass(frozen=True)
class OpenPage:
    """A page that waits to be paid, the Stripe account it is on, and when it ends (UTC)."""

    account: str
    session_id: str
    expires_at: datetime | None


def is_processing(session: Session, company_id: str, invoice_id: str) -> bool:
    """Whether a bank debit for this invoice is in flight."""
    in_flight = _attempts_on(company_id, invoice_id).where(_attempt.c.processing_at.is_not(None))
    return session.connection().execute(in_flight).first() is not None


def open_pages(session: Session, company_id: str, invoice_id: str) -> list[OpenPage]:
    """The pages of this invoice that, as far as we know, can still be paid."""
    still_open = _attempts_on(company_id, invoice_id).where(
        _attempt.c.stripe_session_id.is_not(None), _attempt.c.processing_at.is_(None)
    )
    return [
        OpenPage(row.stripe_account_id, row.stripe_session_id, row.expires_at)
        for row in session.connection().execute(still_open)
    ]


def close_page(who: Identity, page: OpenPage) -> bool:
    """Close a page of this customer's. False when it was paid instead: that is recorded then.

    Raises StripeUnavailable, StripeRefused.
    """
    try:
        if not expire_checkout(page.account, page.session_id) and _was_paid(who, page):
            return False
    except (StripeRefused, StripeDenied):
        # Its account let go of us, or Stripe forgot it. Once its time is over nobody can pay on it.
        if page.expires_at is None or now() < page.expires_at:
            raise
    with unit_of_work() as session:
        session.connection().execute(
            update(_attempt)
            .where(
                _attempt.c.company_id == who.company_id,
                _attempt.c.stripe_session_id == page.session_id,
                _attempt.c.closed_at.is_(None),
            )
            .values(closed_at=now())
        )
    return True


def _was_paid(who: Identity, page: OpenPage) -> bool:
    """Why a page could not be closed: it was paid a moment ago, or its time was over already.

    Raises StripeRefused where Stripe says neither: the page is open still.
    """
    fact, _ = look_at_attempt(who.company_id, who.person_id, page.session_id, BroughtBy.RETURN)
    if fact is None:
        raise StripeRefused("Stripe does not close a page that it says is open.")
    return not isinstance(fact, CheckoutExpired)


def _attempts_on(company_id: str, invoice_id: str) -> Select[Any]:
    return (
        select(_attempt)
        .join(
            _attempt_invoice,
            (_attempt_invoice.c.company_id == _attempt.c.company_id)
            & (_attempt_invoice.c.attempt_id == _attempt.c.id),
        )
        .where(
            _attempt_invoice.c.company_id == company_id,
            _attempt_invoice.c.invoice_id == invoice_id,
            _attempt.c.completed_at.is_(None),
            _attempt.c.failed_at.is_(None),
            _attempt.c.closed_at.is_(None),
        )
    )
