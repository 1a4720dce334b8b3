"""What happened after a payment, or instead of one: disputes, a look at the page, a reminder.

Banks decide at the sandbox, which tells the portal by webhook as ever.
"""

import logging
from datetime import timedelta

import httpx

from fsm_portal.config import settings
from fsm_portal.db import reading, writing
from fsm_portal.demo.cast import CROOKED
from fsm_portal.demo.past import awaited_payment, found, morning
from fsm_portal.domain.company import Company
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.insert_once import insert_once
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.invoice_open import How, InvoiceOpen
from fsm_portal.domain.payment import Payment
from fsm_portal.flows.invoicing.send_invoice import CannotSend
from fsm_portal.flows.reminding.remind import remind_of_invoice

log = logging.getLogger(__name__)


def look_at_some() -> None:
    """Customers have opened what is CROOKED, a day after it came, and some time again."""
    for each in CROOKED:
        if not each.seen:
            continue
        invoice, _ = found(each)
        with reading() as session:
            company = session.get_one(Company, invoice.company_id)
            came = morning(company, each.age)
        with writing() as connection:
            insert_once(
                connection,
                InvoiceOpen,
                {
                    "company_id": invoice.company_id,
                    "invoice_id": invoice.id,
                    "by": new_id(),
                    "how": How.PAGE,
                    "first_at": came + timedelta(hours=5),
                    "last_at": came + timedelta(days=1, hours=3),
                    "times": 2,
                },
            )


def remind_of_some() -> None:
    """Of what is overdue and was declined."""
    for each in CROOKED:
        if each.reminded:
            invoice, who = found(each)
            try:
                remind_of_invoice(who, invoice.id)
            except CannotSend as error:
                log.warning("the demo could not remind of %s: %s", each.number, error)


def dispute_some() -> None:
    """The card's bank takes back what it paid, and decides some of it."""
    config = settings()
    headers = {"Authorization": f"Bearer {config.stripe_secret_key.get_secret_value()}"}
    with httpx.Client(base_url=config.stripe_api_base or "", headers=headers, timeout=10) as stripe:
        for each in CROOKED:
            if not each.dispute:
                continue
            invoice, _ = found(each)
            try:
                _dispute(stripe, invoice, each.dispute)
            except httpx.HTTPError as error:
                log.warning("the demo could not dispute %s: %s", each.number, error)


def _dispute(stripe: httpx.Client, invoice: Invoice, outcome: str) -> None:
    payment_id = awaited_payment(invoice)
    with reading() as session:
        payment = session.get(Payment, (invoice.company_id, payment_id)) if payment_id else None
    if payment is None or payment.charge_id is None:
        return
    asked = {"charge": payment.charge_id, "reason": "product_not_received"}
    opened = stripe.post("/sandbox/disputes", json=asked).raise_for_status().json()
    if outcome != "open":
        decided = {"dispute": opened["id"], "outcome": outcome}
        stripe.post("/sandbox/disputes", json=decided).raise_for_status()
