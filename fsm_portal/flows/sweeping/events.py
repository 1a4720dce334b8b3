"""Events that no webhook brought: taken in like one that did."""

import logging
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from fsm_portal.db import reading, writing
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.payment import BroughtBy
from fsm_portal.domain.stripe_event import StripeEvent
from fsm_portal.flows.from_stripe.receive_stripe_event import PASSING_REASONS, take_in
from fsm_portal.flows.sweeping.account import AccountToSweep
from fsm_portal.gateways.stripe_api import events_since

_event = table_of(StripeEvent)
_log = logging.getLogger(__name__)


def catch_up(account: AccountToSweep, since: datetime) -> tuple[int, int, frozenset[str]]:
    """Take in what happened since; how many events there were, how many were new, and topics.

    An event that cannot be recorded is logged and passed over. Raises StripeUnavailable,
    StripeRefused.
    """
    events = list(events_since(account.id, since))
    known = _in_the_inbox(account.id, [event.id for event in events])
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
            _log.exception(
                "sweep: event %s of %s cannot be recorded", event.id, account.company_name
            )
    return len(events), len(events) - len(known), topics


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
