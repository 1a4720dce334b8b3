"""Facts that came before their cause, applied now that it is there."""

from collections.abc import Callable

from sqlalchemy import Connection, bindparam, select, update

from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.stripe_event import Outcome, StripeEvent
from fsm_portal.flows.recorder.known_payment import take_turns
from fsm_portal.flows.recorder.recording import Recording
from fsm_portal.gateways.stripe_events import read_event
from fsm_portal.gateways.stripe_facts import Fact

_event = table_of(StripeEvent)
_payment = table_of(Payment)

_WAITING = (
    select(_event.c.account_id, _event.c.event_id, _event.c.payload)
    .join(
        _payment,
        (_payment.c.stripe_account_id == _event.c.account_id)
        & (_payment.c.payment_intent_id == _event.c.parked_for),
    )
    .where(
        _payment.c.company_id == bindparam("company_id"),
        _payment.c.payment_intent_id == bindparam("payment_intent_id"),
        _event.c.outcome == Outcome.PARKED,
    )
    .order_by(_event.c.created_at, _event.c.event_id)
)


def apply_parked(
    connection: Connection,
    company_id: str,
    payment_intent_id: str,
    record: Callable[[Fact], Recording],
) -> frozenset[str]:
    """Record whatever waited for this payment; returns the topics to ring."""
    take_turns(connection, payment_intent_id)
    key = {"company_id": company_id, "payment_intent_id": payment_intent_id}
    topics: frozenset[str] = frozenset()
    for row in connection.execute(_WAITING, key).all():
        fact = read_event(row.payload).fact
        if fact is None:  # only events with a fact are parked
            continue
        recording = record(fact)
        topics |= recording.topics
        connection.execute(
            update(_event)
            .where(_event.c.account_id == row.account_id, _event.c.event_id == row.event_id)
            .values(
                outcome=recording.outcome,
                reason=recording.reason[:500],
                parked_for=recording.parked_for,
            )
        )
    return topics
