"""Facts whose payment never came: Stripe is asked whose it is, and they are judged."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, or_, select, update

from fsm_portal.db import reading, writing
from fsm_portal.domain.clock import now
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.payment import BroughtBy
from fsm_portal.domain.stripe_event import Outcome, StripeEvent
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.from_stripe.whose_event import company_paid
from fsm_portal.flows.recorder import Recording, record_fact
from fsm_portal.flows.recorder.parked import WAITING, apply_parked
from fsm_portal.flows.sweeping.account import AccountToSweep
from fsm_portal.gateways.stripe_events import read_event
from fsm_portal.gateways.stripe_facts import Fact
from fsm_portal.gateways.stripe_lookups import look_up_intent

_event = table_of(StripeEvent)

# An event comes within seconds as a rule, and within three days at the latest.
JUDGED_AFTER = timedelta(days=1)
_SET_ASIDE = "set aside by "
NOT_OURS = "its payment was not made through this portal"


def judge_parked(account: AccountToSweep) -> tuple[int, frozenset[str]]:
    """Judge what has waited for a day; how many facts wait no longer, and topics.

    Raises StripeUnavailable, StripeRefused.
    """
    return judge_intents(account, _waiting(account, now() - JUDGED_AFTER))


def judge_intents(
    account: AccountToSweep, payment_intent_ids: Iterable[str]
) -> tuple[int, frozenset[str]]:
    """Look these payments up at Stripe and judge what waits for them; as ``judge_parked``."""
    settled, topics = 0, frozenset[str]()
    for intent_id in payment_intent_ids:
        found = look_up_intent(account.id, intent_id, now())
        with writing() as connection:
            if found is None or found.attempt_id is None:
                settled += put_aside(connection, account.id, intent_id, NOT_OURS)
                topics |= {company_topic(account.company_id)}
                continue
            if found.payment is None:
                continue
            before = _count(connection, account.id, intent_id)
            # On an account that was another company's before it may be theirs.
            whose = company_paid(connection, account.id, found.payment) or account.company_id
            recording = record_fact(connection, whose, found.payment, BroughtBy.SWEEP)
            topics |= recording.topics
            if recording.outcome is not Outcome.RECORDED:
                # No waiting will bring it: staff are shown why.
                settled += _settle(
                    connection, account.id, intent_id, Outcome.QUARANTINED, recording.reason
                )
                topics |= {company_topic(account.company_id)}
                continue
            key = {"account": account.id, "payment_intent_id": intent_id}
            topics |= apply_parked(
                connection,
                whose,
                intent_id,
                WAITING.ask(connection, key).rows,
                partial(_record, connection, whose),
            )
            settled += before - _count(connection, account.id, intent_id)
    return settled, topics


def _record(connection: Connection, company_id: str, fact: Fact) -> Recording:
    return record_fact(connection, company_id, fact, BroughtBy.SWEEP)


def set_aside(connection: Connection, account_id: str, event_id: str, by: str, why: str) -> None:
    """Staff say that a fact has nothing to do with their invoices, and why.

    The payment that it is about is remembered: its money counts as none of this portal's then.
    """
    payload = connection.execute(
        select(_event.c.payload).where(
            _event.c.account_id == account_id, _event.c.event_id == event_id
        )
    ).scalar_one()
    fact = read_event(payload).fact
    connection.execute(
        update(_event)
        .where(_event.c.account_id == account_id, _event.c.event_id == event_id)
        .values(
            outcome=Outcome.IGNORED,
            reason=f"{_SET_ASIDE}{by}: {why}"[:500],
            parked_for=getattr(fact, "payment_intent_id", None),
        )
    )


def is_set_aside(connection: Connection, account_id: str, payment_intent_id: str) -> bool:
    """Whether staff set aside what was told of this payment."""
    found = select(_event.c.event_id).where(
        _event.c.account_id == account_id,
        _event.c.parked_for == payment_intent_id,
        _event.c.outcome == Outcome.IGNORED,
        _event.c.reason.startswith(_SET_ASIDE, autoescape=True),
    )
    return connection.execute(found.limit(1)).first() is not None


def put_aside(connection: Connection, account_id: str, payment_intent_id: str, reason: str) -> int:
    """What waits for this payment is none of ours; how many facts that were."""
    return _settle(connection, account_id, payment_intent_id, Outcome.IGNORED, reason)


def _settle(
    connection: Connection,
    account_id: str,
    payment_intent_id: str,
    outcome: Outcome,
    reason: str,
) -> int:
    settled = connection.execute(
        update(_event)
        .where(
            _event.c.account_id == account_id,
            _event.c.parked_for == payment_intent_id,
            _event.c.outcome == Outcome.PARKED,
        )
        .values(outcome=outcome, reason=reason[:500], parked_for=None)
        .returning(_event.c.event_id)
    )
    return len(settled.all())


def _waiting(account: AccountToSweep, since: datetime) -> list[str]:
    with reading() as session:
        rows = session.connection().execute(
            select(_event.c.parked_for)
            .where(
                # Also what waits as nobody's, for several were paid on the account.
                or_(
                    _event.c.company_id == account.company_id,
                    _event.c.company_id.is_(None),
                ),
                _event.c.outcome == Outcome.PARKED,
                _event.c.account_id == account.id,
                _event.c.received_at < since,
            )
            .distinct()
        )
        return [intent_id for (intent_id,) in rows if intent_id is not None]


def _count(connection: Connection, account_id: str, payment_intent_id: str) -> int:
    rows = connection.execute(
        select(_event.c.event_id).where(
            _event.c.account_id == account_id,
            _event.c.parked_for == payment_intent_id,
            _event.c.outcome == Outcome.PARKED,
        )
    )
    return len(rows.all())
