"""Stripe pages that are open for an invoice: only one at a time may be paid."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update
from sqlmodel import Session

from fsm_portal.db import reading, writing
from fsm_portal.domain.checkout_attempt import CheckoutAttempt, CheckoutAttemptInvoice
from fsm_portal.domain.clock import now
from fsm_portal.domain.insert_once import connection_of, table_of
from fsm_portal.domain.payment import BroughtBy
from fsm_portal.flows.paying.confirm_checkout import look_at_attempt
from fsm_portal.gateways.stripe_api import expire_checkout
from fsm_portal.gateways.stripe_client import StripeDenied, StripeRefused, StripeUnavailable
from fsm_portal.gateways.stripe_facts import CheckoutExpired

log = logging.getLogger(__name__)

_attempt = table_of(CheckoutAttempt)
_attempt_invoice = table_of(CheckoutAttemptInvoice)

# Made once: writing a statement costs more than running it.
_OPEN_ON = (
    select(_attempt.c.stripe_account_id, _attempt.c.stripe_session_id, _attempt.c.expires_at)
    .where(
        _attempt.c.company_id == bindparam("company_id"),
        # From these few: a planner without statistics might begin with all of the company's.
        _attempt.c.id.in_(
            select(_attempt_invoice.c.attempt_id).where(
                _attempt_invoice.c.company_id == bindparam("company_id"),
                _attempt_invoice.c.invoice_id.in_(bindparam("invoice_ids", expanding=True)),
            )
        ),
        _attempt.c.stripe_session_id.is_not(None),
        _attempt.c.processing_at.is_(None),
        _attempt.c.completed_at.is_(None),
        _attempt.c.failed_at.is_(None),
        _attempt.c.closed_at.is_(None),
    )
    .order_by(_attempt.c.id)
)


@dataclass(frozen=True)
class OpenPage:
    """A page that waits to be paid, the Stripe account it is on, and when it ends (UTC)."""

    account: str
    session_id: str
    expires_at: datetime | None


@dataclass(frozen=True)
class Closing:
    """Whether a page was ``paid`` instead of closed, and what to ring for it."""

    paid: bool
    topics: frozenset[str] = field(default_factory=frozenset)


def open_pages(
    session: Session | Connection, company_id: str, invoice_ids: Sequence[str]
) -> list[OpenPage]:
    """The pages of these invoices that, as far as we know, can still be paid."""
    rows = connection_of(session).execute(
        _OPEN_ON, {"company_id": company_id, "invoice_ids": list(invoice_ids)}
    )
    return [OpenPage(*row) for row in rows]


def close_page(company_id: str, customer_id: str, page: OpenPage) -> Closing:
    """Close a page of this customer's. Where it was paid instead, that is recorded now.

    Raises StripeUnavailable, StripeRefused.
    """
    topics: frozenset[str] = frozenset()
    try:
        if not expire_checkout(page.account, page.session_id):
            paid, topics = _was_paid(company_id, customer_id, page)
            if paid:
                return Closing(True, topics)
    except (StripeRefused, StripeDenied):
        # Its account let go of us, or Stripe forgot it. Once its time is over nobody can pay on it.
        if page.expires_at is None or now() < page.expires_at:
            raise
    with writing() as connection:
        connection.execute(
            update(_attempt)
            .where(
                _attempt.c.company_id == company_id,
                _attempt.c.stripe_session_id == page.session_id,
                _attempt.c.closed_at.is_(None),
            )
            .values(closed_at=now())
        )
    return Closing(False, topics)


def _was_paid(company_id: str, customer_id: str, page: OpenPage) -> tuple[bool, frozenset[str]]:
    """Why a page could not be closed: it was paid a moment ago, or its time was over already.

    Raises StripeRefused where Stripe says neither: the page is open still.
    """
    fact, recording = look_at_attempt(company_id, customer_id, page.session_id, BroughtBy.RETURN)
    if fact is None:
        raise StripeRefused("Stripe does not close a page that it says is open.")
    return not isinstance(fact, CheckoutExpired), recording.topics


def close_all_pages(company_id: str, customer_id: str, invoice_id: str) -> frozenset[str]:
    """Close whatever is open on an invoice that is settled another way; topics to ring.

    As far as Stripe can be reached: money that comes in all the same is credit.
    """
    with reading() as session:
        pages = open_pages(session, company_id, [invoice_id])
    topics: frozenset[str] = frozenset()
    for page in pages:
        try:
            topics |= close_page(company_id, customer_id, page).topics
        except (StripeUnavailable, StripeRefused, StripeDenied) as error:
            log.warning("the page %s could not be closed: %s", page.session_id, error)
    return topics
