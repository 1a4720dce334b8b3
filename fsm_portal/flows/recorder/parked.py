"""Facts that came before their cause, applied now that it is there.

Most wait for their payment. Some were held back, because by what was known they could not be: a
refund of what had come back of another one, before that was told.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.statement import Statement
from fsm_portal.domain.stripe_event import Outcome, StripeEvent
from fsm_portal.flows.recorder.recording import Recording
from fsm_portal.gateways.stripe_events import read_event
from fsm_portal.gateways.stripe_facts import Fact

_event = table_of(StripeEvent)

WAITING = Statement(
    select(_event.c.account_id, _event.c.event_id, _event.c.payload)
    .where(
        _event.c.account_id == bindparam("account"),
        _event.c.parked_for == bindparam("payment_intent_id"),
        _event.c.outcome == Outcome.PARKED,
    )
    .order_by(_event.c.created_at, _event.c.event_id)
)
_HELD_BACK = Statement(
    select(_event.c.account_id, _event.c.event_id, _event.c.payload)
    .where(
        _event.c.company_id == bindparam("company_id"),
        _event.c.outcome == Outcome.QUARANTINED,
        # Among the few that are held back.
        _event.c.payload.contains(bindparam("payment_intent_id"), autoescape=False),
    )
    .order_by(_event.c.created_at, _event.c.event_id)
)


def apply_held_back(
    connection: Connection,
    company_id: str,
    payment_intent_id: str,
    record: Callable[[Fact], Recording],
) -> frozenset[str]:
    """Money of this payment came back: judge anew what could not be; returns the topics to ring."""
    key = {"company_id": company_id, "payment_intent_id": payment_intent_id}
    held_back = _HELD_BACK.ask(connection, key).rows
    return apply_parked(connection, company_id, payment_intent_id, held_back, record)


def apply_parked(
    connection: Connection,
    company_id: str,
    payment_intent_id: str,
    waiting: Sequence[Any],
    record: Callable[[Fact], Recording],
) -> frozenset[str]:
    """Record what waited for this payment, rows of ``WAITING``; returns the topics to ring."""
    topics: frozenset[str] = frozenset()
    for row in waiting:
        fact = read_event(row.payload).fact
        if getattr(fact, "payment_intent_id", None) != payment_intent_id or fact is None:
            continue
        recording = record(fact)
        topics |= recording.topics
        connection.execute(
            update(_event)
            .where(_event.c.account_id == row.account_id, _event.c.event_id == row.event_id)
            .values(
                # It may have waited as nobody's, where several were paid on the account.
                company_id=company_id,
                outcome=recording.outcome,
                reason=recording.reason[:500],
                parked_for=recording.parked_for,
            )
        )
    return topics
