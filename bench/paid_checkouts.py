"""What Stripe sends when open checkouts are paid: five signed events for each payment."""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any

from fsm_portal.db import unit_of_work
from fsm_portal.domain.checkout_attempt import CheckoutAttempt, CheckoutAttemptInvoice
from fsm_portal.gateways.stripe_facts import ATTEMPT_KEY
from tests import cast
from tests.invoices import write_invoice

SECRET = "whsec_bench"
# How many events deliveries_of() makes.
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
    name = _name(attempt)
    intent, charge = _intent(attempt), _charge(attempt)
    unpaid = intent | {"status": "requires_payment_method", "latest_charge": None}
    checkout = _shared(attempt) | {
        "id": attempt.stripe_session_id,
        "object": "checkout.session",
        "status": "complete",
        "payment_status": "paid",
        "amount_total": attempt.amount,
        "payment_intent": intent["id"],
    }
    settled = charge | {"balance_transaction": f"txn_{name}"}
    events = [
        _event(f"evt_{name}_1", "payment_intent.created", unpaid),
        _event(f"evt_{name}_2", "charge.succeeded", charge),
        _event(f"evt_{name}_3", "payment_intent.succeeded", intent),
        _event(f"evt_{name}_4", "checkout.session.completed", checkout),
        _event(f"evt_{name}_5", "charge.updated", settled),
    ]
    bodies = [json.dumps(event).encode() for event in events]
    return [Delivery(body, signature(body)) for body in bodies]


def payment_of(attempt: CheckoutAttempt) -> bytes:
    """The body of the one event that says the payment succeeded."""
    event = _event(f"evt_{_name(attempt)}", "payment_intent.succeeded", _intent(attempt))
    return json.dumps(event).encode()


def signature(body: bytes) -> str:
    """What Stripe would send along with ``body`` now."""
    now = int(time.time())
    digest = hmac.new(SECRET.encode(), b"%d.%s" % (now, body), hashlib.sha256).hexdigest()
    return f"t={now},v1={digest}"


def _name(attempt: CheckoutAttempt) -> str:
    return str(attempt.stripe_session_id).removeprefix("cs_test_")


def _shared(attempt: CheckoutAttempt) -> dict[str, Any]:
    return {
        "currency": "usd",
        "amount": attempt.amount,
        "created": int(time.time()),
        "livemode": False,
        "metadata": {ATTEMPT_KEY: attempt.id},
    }


def _intent(attempt: CheckoutAttempt) -> dict[str, Any]:
    return _shared(attempt) | {
        "id": f"pi_{_name(attempt)}",
        "object": "payment_intent",
        "status": "succeeded",
        "amount_received": attempt.amount,
        "latest_charge": f"ch_{_name(attempt)}",
    }


def _charge(attempt: CheckoutAttempt) -> dict[str, Any]:
    card = {"type": "card", "card": {"brand": "visa", "last4": "4242", "funding": "credit"}}
    return _shared(attempt) | {
        "id": f"ch_{_name(attempt)}",
        "object": "charge",
        "status": "succeeded",
        "captured": True,
        "amount_captured": attempt.amount,
        "payment_intent": f"pi_{_name(attempt)}",
        "balance_transaction": None,
        "payment_method_details": card,
    }


def _event(event_id: str, kind: str, subject: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": event_id,
        "object": "event",
        "account": cast.BRIGHT_HEATING_ACCOUNT,
        "type": kind,
        "created": int(time.time()),
        "livemode": False,
        "data": {"object": subject},
    }
