"""Pay now: an attempt of our own first, then a page at Stripe for it."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update
from sqlmodel import Session

from fsm_portal.config import settings
from fsm_portal.db import unit_of_work
from fsm_portal.domain.checkout_attempt import CheckoutAttempt, CheckoutAttemptInvoice
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import invoice_balances
from fsm_portal.domain.money import to_decimal
from fsm_portal.domain.platform_fee import platform_fee
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.open_pages import OpenPage, close_page, is_processing, open_pages
from fsm_portal.flows.why_not_payable import why_not_payable
from fsm_portal.gateways.stripe_amounts import card_step, to_stripe
from fsm_portal.gateways.stripe_api import CheckoutLine, OpenCheckout, open_checkout
from fsm_portal.gateways.stripe_client import StripeRefused, StripeUnavailable
from fsm_portal.gateways.stripe_facts import PLATFORM

_attempt = table_of(CheckoutAttempt)

# Long enough to find a card, short enough that a forgotten tab does not pay a changed invoice.
# Stripe asks for 30 minutes to 24 hours.
PAGE_OPEN_FOR = timedelta(hours=1)

# https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts, minor units.
_MINIMUM = {
    "USD": 50, "AED": 200, "AUD": 50, "BGN": 100, "BRL": 50, "CAD": 50, "CHF": 50, "CZK": 1500,
    "DKK": 250, "EUR": 50, "GBP": 30, "HKD": 400, "HUF": 17500, "INR": 50, "JPY": 50, "MXN": 1000,
    "MYR": 200, "NOK": 300, "NZD": 50, "PLN": 200, "RON": 200, "SEK": 300, "SGD": 50, "THB": 1000,
}  # fmt: skip
# In Stripe's own minor units.
MAXIMUM = 99_999_999


class CannotPay(Exception):
    """Why this cannot be paid now, in words for the customer."""


def _too_little() -> CannotPay:
    return CannotPay("What is left is below the smallest amount a card payment can be.")


def _paid_just_now() -> CannotPay:
    return CannotPay("A payment for this invoice was just made and is being confirmed.")


@dataclass(frozen=True)
class _Prepared:
    attempt_id: str
    account: str
    currency: str
    lines: list[CheckoutLine]
    application_fee: int
    email: str | None
    description: str
    earlier: list[OpenPage]


def start_checkout(who: Identity, invoice_id: str) -> str:
    """Open Stripe's page for all that is due on one invoice; returns its address.

    The amount is the ledger's balance, read here and now. Raises CannotPay, with a sentence to
    show; a stranger's invoice is no different from a missing one.
    """
    if who.audience != "customer":
        raise CannotPay("Only the customer can pay here. Send them the invoice instead.")
    with unit_of_work() as session:
        prepared = _prepare(session, who, invoice_id)
    page = f"{settings().base_url}/portal/invoices/{invoice_id}/"
    try:
        for earlier in prepared.earlier:
            if not close_page(who, earlier):
                raise _paid_just_now()
        opened = open_checkout(
            account=prepared.account,
            attempt_id=prepared.attempt_id,
            currency=prepared.currency,
            lines=prepared.lines,
            application_fee=prepared.application_fee,
            email=prepared.email,
            description=prepared.description,
            success_url=f"{page}?checkout={{CHECKOUT_SESSION_ID}}",
            cancel_url=page,
            expires_at=now() + PAGE_OPEN_FOR,
        )
        rivals = _keep(who, invoice_id, prepared, opened)
        _close_rivals(who, rivals, OpenPage(prepared.account, opened.session_id, opened.expires_at))
    except StripeUnavailable as error:
        raise CannotPay(
            "The payment page cannot be reached at the moment. Nothing was charged; "
            "please try again in a minute."
        ) from error
    except StripeRefused as error:
        if error.code == "amount_too_small":
            raise _too_little() from error
        raise CannotPay(
            "The payment page could not be opened. Nothing was charged; "
            "please contact us if it happens again."
        ) from error
    return opened.url


def _keep(
    who: Identity, invoice_id: str, prepared: _Prepared, opened: OpenCheckout
) -> list[OpenPage]:
    """Keep what Stripe answered; returns the other pages that were opened meanwhile."""
    with unit_of_work() as session:
        # Of two presses in the same moment, one comes second here and sees the other's page.
        session.get_one(Invoice, (who.company_id, invoice_id), with_for_update={"key_share": True})
        others = open_pages(session, who.company_id, invoice_id)
        session.connection().execute(
            update(_attempt)
            .where(_attempt.c.company_id == who.company_id, _attempt.c.id == prepared.attempt_id)
            .values(
                stripe_session_id=opened.session_id, url=opened.url, expires_at=opened.expires_at
            )
        )
    return [page for page in others if page.session_id != opened.session_id]


def _close_rivals(who: Identity, rivals: list[OpenPage], own: OpenPage) -> None:
    for rival in rivals:
        if not close_page(who, rival):
            close_page(who, own)
            raise _paid_just_now()


def _prepare(session: Session, who: Identity, invoice_id: str) -> _Prepared:
    company = session.get_one(Company, who.company_id)
    customer = session.get_one(Customer, (who.company_id, who.person_id))
    invoice = session.get(Invoice, (who.company_id, invoice_id)) if is_id(invoice_id) else None
    if invoice is None or invoice.customer_id != who.person_id or invoice.issued_at is None:
        raise CannotPay("This invoice does not exist.")
    if invoice.voided_at is not None:
        raise CannotPay("This invoice is void: there is nothing to pay.")
    if not company.can_take_payments or company.stripe_account_id is None:
        raise CannotPay(why_not_payable(company))
    due = invoice_balances(session, who.company_id, [invoice_id])[invoice_id].due
    if due <= 0:
        raise CannotPay("This invoice is already paid. Thank you!")
    step = card_step(invoice.currency)
    if due < _MINIMUM.get(invoice.currency, step):
        raise _too_little()
    if due % step:
        raise CannotPay(
            f"Cards cannot be charged {to_decimal(due, invoice.currency)} {invoice.currency} to "
            f"the last digit. Please contact us."
        )
    if to_stripe(due, invoice.currency) > MAXIMUM:
        raise CannotPay("This amount is too large for one card payment. Please contact us.")
    if is_processing(session, who.company_id, invoice_id):
        raise CannotPay("A bank payment for this invoice is on its way: please wait for it.")
    account = company.stripe_account_id
    fee = 0 if account == PLATFORM else platform_fee(due, settings().platform_fee_bps)
    fee -= fee % step
    attempt = CheckoutAttempt(
        company_id=who.company_id,
        customer_id=who.person_id,
        currency=invoice.currency,
        amount=due,
        application_fee=fee,
        stripe_account_id=account,
    )
    earlier = open_pages(session, who.company_id, invoice_id)
    session.add(attempt)
    session.flush()
    session.add(
        CheckoutAttemptInvoice(
            company_id=who.company_id, attempt_id=attempt.id, invoice_id=invoice_id, amount=due
        )
    )
    title = f"Invoice {invoice.number}"
    return _Prepared(
        attempt_id=attempt.id,
        account=account,
        currency=invoice.currency,
        lines=[CheckoutLine(title, due)],
        application_fee=fee,
        email=customer.email,
        description=f"{title}, {company.name}",
        earlier=earlier,
    )
