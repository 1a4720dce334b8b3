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
from fsm_portal.flows.recorder.payment import Found, asked_ahead, record_payment
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

__all__ = ["Recording", "asked_ahead", "record_fact"]


def record_fact(
    connection: Connection,
    company_id: str,
    fact: Fact,
    brought_by: BroughtBy,
    found: Found = (),
) -> Recording:
    """Record ``fact`` for the company whose Stripe account it came from.

    ``found`` is the answer to ``asked_ahead()``, where the caller has asked.
    """

    def again(waiting: Fact) -> Recording:
        return record_fact(connection, company_id, waiting, brought_by)

    match fact:
        case PaymentSucceeded():
            recording = record_payment(connection, company_id, fact, brought_by, found)
            if not recording.waiting:
                return recording
            intent, waiting = fact.payment_intent_id, recording.waiting
            topics = apply_parked(connection, company_id, intent, waiting, again)
            return replace(recording, topics=recording.topics | topics)
        case RefundChanged():
            recording = record_refund(connection, company_id, fact, brought_by)
            came_back = fact.returned
        case DisputeChanged():
            recording = record_dispute(connection, company_id, fact, brought_by)
            came_back = any(movement.amount > 0 for movement in fact.movements)
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
    if not came_back or not recording.topics:
        return recording
    topics = apply_held_back(connection, company_id, fact.payment_intent_id, again)
    return replace(recording, topics=recording.topics | topics)
