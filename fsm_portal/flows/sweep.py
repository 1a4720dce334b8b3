"""The sweep: ask Stripe what happened lately, feed the same inbox and recorder.

Whatever a webhook missed comes in here; what it brought stops at the inbox as a duplicate.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from fsm_portal.db import reading, writing
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.payment import BroughtBy
from fsm_portal.domain.stripe_event import StripeEvent
from fsm_portal.flows.receive_stripe_event import PASSING_REASONS, take_in
from fsm_portal.gateways.stripe_api import events_since
from fsm_portal.gateways.stripe_client import StripeDenied, StripeRefused

_company = table_of(Company)
_event = table_of(StripeEvent)
_log = logging.getLogger(__name__)

# https://docs.stripe.com/api/events: events can be listed for 30 days.
STRIPE_KEEPS = timedelta(days=30)
# https://docs.stripe.com/webhooks: Stripe itself tries for three days.
STRIPE_RETRIES = timedelta(days=3)


@dataclass(frozen=True)
class Swept:
    """What one company's sweep found; ``topics`` are to be rung."""

    company_name: str
    seen: int
    missed: int
    topics: frozenset[str]


def sweep(
    back: timedelta = STRIPE_RETRIES,
    progress: Callable[[Swept], None] | None = None,
    done: dict[str, datetime] | None = None,
) -> int:
    """Catch up on every connected account; returns how many events had been missed.

    Looks ``back`` that far, 30 days at most; where ``done`` is kept from sweep to sweep, from each
    account's last success on (three days at its first). Safe to run twice at once. An account that
    Stripe refuses to speak about and an event that cannot be recorded are logged and passed over.
    Raises StripeUnavailable.
    """
    with reading() as session:
        companies = (
            session.connection()
            .execute(
                select(_company.c.id, _company.c.name, _company.c.stripe_account_id).where(
                    _company.c.stripe_account_id.is_not(None),
                    _company.c.stripe_deauthorized_at.is_(None),
                )
            )
            .all()
        )
    missed = 0
    for company in companies:
        account, moment = company.stripe_account_id, now()
        since = moment
        if done is not None:
            since = done.setdefault(account, moment - STRIPE_RETRIES)
        try:
            swept = _sweep_account(company.name, account, max(since - back, moment - STRIPE_KEEPS))
        except (StripeRefused, StripeDenied) as error:
            _log.warning("sweep: Stripe refused the account of %s: %s", company.name, error)
            continue
        if done is not None:
            done[account] = moment
        missed += swept.missed
        if progress is not None:
            progress(swept)
    return missed


def _sweep_account(name: str, account: str, since: datetime) -> Swept:
    events = list(events_since(account, since))
    known = _in_the_inbox(account, [event.id for event in events])
    topics: frozenset[str] = frozenset()
    for event in events:
        if event.id in known:
            continue
        try:
            with writing() as connection:
                topics |= take_in(connection, event, BroughtBy.SWEEP).topics
        except OperationalError:
            # The database is away: that is not the event's fault.
            raise
        except Exception:
            _log.exception("sweep: event %s of %s cannot be recorded", event.id, name)
    return Swept(name, len(events), len(events) - len(known), topics)


def _in_the_inbox(account: str, event_ids: list[str]) -> set[str]:
    """Those of ``event_ids`` that came before; nearly all of them, so nothing is locked for it.

    Those that were ignored for a reason that may have gone are not among them.
    """
    known: set[str] = set()
    with reading() as session:
        # SQLite admits 32,766 parameters in one statement; a few hundred is as fast.
        for start in range(0, len(event_ids), 500):
            known.update(
                session.connection()
                .execute(
                    select(_event.c.event_id).where(
                        _event.c.account_id == account,
                        _event.c.event_id.in_(event_ids[start : start + 500]),
                        _event.c.reason.not_in(PASSING_REASONS),
                    )
                )
                .scalars()
            )
    return known
