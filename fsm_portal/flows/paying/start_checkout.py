"""Pay now: an attempt of our own first, then a page at Stripe for it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update
from sqlmodel import Session

from fsm_portal.config import settings
from fsm_portal.db import unit_of_work, writing
from fsm_portal.domain.checkout_attempt import CheckoutAttempt, CheckoutAttemptInvoice
from fsm_portal.domain.clock import now
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.platform_fee import platform_fee
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.paying.bill import Bill, bill_for_one, bill_for_several
from fsm_portal.flows.paying.cannot_pay import CannotPay, too_little
from fsm_portal.flows.paying.open_pages import OpenPage, close_page, open_pages
from fsm_portal.flows.paying.stripe_customer import stripe_customer
from fsm_portal.flows.recorder.turn_at_invoices import lock_invoices
from fsm_portal.gateways.stripe_amounts import card_step
from fsm_portal.gateways.stripe_api import CheckoutLine, OpenCheckout, open_checkout
from fsm_portal.gateways.stripe_client import StripeRefused, StripeUnavailable
from fsm_portal.gateways.stripe_customers import is_gone
from fsm_portal.gateways.stripe_facts import PLATFORM

__all__ = ["CannotPay", "start_checkout", "start_checkout_of_several"]

log = logging.getLogger(__name__)

_attempt = table_of(CheckoutAttempt)

# Long enough to find a card, short enough that a forgotten tab does not pay a changed invoice.
# Stripe asks for 30 minutes to 24 hours.
PAGE_OPEN_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class _Prepared:
    bill: Bill
    attempt_id: str
    application_fee: int
    email: str | None
    earlier: list[OpenPage]


def start_checkout(who: Identity, invoice_id: object, typed: object = None) -> str:
    """Open Stripe's page for one invoice; returns its address.

    ``typed`` is the amount the customer chose, in major units; without it the page asks for the
    invoice's deposit, else for all that is due. The ledger is read here and now. Raises CannotPay,
    with a sentence to show; a stranger's invoice is no different from a missing one.
    """
    return _start(
        who,
        lambda session: bill_for_one(session, who, invoice_id, typed),
        f"/portal/invoices/{invoice_id}/",
    )


def start_checkout_of_several(who: Identity, invoice_ids: object) -> str:
    """Open one page for all that is due on ``invoice_ids``, a list; raises CannotPay as for one."""
    return _start(who, lambda session: bill_for_several(session, who, invoice_ids), "/portal/")


def _start(who: Identity, bill_of: Callable[[Session], Bill], path: str) -> str:
    if who.audience != "customer":
        raise CannotPay("Only the customer can pay here. Send them the invoice instead.")
    with unit_of_work() as session:
        prepared = _prepare(session, who, bill_of(session))
    try:
        for earlier in prepared.earlier:
            _close(who, earlier, prepared.bill)
        opened = _open_for(who, prepared, f"{settings().base_url}{path}")
        rivals = _keep(who, prepared, opened)
        own = OpenPage(prepared.bill.account, opened.session_id, opened.expires_at)
        _close_rivals(who, rivals, own, prepared.bill)
    except StripeUnavailable as error:
        raise CannotPay(
            "The payment page cannot be reached at the moment. Nothing was charged; "
            "please try again in a minute."
        ) from error
    except StripeRefused as error:
        if error.code == "amount_too_small":
            raise too_little() from error
        raise CannotPay(
            "The payment page could not be opened. Nothing was charged; "
            "please contact us if it happens again."
        ) from error
    return opened.url


def _prepare(session: Session, who: Identity, bill: Bill) -> _Prepared:
    """Commit to the attempt: no event of it can come before it is on our books."""
    fee = 0
    if bill.account != PLATFORM:
        fee = platform_fee(bill.total, settings().platform_fee_bps)
        fee -= fee % card_step(bill.currency)
    attempt = CheckoutAttempt(
        company_id=who.company_id,
        customer_id=who.person_id,
        currency=bill.currency,
        amount=bill.total,
        application_fee=fee,
        stripe_account_id=bill.account,
    )
    earlier = open_pages(session, who.company_id, bill.invoice_ids)
    session.add(attempt)
    session.flush()
    for part in bill.parts:
        session.add(
            CheckoutAttemptInvoice(
                company_id=who.company_id,
                attempt_id=attempt.id,
                invoice_id=part.invoice_id,
                amount=part.amount,
            )
        )
    customer = session.get_one(Customer, (who.company_id, who.person_id))
    return _Prepared(bill, attempt.id, fee, customer.email, earlier)


def _open_for(who: Identity, prepared: _Prepared, page: str) -> OpenCheckout:
    """The page with the cards that ``who`` saved. What stands in the way of these does not stand in
    the way of paying."""
    customer = _customer_at_stripe(who, prepared.bill)
    try:
        return _open(prepared, page, customer)
    except StripeRefused as error:
        if customer is None or not is_gone(error):
            raise
    return _open(prepared, page, _customer_at_stripe(who, prepared.bill, customer))


def _customer_at_stripe(who: Identity, bill: Bill, instead_of: str = "") -> str | None:
    try:
        account, customer = stripe_customer(who.company_id, who.person_id, instead_of)
        # The company may have connected another account in this moment.
        return customer if account == bill.account else None
    except (StripeUnavailable, StripeRefused) as error:
        log.warning("paying without a customer at Stripe: %s", error)
        return None


def _open(prepared: _Prepared, page: str, customer: str | None) -> OpenCheckout:
    bill = prepared.bill
    numbers = ", ".join(part.number for part in bill.parts)
    title = f"Invoice{'s' if len(bill.parts) > 1 else ''} {numbers}"
    return open_checkout(
        account=bill.account,
        attempt_id=prepared.attempt_id,
        currency=bill.currency,
        lines=[CheckoutLine(f"Invoice {part.number}", part.amount) for part in bill.parts],
        application_fee=prepared.application_fee,
        email=prepared.email,
        customer=customer,
        # https://docs.stripe.com/api/metadata: what is longer would be refused.
        description=f"{title}, {bill.company.name}"[:500],
        success_url=f"{page}?checkout={{CHECKOUT_SESSION_ID}}",
        cancel_url=page,
        expires_at=now() + PAGE_OPEN_FOR,
    )


def _keep(who: Identity, prepared: _Prepared, opened: OpenCheckout) -> list[OpenPage]:
    """Keep what Stripe answered; returns the other pages that were opened meanwhile."""
    with writing() as connection:
        # Of two presses in the same moment, one comes second here and sees the other's page.
        lock_invoices(connection, who.company_id, prepared.bill.invoice_ids)
        others = open_pages(connection, who.company_id, prepared.bill.invoice_ids)
        connection.execute(
            update(_attempt)
            .where(_attempt.c.company_id == who.company_id, _attempt.c.id == prepared.attempt_id)
            .values(
                stripe_session_id=opened.session_id, url=opened.url, expires_at=opened.expires_at
            )
        )
    return [page for page in others if page.session_id != opened.session_id]


def _close_rivals(who: Identity, rivals: list[OpenPage], own: OpenPage, bill: Bill) -> None:
    for rival in rivals:
        try:
            _close(who, rival, bill)
        except CannotPay:
            close_page(who.company_id, who.person_id, own)
            raise


def _close(who: Identity, page: OpenPage, bill: Bill) -> None:
    closing = close_page(who.company_id, who.person_id, page)
    if closing.paid:
        which = "this invoice" if len(bill.parts) == 1 else "one of these invoices"
        raise CannotPay(
            f"A payment for {which} was just made and is being confirmed.", closing.topics
        )
