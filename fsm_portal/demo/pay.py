"""Pays a few of the cast's invoices at the sandbox, as their customers would.

A demo whose books were written by hand would show money that Stripe knows nothing of.
"""

import logging

import httpx
from sqlmodel import select

from fsm_portal.db import reading
from fsm_portal.demo.cast import CROOKED, INVOICES, PAST
from fsm_portal.demo.crooked import dispute_some, look_at_some, remind_of_some
from fsm_portal.demo.past import refund_past, take_past
from fsm_portal.demo.seed import BRIGHT_HEATING_ACCOUNT
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.payment import Payment
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.paying.start_checkout import CannotPay, start_checkout

log = logging.getLogger(__name__)

_DECLINED = {"4000000000000002"}
_ACCOUNTS = {"000000000009"}


def pay_some() -> int:
    """Pay what the cast is said to have paid, unless there are payments already; how many."""
    paid = 0
    if _has_payments():
        return paid
    cards = {each.number: each.paid_by for each in (*PAST, *CROOKED)}
    cards |= {f"INV-{number:04}": each.paid_by for number, each in enumerate(INVOICES, start=1)}
    take_past()
    for invoice, customer in _invoices():
        card = cards.get(invoice.number)
        if card is None:
            continue
        who = Identity(
            "customer",
            invoice.company_id,
            customer.id,
            "",
            customer.name,
            customer.email or "",
            None,
        )
        try:
            _submit(start_checkout(who, invoice.id), card, customer, declined=card in _DECLINED)
        except (CannotPay, httpx.HTTPError) as error:
            log.warning("the demo could not pay %s: %s", invoice.number, error)
            continue
        paid += 1
    refund_past()
    look_at_some()
    remind_of_some()
    dispute_some()
    return paid


def _has_payments() -> bool:
    with reading() as session:
        return session.exec(select(Payment.id).limit(1)).first() is not None


def _invoices() -> list[tuple[Invoice, Customer]]:
    with reading() as session:
        rows = session.exec(
            select(Invoice, Customer)
            .where(
                Company.stripe_account_id == BRIGHT_HEATING_ACCOUNT,
                Invoice.company_id == Company.id,
                Customer.company_id == Company.id,
                Customer.id == Invoice.customer_id,
            )
            .order_by(Invoice.number)
        )
        return [(invoice, customer) for invoice, customer in rows]


def _submit(page: str, number: str, customer: Customer, *, declined: bool) -> None:
    """Fill in Stripe's page as the customer would; a card that is declined stays there."""
    who = {"email": customer.email or "", "billingName": customer.contact or customer.name}
    if number in _ACCOUNTS:
        means = {
            "method": "us_bank_account",
            "routingNumber": "110000000",
            "accountNumber": number,
        }
    else:
        cvc = "1234" if number.startswith("3") else "123"
        means = {"cardNumber": number, "cardExpiry": "12 / 34", "cardCvc": cvc}
    answer = httpx.post(page, data=who | means, timeout=20)
    if answer.status_code not in ({402} if declined else {302, 303}):
        raise httpx.HTTPError(f"the checkout page answered {answer.status_code}")
