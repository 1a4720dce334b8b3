"""Stripe's word that a checkout was paid, delivered to the portal's own address."""

import itertools
import time

from fsm_portal.domain.checkout_attempt import CheckoutAttempt
from fsm_portal.gateways.stripe_facts import ATTEMPT_KEY
from tests.fake_browser import Server
from tests.flows.stripe_side import CONNECT_SECRET, Event, as_body, event_of, signature

_numbers = itertools.count(1)


def payment_of(attempt: CheckoutAttempt) -> Event:
    """The event that a charge for ``attempt`` went through."""
    number = next(_numbers)
    charge = {
        "id": f"ch_portal{number}",
        "object": "charge",
        "status": "succeeded",
        "captured": True,
        "amount": attempt.amount,
        "amount_captured": attempt.amount,
        "currency": attempt.currency.lower(),
        "created": int(time.time()),
        "payment_intent": f"pi_portal{number}",
        "balance_transaction": None,
        "payment_method_details": {"type": "card", "card": {"brand": "visa", "last4": "4242"}},
        "metadata": {ATTEMPT_KEY: attempt.id},
    }
    return event_of("charge.succeeded", charge, attempt.stripe_account_id)


def deliver(server: Server, *events: Event) -> None:
    """Post ``events`` as Stripe does, and wait until every tab has been told."""
    for event in events:
        body = as_body(event).encode()
        answer = server.client.post(
            "/stripe/webhooks/connect",
            content=body,
            headers={"Stripe-Signature": signature(body, CONNECT_SECRET)},
        )
        assert answer.status_code == 200, answer.text
    server.settle()
