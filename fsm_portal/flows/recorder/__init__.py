"""The recorder: a Stripe fact onto the books, once, whatever the order and the source.

Webhook, return-page look-up and sweep all end here. Each fact is idempotent by Stripe's object id
and monotonic: what is known is filled in, never taken back. Nothing here talks to Stripe.
"""

from dataclasses import replace

from sqlalchemy import Connection

from fsm_portal.domain.payment import BroughtBy
from fsm_portal.flows.recorder.account import record_account, record_deauthorization
from fsm_portal.flows.recorder.checkout import record_checkout
from fsm_portal.flows.recorder.dispute import record_dispute
from fsm_portal.flows.recorder.failed_payment import record_failed_payment
from fsm_portal.flows.recorder.parked import apply_held_back, apply_parked
from fsm_portal.flows.recorder.payment import record_payment
from fsm_portal.flows.recorder.payout import record_payout
from fsm_portal.flows.recorder.recording import Recording
from fsm_portal.flows.recorder.refund import record_refund
from fsm_portal.gateways.stripe_facts import (
    AccountChanged,
    AccountDeauthorized,
    CheckoutExpired,
    CheckoutFailed,
    CheckoutProcessing,
    DisputeChanged,
    Fact,
    PaymentFailed,
    PaymentSucceeded,
    PayoutChanged,
    RefundChanged,
)

__all__ = ["Recording", "record_fact"]


def record_fact(
    connection: Connection, company_id: str, fact: Fact, brought_by: BroughtBy
) -> Recording:
    """Record ``fact`` for the company whose Stripe account it came from."""
    match fact:
        case PaymentSucceeded():
            recording = record_payment(connection, company_id, fact, brought_by)
            what_waited = apply_parked if recording.new_payment else None
        case RefundChanged():
            recording = record_refund(connection, company_id, fact, brought_by)
            what_waited = apply_held_back if fact.returned and recording.topics else None
        case DisputeChanged():
            recording = record_dispute(connection, company_id, fact, brought_by)
            came_back = any(movement.amount > 0 for movement in fact.movements)
            what_waited = apply_held_back if came_back and recording.topics else None
        case PayoutChanged():
            return record_payout(connection, company_id, fact)
        case PaymentFailed():
            return record_failed_payment(connection, company_id, fact)
        case CheckoutProcessing() | CheckoutFailed() | CheckoutExpired():
            return record_checkout(connection, company_id, fact)
        case AccountChanged():
            return record_account(connection, company_id, fact)
        case AccountDeauthorized():
            return record_deauthorization(connection, company_id, fact)
    if what_waited is None:
        return recording
    topics = what_waited(
        connection,
        company_id,
        fact.payment_intent_id,
        lambda waiting: record_fact(connection, company_id, waiting, brought_by),
    )
    return replace(recording, topics=recording.topics | topics)
