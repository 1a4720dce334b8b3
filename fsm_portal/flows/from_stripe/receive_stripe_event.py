"""A webhook: verify, keep, record, all in one unit of work and without a call to Stripe."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select, update

from fsm_portal.config import settings
from fsm_portal.db import writing
from fsm_portal.domain.clock import now
from fsm_portal.domain.insert_once import insert_once, table_of
from fsm_portal.domain.payment import BroughtBy
from fsm_portal.domain.statement import Call
from fsm_portal.domain.stripe_event import Outcome, StripeEvent
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.from_stripe.whose_event import (
    company_left,
    company_of,
    company_paid,
    keep_for_its_company,
    may_be_anothers,
)
from fsm_portal.flows.recorder import Recording, asked_ahead, record_fact
from fsm_portal.flows.recorder.known_payment import wait_for
from fsm_portal.gateways.stripe_api import verified_event
from fsm_portal.gateways.stripe_facts import (
    AccountChanged,
    AccountDeauthorized,
    DisputeChanged,
    Event,
    Fact,
    PaymentSucceeded,
    RefundChanged,
)

_inbox = table_of(StripeEvent)

_NO_COMPANY = "no company has this Stripe account"
_OTHER_MODE = "test and live mode differ"

# The company may connect the account later, the installation get the right key.
PASSING_REASONS = (_NO_COMPANY, _OTHER_MODE)
_HEARD = Recording(Outcome.RECORDED)


class EndpointOff(Exception):
    """No secret is set for this webhook endpoint: nothing can be trusted, so nothing is taken."""


def receive_webhook(body: bytes, signature: str, connect: bool) -> frozenset[str]:
    """Take one delivery; returns the topics to ring.

    ``connect`` says which endpoint it came to; each has a secret of its own. Raises EndpointOff,
    BadSignature, and ValueError for a signed body that is no event.
    """
    config = settings()
    secret = config.stripe_connect_webhook_secret if connect else config.stripe_webhook_secret
    if not secret.get_secret_value():
        raise EndpointOff("no webhook secret is set for this endpoint")
    event = verified_event(body, signature, secret.get_secret_value())
    with writing() as connection:
        return take_in(connection, event, BroughtBy.WEBHOOK).topics


def take_in(connection: Connection, event: Event, brought_by: BroughtBy) -> Recording:
    """Put ``event`` in the inbox and record its fact; a duplicate stops at the inbox.

    Unless it was ignored for a reason that may have gone since: then it is judged again.
    """
    unheard = _unheard(event)
    # Nearly every event is new and of an account that a company has: one statement says whose.
    ahead = _ahead(event) if unheard is None else ()
    company_id, answers = keep_for_its_company(connection, _row(event, unheard), *ahead)
    is_new = True
    if company_id is None:
        company_id = (
            company_of(connection, event.account)
            or company_paid(connection, event.account, event.fact)
            or company_left(connection, event.account, event.fact)
        )
        if company_id is None and event.fact is not None:
            unheard = _of_nobody(connection, event)
        row = _row(event, unheard) | {"company_id": company_id}
        is_new = insert_once(connection, StripeEvent, row)
    if not is_new and not _may_count_now(connection, event):
        return Recording(Outcome.RECORDED)
    if unheard is not None or company_id is None or event.fact is None:
        return unheard or _HEARD
    found = answers[0].rows if answers else ()
    recording = record_fact(connection, company_id, event.fact, brought_by, found)
    whose: str | None = company_id
    if recording.unknown:
        whose = company_paid(connection, event.account, event.fact)
        if whose is not None and whose != company_id:
            # Paid on this account while it was theirs.
            recording = record_fact(connection, whose, event.fact, brought_by)
        elif whose is None and not _waits_unseen(connection, event, company_id, recording):
            whose = company_id
    if not is_new or whose != company_id or recording.outcome is not Outcome.RECORDED:
        connection.execute(
            update(_inbox)
            .where(_inbox.c.account_id == event.account, _inbox.c.event_id == event.id)
            .values(
                company_id=whose,
                outcome=recording.outcome,
                reason=recording.reason[:500],
                parked_for=recording.parked_for,
            )
        )
    if whose is not None and recording.outcome in (Outcome.PARKED, Outcome.QUARANTINED):
        # It moved nothing, but the office is shown that it is there.
        return replace(recording, topics=recording.topics | {company_topic(whose)})
    return recording


def _ahead(event: Event) -> tuple[Call, ...]:
    """What the recorder will ask of this event, as far as it is known before whose it is."""
    if not isinstance(event.fact, PaymentSucceeded) or event.fact.attempt_id is None:
        return ()
    return (asked_ahead(event.fact, event.account),)


def _waits_unseen(
    connection: Connection, event: Event, company_id: str, recording: Recording
) -> bool:
    """Whether nobody is shown the fact while it waits: several may be the one that was paid."""
    return recording.parked_for is not None and may_be_anothers(
        connection, event.account, company_id
    )


def _may_count_now(connection: Connection, event: Event) -> bool:
    """Whether a duplicate was ignored for a reason that may have gone."""
    waiting = select(_inbox.c.event_id).where(
        _inbox.c.account_id == event.account,
        _inbox.c.event_id == event.id,
        _inbox.c.outcome == Outcome.IGNORED,
        _inbox.c.reason.in_(PASSING_REASONS),
    )
    return connection.execute(waiting).first() is not None


def _unheard(event: Event) -> Recording | None:
    """Why the event is kept without a look at its fact, whoever it is for; None where it counts."""
    if event.fact is None:
        return Recording(Outcome.IGNORED, "nothing to record in this type of event")
    if event.livemode != settings().stripe_livemode:
        # Connect endpoints get test-mode events too: those are not money.
        return Recording(Outcome.IGNORED, _ignored(event.fact, _OTHER_MODE))
    return None


def _of_nobody(connection: Connection, event: Event) -> Recording:
    """What becomes of an event of an account that no company has."""
    if isinstance(event.fact, RefundChanged | DisputeChanged) and may_be_anothers(
        connection, event.account, None
    ):
        # The payment will say which of them it was made to.
        return wait_for(event.fact.payment_intent_id)
    return Recording(Outcome.IGNORED, _ignored(event.fact, _NO_COMPANY))


def _row(event: Event, unheard: Recording | None) -> dict[str, Any]:
    """What the inbox keeps of it, but for whose it is."""
    kept_as = unheard or _HEARD
    return {
        "account_id": event.account,
        "event_id": event.id,
        "type": event.type,
        "created_at": event.created_at,
        "payload": event.payload,
        "outcome": kept_as.outcome,
        "reason": kept_as.reason,
        "parked_for": kept_as.parked_for,
        "received_at": now(),
    }


def _ignored(fact: Fact | None, reason: str) -> str:
    """The reason, as one that stays where a later time would not make the fact any truer.

    What an account may do is asked when it is connected: an old word about it counts no more.
    """
    about_account = isinstance(fact, AccountChanged | AccountDeauthorized)
    return f"{reason}, at that time" if about_account else reason
