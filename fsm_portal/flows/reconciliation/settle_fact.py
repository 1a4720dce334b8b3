"""What staff do about a fact that is not on the books: look it up, or set it aside."""

from typing import Any

from sqlalchemy import Connection, Row, select, update

from fsm_portal.db import reading, writing
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.company_scope import across_companies
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.one_line import one_line
from fsm_portal.domain.payment import BroughtBy
from fsm_portal.domain.stripe_event import Outcome, StripeEvent
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.reconciliation.may_reconcile import CannotReconcile, must_reconcile
from fsm_portal.flows.recorder import record_fact
from fsm_portal.flows.recorder.known_payment import known_payment
from fsm_portal.flows.sweeping import accounts_to_sweep
from fsm_portal.flows.sweeping.parked import judge_intents
from fsm_portal.flows.sweeping.parked import set_aside as put_aside
from fsm_portal.gateways.stripe_client import StripeRefused, StripeUnavailable
from fsm_portal.gateways.stripe_events import read_event
from fsm_portal.gateways.stripe_facts import DisputeChanged, PaymentSucceeded, RefundChanged

_event = table_of(StripeEvent)
_OPEN_ONES = select(
    _event.c.account_id, _event.c.event_id, _event.c.payload, _event.c.outcome
).where(_event.c.outcome.in_((Outcome.PARKED, Outcome.QUARANTINED)))
LONGEST_NOTE = 300

Found = Row[*tuple[Any, ...]]


def check_again(who: Identity, event_id: str) -> tuple[str, frozenset[str]]:
    """Judge a fact once more as it was told; what came of it in words, and topics.

    Raises CannotReconcile.
    """
    must_reconcile(who)
    with writing() as connection:
        _lock_payment(connection, who, event_id)
        words, topics = _judge_alike(connection, who, _find(connection, who, event_id))
        _write_down(connection, who, Deed.JUDGED_FACT, event_id, words)
    return words, topics


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
            # As the sweep would, which also judges what is nobody's or another's on this account.
            with across_companies():
                _, topics = judge_intents(account, [fact.payment_intent_id])
        except (StripeUnavailable, StripeRefused) as error:
            raise CannotReconcile("Stripe could not be asked. Try again in a minute.") from error
    with writing() as connection:
        _lock_payment(connection, who, event_id)
        still = _open_one(connection, who, event_id)
        if still is None:
            return _words(connection, who, event_id), topics | {company_topic(who.company_id)}
        words, more = _judge_alike(connection, who, still)
        _write_down(connection, who, Deed.JUDGED_FACT, event_id, words)
    return words, topics | more


def set_aside(who: Identity, event_id: str, note: str) -> frozenset[str]:
    """This fact has nothing to do with any invoice, and why; the topics to ring.

    If money moved, the next check books it as none of this portal's.
    Raises CannotReconcile.
    """
    must_reconcile(who)
    said = one_line(note)
    if not said:
        raise CannotReconcile("Say in a few words why, for whoever asks later.")
    if len(said) > LONGEST_NOTE:
        raise CannotReconcile(f"Keep it to {LONGEST_NOTE} characters.")
    with writing() as connection:
        found = _find(connection, who, event_id)
        for each in [found, *_alike(connection, who, found)]:
            put_aside(connection, each.account_id, each.event_id, who.name, said)
        _write_down(connection, who, Deed.SET_FACT_ASIDE, event_id, said)
    return frozenset({company_topic(who.company_id)})


def _write_down(
    connection: Connection, who: Identity, deed: Deed, event_id: str, words: str
) -> None:
    write_down(
        connection, who, deed, about="event", about_id=event_id, words=f"{event_id}: {words}"
    )


def _judge_alike(connection: Connection, who: Identity, found: Found) -> tuple[str, frozenset[str]]:
    """Judge a fact, and then the other events that tell the same; what came of the first."""
    alike = _alike(connection, who, found)
    words, topics = _judge(connection, who, found)
    for each in alike:
        topics |= _judge(connection, who, each)[1]
    return words, topics


def _alike(connection: Connection, who: Identity, found: Found) -> list[Found]:
    """Other open events of the same kind of fact about the same payment."""
    fact = read_event(found.payload).fact
    if not isinstance(fact, PaymentSucceeded | RefundChanged | DisputeChanged):
        return []
    others = connection.execute(
        _OPEN_ONES.where(
            _event.c.company_id == who.company_id,
            _event.c.account_id == found.account_id,
            _event.c.event_id != found.event_id,
            # Among the few that are open.
            _event.c.payload.contains(fact.payment_intent_id, autoescape=True),
        ).limit(100)
    )
    alike = []
    for each in others:
        other = read_event(each.payload).fact
        if type(other) is type(fact) and _subject(other) == _subject(fact):
            alike.append(each)
    return alike


def _subject(fact: Any) -> tuple[Any, ...]:
    return (
        fact.payment_intent_id,
        getattr(fact, "stripe_refund_id", getattr(fact, "stripe_dispute_id", "")),
    )


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


def _lock_payment(connection: Connection, who: Identity, event_id: str) -> None:
    """The payment before the events about it: in that order webhooks lock them as well."""
    payload = connection.execute(
        select(_event.c.payload).where(
            _event.c.company_id == who.company_id, _event.c.event_id == event_id
        )
    ).scalar()
    fact = read_event(payload).fact if payload else None
    if isinstance(fact, RefundChanged | DisputeChanged):
        known_payment(connection, who.company_id, fact.payment_intent_id)


def _find(connection: Connection, who: Identity, event_id: str) -> Found:
    found = _open_one(connection, who, event_id)
    if found is None:
        raise CannotReconcile("Somebody has settled this already.")
    return found


def _open_one(connection: Connection, who: Identity, event_id: str) -> Found | None:
    return connection.execute(
        _OPEN_ONES.where(
            _event.c.company_id == who.company_id, _event.c.event_id == event_id
        ).with_for_update(key_share=True)
    ).first()
