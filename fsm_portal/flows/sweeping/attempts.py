"""Checkout attempts of which we do not know what became: Stripe is asked, nothing is guessed."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, or_, select, update

from fsm_portal.db import reading, writing
from fsm_portal.domain.checkout_attempt import CheckoutAttempt
from fsm_portal.domain.clock import now
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.payment import BroughtBy
from fsm_portal.flows.recorder import record_fact
from fsm_portal.flows.sweeping.account import AccountToSweep
from fsm_portal.gateways.stripe_api import OpenCheckout
from fsm_portal.gateways.stripe_facts import CheckoutExpired, Fact
from fsm_portal.gateways.stripe_lookups import session_outcome, sessions_since

_attempt = table_of(CheckoutAttempt)

# Until then Stripe may still be answering whoever pressed Pay, or its event be on its way.
_PATIENCE = timedelta(minutes=10)
# Bank debits take days; what became of them an event tells first.
_BANKS_TAKE = timedelta(days=1)
# Clocks differ: a session is never looked for too late.
_CLOCKS_DIFFER = timedelta(minutes=5)


def resolve_attempts(account: AccountToSweep) -> tuple[int, frozenset[str]]:
    """Record what became of attempts that should have ended; how many ended, and topics.

    Raises StripeUnavailable, StripeRefused.
    """
    resolved, topics = 0, frozenset[str]()
    for attempt_id, fact in [*_never_answered(account), *_overdue(account)]:
        with writing() as connection:
            if not _is_unknown(connection.execute(_one(account, attempt_id)).first(), fact):
                continue
            recording = record_fact(connection, account.company_id, fact, BroughtBy.SWEEP)
        resolved += 1
        topics |= recording.topics
    return resolved, topics


def _overdue(account: AccountToSweep) -> list[tuple[str, Fact]]:
    """Pages whose time is over, and bank debits that should have come to an end."""
    moment = now()
    overdue = _unknown(account).where(
        _attempt.c.stripe_session_id.is_not(None),
        or_(
            _attempt.c.processing_at.is_(None) & (_attempt.c.expires_at < moment - _PATIENCE),
            _attempt.c.processing_at < moment - _BANKS_TAKE,
        ),
    )
    found: list[tuple[str, Fact]] = []
    for row in _read(overdue):
        fact = session_outcome(account.id, row.stripe_session_id, row.id, moment)
        if fact is not None:
            found.append((row.id, fact))
    return found


def _never_answered(account: AccountToSweep) -> list[tuple[str, Fact]]:
    """Attempts that Stripe was asked about and no answer came: did a page come of it?

    Those of which there is one get it, and are resolved when its time is over; the others nobody
    can pay any more.
    """
    moment = now()
    waiting = _read(
        _unknown(account).where(
            _attempt.c.stripe_session_id.is_(None), _attempt.c.created_at < moment - _PATIENCE
        )
    )
    if not waiting:
        return []
    oldest: datetime = min(row.created_at for row in waiting)
    sessions = sessions_since(account.id, oldest - _CLOCKS_DIFFER)
    closed: list[tuple[str, Fact]] = []
    for row in waiting:
        if opened := sessions.get(row.id):
            _keep(account, row.id, opened)
        else:
            closed.append((row.id, CheckoutExpired("", row.id, moment)))
    return closed


def _keep(account: AccountToSweep, attempt_id: str, opened: OpenCheckout) -> None:
    with writing() as connection:
        connection.execute(
            update(_attempt)
            .where(
                _attempt.c.company_id == account.company_id,
                _attempt.c.id == attempt_id,
                _attempt.c.stripe_session_id.is_(None),
            )
            .values(
                stripe_session_id=opened.session_id,
                url=opened.url or None,
                expires_at=opened.expires_at,
            )
        )


def _is_unknown(attempt: Row[*tuple[Any, ...]] | None, fact: Fact) -> bool:
    """Whether nobody else has resolved it since; a page that came to light is not closed."""
    if attempt is None:
        return False
    came_to_light = isinstance(fact, CheckoutExpired) and not fact.session_id
    return not (came_to_light and attempt.stripe_session_id is not None)


def _one(account: AccountToSweep, attempt_id: str) -> Select[Any]:
    return _unknown(account).where(_attempt.c.id == attempt_id)


def _unknown(account: AccountToSweep) -> Select[Any]:
    return (
        select(_attempt.c.id, _attempt.c.stripe_session_id, _attempt.c.created_at)
        .where(
            _attempt.c.company_id == account.company_id,
            _attempt.c.stripe_account_id == account.id,
            _attempt.c.completed_at.is_(None),
            _attempt.c.failed_at.is_(None),
            _attempt.c.closed_at.is_(None),
        )
        .order_by(_attempt.c.id)
    )


def _read(statement: Select[Any]) -> list[Row[*tuple[Any, ...]]]:
    with reading() as session:
        return list(session.connection().execute(statement).all())
