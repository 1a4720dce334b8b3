"""A charge that was refused. The customer read why on Stripe's page; staff are told here."""

from dataclasses import replace

from sqlalchemy import Connection

from fsm_portal.domain.clock import now
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.insert_once import insert_once
from fsm_portal.domain.notice import NoticeKind
from fsm_portal.domain.payment import FailedPayment
from fsm_portal.domain.stripe_event import Outcome
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.noticing.tell import tell_staff
from fsm_portal.flows.recorder.attempt import find_attempt
from fsm_portal.flows.recorder.recording import NOT_OURS, Recording
from fsm_portal.gateways.stripe_facts import PaymentFailed


def record_failed_payment(
    connection: Connection, company_id: str, fact: PaymentFailed
) -> Recording:
    """Keep the refusal, once by its charge."""
    if fact.attempt_id is None:
        return NOT_OURS
    attempt = find_attempt(connection, company_id, fact.attempt_id)
    if attempt is None:
        return replace(NOT_OURS, unknown=True)
    is_new = insert_once(
        connection,
        FailedPayment,
        {
            "company_id": company_id,
            "id": new_id(),
            "attempt_id": attempt.id,
            "source_id": fact.source_id,
            "payment_intent_id": fact.payment_intent_id,
            "currency": fact.currency,
            "amount": fact.amount,
            "code": fact.code[:80],
            "message": fact.message[:500],
            "method": fact.method,
            "last4": fact.last4,
            "failed_at": fact.occurred_at,
            "recorded_at": now(),
        },
    )
    if is_new:
        tell_staff(connection, company_id, NoticeKind.FAILED_PAYMENT, attempt.id)
    return Recording(Outcome.RECORDED, topics=frozenset({company_topic(company_id)}))
