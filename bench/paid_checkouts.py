"""What Stripe sends when open checkouts are paid: five signed events for each payment."""

import json
import time
from dataclasses import dataclass
from typing import Any

import stripe

from fsm_portal.db import unit_of_work
from fsm_portal.domain.checkout_attempt import CheckoutAttempt, CheckoutAttemptInvoice
from fsm_portal.gateways.stripe_facts import ATTEMPT_KEY
from tests import cast
from tests.invoices import write_invoice

SECRET = "whsec_bench"
EVENTS = 5


@dataclass(frozen=True)
class Delivery:
    """One POST of Stripe's: its body and the signature in its header."""

    body: bytes
    signature: str


def open_checkouts(count: int) -> list[CheckoutAttempt]:
    """Save ``count`` invoices of one customer, each with a checkout open on it."""
    company = cast.save(cast.bright_heating())
    customer = cast.save(cast.harbor_view(company))
    attempts = []
    for number in range(count):
        invoice = write_invoice(company, customer, number=f"INV-{number:05}")
        attempt = CheckoutAttempt(
            company_id=company.id,
            customer_id=customer.id,
            currency="USD",
            amount=invoice.total,
            application_fee=invoice.total * 150 // 10_000,
            stripe_account_id=cast.BRIGHT_HEATING_ACCOUNT,
            stripe_session_id=f"cs_test_{number:05}",
        )
        with unit_of_work() as session:
            session.add(attempt)
            session.flush()
            session.add(
                CheckoutAttemptInvoice(
                    company_id=company.id,
                    attempt_id=attempt.id,
                    invoice_id=invoice.id,
                    amount=invoice.total,
                )
            )
        attempts.append(attempt)
    return attempts


def deliveries_of(attempt: CheckoutAttempt) -> list[Delivery]:
    """The events of one successful payment, in Stripe's usual order."""
    name = str(attempt.stripe_session_id).removeprefix("cs_test_")
    shared = {
        "currency": "usd",
        "amount": attempt.amount,
        "created": int(time.time()),
        "livemode": False,
        "metadata": {ATTEMPT_KEY: attempt.id},
    }
    card = {"type": "card", "card": {"brand": "visa", "last4": "4242", "funding": "credit"}}
    intent = shared | {
        "id": f"pi_{name}",
        "object": "payment_intent",
        "status": "requires_payment_method",
        "latest_charge": None,
    }
    charge = shared | {
        "id": f"ch_{name}",
        "object": "charge",
        "status": "succeeded",
        "captured": True,
        "amount_captured": attempt.amount,
        "payment_intent": intent["id"],
        "balance_transaction": None,
        "payment_method_details": card,
    }
    paid = {"status": "succeeded", "latest_charge": charge["id"]}
    checkout = shared | {
        "id": attempt.stripe_session_id,
        "object": "checkout.session",
        "status": "complete",
        "payment_status": "paid",
        "amount_total": attempt.amount,
        "payment_intent": intent["id"],
    }
    return [
        _signed(f"evt_{name}_1", "payment_intent.created", intent),
        _signed(f"evt_{name}_2", "charge.succeeded", charge),
        _signed(f"evt_{name}_3", "payment_intent.succeeded", intent | paid),
        _signed(f"evt_{name}_4", "checkout.session.completed", checkout),
        _signed(f"evt_{name}_5", "charge.updated", charge | {"balance_transaction": f"txn_{name}"}),
    ]


def _signed(event_id: str, kind: str, subject: dict[str, Any]) -> Delivery:
    event = {
        "id": event_id,
        "object": "event",
        "account": cast.BRIGHT_HEATING_ACCOUNT,
        "type": kind,
        "created": int(time.time()),
        "livemode": False,
        "data": {"object": subject},
    }
    body = json.dumps(event)
    now = int(time.time())
    digest = stripe.WebhookSignature._compute_signature(f"{now}.{body}", SECRET)
    return Delivery(body.encode(), f"t={now},v1={digest}")
