"""A webhook: verify, keep, record, all in one unit of work and without a call to Stripe."""

from dataclasses import replace

from sqlalchemy import Connection, bindparam, select, update

from fsm_portal.config import settings
from fsm_portal.db import writing
from fsm_portal.domain.checkout_attempt import CheckoutAttempt
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import insert_once, table_of
from fsm_portal.domain.payment import BroughtBy, Payment
from fsm_portal.domain.stripe_event import Outcome, StripeEvent
from fsm_portal.domain.stripe_sweep import StripeSweep
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.recorder import Recording, record_fact
from fsm_portal.gateways.stripe_api import verified_event
from fsm_portal.gateways.stripe_facts import (
    AccountChanged,
    AccountDeauthorized,
    DisputeChanged,
    Event,
    Fact,
    PayoutChanged,
    RefundChanged,
)

_company = table_of(Company)
_inbox = table_of(StripeEvent)
_attempt = table_of(CheckoutAttempt)
_payment = table_of(Payment)
_sweep = table_of(StripeSweep)

_NO_COMPANY = "no company has this Stripe account"
_OTHER_MODE = "test and live mode differ"
# Asked with every event, and made once: writing a statement costs more than running it.
_COMPANY_OF = select(_company.c.id).where(_company.c.stripe_account_id == bindparam("account"))

# The company may connect the account later, the installation get the right key.
PASSING_REASONS = (_NO_COMPANY, _OTHER_MODE)


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
    company_id = (
        company_of(connection, event.account)
        or _company_by_attempt(connection, event)
        or _company_once_paid_there(connection, event)
    )
    unheard = _unheard(event, company_id)
    kept_as = unheard or Recording(Outcome.RECORDED)
    is_new = insert_once(
        connection,
        StripeEvent,
        {
            "account_id": event.account,
            "event_id": event.id,
            "company_id": company_id,
            "type": event.type,
            "created_at": event.created_at,
            "payload": event.payload,
            "outcome": kept_as.outcome,
            "reason": kept_as.reason,
            "received_at": now(),
        },
    )
    if not is_new and not _may_count_now(connection, event):
        return Recording(Outcome.RECORDED)
    if unheard is not None or company_id is None or event.fact is None:
        return kept_as
    recording = record_fact(connection, company_id, event.fact, brought_by)
    if not is_new or recording.outcome is not Outcome.RECORDED:
        connection.execute(
            update(_inbox)
            .where(_inbox.c.account_id == event.account, _inbox.c.event_id == event.id)
            .values(
                company_id=company_id,
                outcome=recording.outcome,
                reason=recording.reason[:500],
                parked_for=recording.parked_for,
            )
        )
    if recording.outcome in (Outcome.PARKED, Outcome.QUARANTINED):
        # It moved nothing, but the office is shown that it is there.
        return replace(recording, topics=recording.topics | {company_topic(company_id)})
    return recording


def company_of(connection: Connection, account: str) -> str | None:
    """The company that a Stripe account belongs to, if any."""
    found: str | None = connection.execute(_COMPANY_OF, {"account": account}).scalar()
    return found


def _company_by_attempt(connection: Connection, event: Event) -> str | None:
    """Whose payment it is, where its company has another Stripe account by now, or none."""
    attempt_id: str | None = getattr(event.fact, "attempt_id", None)
    if attempt_id is None:
        return None
    its_company = select(_attempt.c.company_id).where(
        _attempt.c.id == attempt_id, _attempt.c.stripe_account_id == event.account
    )
    found: str | None = connection.execute(its_company).scalar()
    return found


def _company_once_paid_there(connection: Connection, event: Event) -> str | None:
    """Whose money goes back on an account that its company has left: it is on its books still.

    Where several were paid there one after the other, the payment itself says whose it is.
    """
    fact = event.fact
    if not isinstance(fact, RefundChanged | DisputeChanged | PayoutChanged):
        return None
    swept = select(_sweep.c.company_id).where(_sweep.c.account_id == event.account)
    companies = list(connection.execute(swept).scalars())
    if companies and not isinstance(fact, PayoutChanged):
        its_payment = select(_payment.c.company_id).where(
            _payment.c.company_id.in_(companies),
            _payment.c.stripe_account_id == event.account,
            _payment.c.payment_intent_id == fact.payment_intent_id,
        )
        found: str | None = connection.execute(its_payment).scalar()
        if found is not None:
            return found
    return companies[0] if len(companies) == 1 else None


def _may_count_now(connection: Connection, event: Event) -> bool:
    """Whether a duplicate was ignored for a reason that may have gone."""
    waiting = select(_inbox.c.event_id).where(
        _inbox.c.account_id == event.account,
        _inbox.c.event_id == event.id,
        _inbox.c.outcome == Outcome.IGNORED,
        _inbox.c.reason.in_(PASSING_REASONS),
    )
    return connection.execute(waiting).first() is not None


def _unheard(event: Event, company_id: str | None) -> Recording | None:
    """Why the event is kept without a look at its fact, or None where the fact counts."""
    if event.fact is None:
        return Recording(Outcome.IGNORED, "nothing to record in this type of event")
    if company_id is None:
        return Recording(Outcome.IGNORED, _ignored(event.fact, _NO_COMPANY))
    if event.livemode != settings().stripe_livemode:
        # Connect endpoints get test-mode events too: those are not money.
        return Recording(Outcome.IGNORED, _ignored(event.fact, _OTHER_MODE))
    return None


def _ignored(fact: Fact, reason: str) -> str:
    """The reason, as one that stays where a later time would not make the fact any truer.

    What an account may do is asked when it is connected: an old word about it counts no more.
    """
    about_account = isinstance(fact, AccountChanged | AccountDeauthorized)
    return f"{reason}, at that time" if about_account else reason
