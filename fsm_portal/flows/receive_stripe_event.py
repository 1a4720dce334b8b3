"""A webhook: verify, keep, record, all in one unit of work and without a call to Stripe."""

from sqlalchemy import select, update
from sqlmodel import Session

from fsm_portal.config import settings
from fsm_portal.db import unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import insert_once, table_of
from fsm_portal.domain.payment import BroughtBy
from fsm_portal.domain.stripe_event import Outcome, StripeEvent
from fsm_portal.flows.record_fact import Recording, record_fact
from fsm_portal.gateways.stripe_api import verified_event
from fsm_portal.gateways.stripe_facts import Event

_company = table_of(Company)
_inbox = table_of(StripeEvent)


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
    with unit_of_work() as session:
        return take_in(session, event, BroughtBy.WEBHOOK).topics


def take_in(session: Session, event: Event, brought_by: BroughtBy) -> Recording:
    """Put ``event`` in the inbox and record its fact; a duplicate stops at the inbox."""
    company_id = company_of(session, event.account)
    is_new = insert_once(
        session,
        StripeEvent,
        {
            "account_id": event.account,
            "event_id": event.id,
            "company_id": company_id,
            "type": event.type,
            "created_at": event.created_at,
            "payload": event.payload,
            "outcome": Outcome.RECORDED,
            "reason": "",
            "received_at": now(),
        },
    )
    if not is_new:
        return Recording(Outcome.RECORDED)
    recording = _judge(session, event, company_id, brought_by)
    if recording.outcome is not Outcome.RECORDED:
        session.connection().execute(
            update(_inbox)
            .where(_inbox.c.account_id == event.account, _inbox.c.event_id == event.id)
            .values(outcome=recording.outcome, reason=recording.reason[:500])
        )
    return recording


def company_of(session: Session, account: str) -> str | None:
    """The company that a Stripe account belongs to, if any."""
    found: str | None = (
        session.connection()
        .execute(select(_company.c.id).where(_company.c.stripe_account_id == account))
        .scalar()
    )
    return found


def _judge(
    session: Session, event: Event, company_id: str | None, brought_by: BroughtBy
) -> Recording:
    if event.fact is None:
        return Recording(Outcome.IGNORED, "nothing to record in this type of event")
    if company_id is None:
        return Recording(Outcome.IGNORED, "no company has this Stripe account")
    if event.livemode != settings().stripe_livemode:
        # Connect endpoints get test-mode events too: those are not money.
        return Recording(Outcome.IGNORED, "test and live mode differ")
    return record_fact(session, company_id, event.fact, brought_by)
