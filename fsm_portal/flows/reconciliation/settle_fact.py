"""What staff do about a fact that is not on the books: look it up, or set it aside."""

from typing import Any

from sqlalchemy import Connection, Row, select, update

from fsm_portal.db import reading, writing
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.payment import BroughtBy
from fsm_portal.domain.stripe_event import Outcome, StripeEvent
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.reconciliation.may_reconcile import CannotReconcile, must_reconcile
from fsm_portal.flows.recorder import record_fact
from fsm_portal.flows.sweeping import accounts_to_sweep
from fsm_portal.flows.sweeping.parked import judge_intents
from fsm_portal.gateways.stripe_client import StripeRefused, StripeUnavailable
from fsm_portal.gateways.stripe_events import read_event
from fsm_portal.gateways.stripe_facts import DisputeChanged, PaymentSucceeded, RefundChanged

_event = table_of(StripeEvent)
_OPEN = (Outcome.PARKED, Outcome.QUARANTINED)
LONGEST_NOTE = 300

Found = Row[*tuple[Any, ...]]


def check_again(who: Identity, event_id: str) -> tuple[str, frozenset[str]]:
    """Judge a fact once more as it was told; what came of it in words, and topics.

    Raises CannotReconcile.
    """
    must_reconcile(who)
    with writing() as connection:
        return _judge(connection, who, _find(connection, who, event_id))


def look_up(who: Identity, event_id: str) -> tuple[str, frozenset[str]]:
    """Ask Stripe about the payment behind a fact, then judge it; as ``check_again``.

    Raises CannotReconcile.
    """
    must_reconcile(who)
    with reading() as session:
        found = _find(session.connection(), who, event_id)
    account = next(
        (each for each in accounts_to_sweep(who.company_id) if each.id == found.account_id), None
    )
    if account is None:
        raise CannotReconcile("It came from a Stripe account that is not connected any more.")
    fact = read_event(found.payload).fact
    topics = frozenset[str]()
    if isinstance(fact, PaymentSucceeded | RefundChanged | DisputeChanged):
        try:
            _, topics = judge_intents(account, [fact.payment_intent_id])
        except (StripeUnavailable, StripeRefused) as error:
            raise CannotReconcile("Stripe could not be asked. Try again in a minute.") from error
    with writing() as connection:
        still = _open_one(connection, who, event_id)
        if still is None:
            return _words(connection, who, event_id), topics | {company_topic(who.company_id)}
        words, more = _judge(connection, who, still)
    return words, topics | more


def set_aside(who: Identity, event_id: str, note: str) -> frozenset[str]:
    """This fact is none of the books' business, and why; the topics to ring.

    Raises CannotReconcile.
    """
    must_reconcile(who)
    said = " ".join(note.split())
    if not said:
        raise CannotReconcile("Say in a few words why, for whoever asks later.")
    if len(said) > LONGEST_NOTE:
        raise CannotReconcile(f"Keep it to {LONGEST_NOTE} characters.")
    with writing() as connection:
        found = _find(connection, who, event_id)
        connection.execute(
            update(_event)
            .where(
                _event.c.company_id == who.company_id,
                _event.c.account_id == found.account_id,
                _event.c.event_id == event_id,
            )
            .values(
                outcome=Outcome.IGNORED,
                reason=f"set aside by {who.name}: {said}"[:500],
                parked_for=None,
            )
        )
    return frozenset({company_topic(who.company_id)})


def _judge(connection: Connection, who: Identity, found: Found) -> tuple[str, frozenset[str]]:
    fact = read_event(found.payload).fact
    if fact is None:
        raise CannotReconcile("There is nothing in it that could be recorded.")
    recording = record_fact(connection, who.company_id, fact, BroughtBy.SWEEP)
    connection.execute(
        update(_event)
        .where(_event.c.account_id == found.account_id, _event.c.event_id == found.event_id)
        .values(
            outcome=recording.outcome,
            reason=recording.reason[:500],
            parked_for=recording.parked_for,
        )
    )
    words = _words(connection, who, found.event_id)
    return words, recording.topics | {company_topic(who.company_id)}


def _words(connection: Connection, who: Identity, event_id: str) -> str:
    outcome = connection.execute(
        select(_event.c.outcome).where(
            _event.c.company_id == who.company_id, _event.c.event_id == event_id
        )
    ).scalar()
    match outcome:
        case Outcome.RECORDED:
            return "It is on the books now"
        case Outcome.IGNORED:
            return "It has nothing to do with this portal, and is off the list"
        case Outcome.PARKED:
            return "Its payment has not come yet: it waits on"
        case _:
            return "It still contradicts our books"


def _find(connection: Connection, who: Identity, event_id: str) -> Found:
    found = _open_one(connection, who, event_id)
    if found is None:
        raise CannotReconcile("Somebody has settled this already.")
    return found


def _open_one(connection: Connection, who: Identity, event_id: str) -> Found | None:
    return connection.execute(
        select(_event.c.account_id, _event.c.event_id, _event.c.payload, _event.c.outcome)
        .where(
            _event.c.company_id == who.company_id,
            _event.c.event_id == event_id,
            _event.c.outcome.in_(_OPEN),
        )
        .with_for_update(key_share=True)
    ).first()
