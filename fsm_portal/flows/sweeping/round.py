"""All companies, one after the other; of each first what happened, then what it came to."""

import logging
from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from typing import Any

from fsm_portal.domain.clock import now
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.sweeping.account import AccountToSweep, accounts_to_sweep, mark
from fsm_portal.flows.sweeping.attempts import resolve_attempts
from fsm_portal.flows.sweeping.balance import match_movements, note_holdings, read_movements
from fsm_portal.flows.sweeping.events import catch_up
from fsm_portal.flows.sweeping.parked import judge_parked
from fsm_portal.flows.sweeping.payouts import follow_payouts, link_to_payouts
from fsm_portal.flows.sweeping.swept import Swept
from fsm_portal.gateways.stripe_client import StripeDenied, StripeRefused, StripeUnavailable

_log = logging.getLogger(__name__)

# https://docs.stripe.com/api/events: events can be listed for 30 days.
STRIPE_KEEPS = timedelta(days=30)
# What was seen last may have come out of turn, and clocks differ.
_OVERLAP = timedelta(minutes=30)
# Payouts and refunds that the first events tell of may have begun before them.
_BOOKS_BEGIN_BEFORE = timedelta(days=60)


def sweep(back: timedelta = timedelta(0), progress: Callable[[Swept], None] | None = None) -> int:
    """Catch up on every connected account; returns how many events had been missed.

    Each from its own last success on, or from ``back`` ago if that is longer; events for 30 days
    at most. Safe to run twice at once. What Stripe refuses to tell of an account, and an event
    that cannot be recorded, is logged and passed over. Raises StripeUnavailable.
    """
    missed = 0
    for account in accounts_to_sweep():
        swept = _all_of(steps(account, back))
        missed += swept.missed
        if progress is not None:
            progress(swept)
    return missed


def steps(account: AccountToSweep, back: timedelta = timedelta(0)) -> Generator[str, None, Swept]:
    """The sweep of one account: says before each step, in words, what comes; returns what it found.

    Raises StripeUnavailable.
    """
    begin, found, trouble = now(), _Found(), list[str]()

    def ask(flow: Callable[..., Any], *arguments: Any) -> Any:
        """Do one step; what Stripe does not tell keeps nobody from asking for the rest."""
        try:
            return flow(*arguments)
        except (StripeRefused, StripeDenied) as error:
            if account.left and isinstance(error, StripeDenied):
                raise
            if str(error) not in trouble:
                trouble.append(str(error))
            _log.warning("sweep: Stripe refused the account of %s: %s", account.company_name, error)
            return None

    try:
        yield "Asking Stripe what happened"
        since = _events_since(account, begin, back)
        if seen := ask(catch_up, account, since):
            found.events, found.missed, topics = seen
            found.topics |= topics
            mark(account, events_until=begin)
        yield "Looking for checkouts without an answer"
        found.attempts = found.count(ask(resolve_attempts, account))
        yield "Reading payouts"
        found.payouts = found.count(ask(follow_payouts, account, since))
        yield "Reading Stripe's balance"
        read = ask(read_movements, account, _balance_since(account, begin, back))
        ask(note_holdings, account)
        yield "Comparing it with our books"
        if read is not None:
            found.rows = read[0]
        if judged := ask(match_movements, account, read[1] if read else {}):
            found.posted, found.elsewhere, found.open = (
                judged.posted,
                judged.elsewhere,
                judged.open,
            )
            found.topics |= judged.topics
        found.topics |= ask(link_to_payouts, account) or frozenset()
        yield "Settling what waits"
        found.judged = found.count(ask(judge_parked, account))
    except StripeUnavailable as error:
        mark(account, trouble=str(error))
        if account.left and isinstance(error, StripeDenied):
            # It let go of us since; that is as it should be, and no more is asked of it.
            return found.as_swept(account.company_name, "")
        raise
    # Whoever looks at the page of it reads when the last check was.
    found.topics |= {company_topic(account.company_id)}
    mark(account, finished_at=None if trouble else now(), trouble="; ".join(trouble))
    return found.as_swept(account.company_name, "; ".join(trouble))


class _Found:
    """The counts of one sweep as they come together."""

    def __init__(self) -> None:
        self.events = self.missed = self.attempts = self.payouts = self.rows = 0
        self.posted = self.elsewhere = self.open = self.judged = 0
        self.topics: frozenset[str] = frozenset()

    def count(self, counted: tuple[int, frozenset[str]] | None) -> int:
        """The count of a step, its topics kept; none where Stripe refused."""
        if counted is None:
            return 0
        self.topics |= counted[1]
        return counted[0]

    def as_swept(self, company_name: str, trouble: str) -> Swept:
        return Swept(
            company_name=company_name,
            seen=self.events,
            missed=self.missed,
            attempts=self.attempts,
            payouts=self.payouts,
            rows=self.rows,
            posted=self.posted,
            elsewhere=self.elsewhere,
            open=self.open,
            judged=self.judged,
            trouble=trouble,
            topics=self.topics,
        )


def _all_of(running: Generator[str, None, Swept]) -> Swept:
    while True:
        try:
            next(running)
        except StopIteration as end:
            swept: Swept = end.value
            return swept


def _events_since(account: AccountToSweep, begin: datetime, back: timedelta) -> datetime:
    # What happened before there was the company is none of its business.
    first = max(account.company_since - _OVERLAP, begin - STRIPE_KEEPS)
    until = _believable(account.events_until, begin)
    since = first if until is None else until - _OVERLAP
    return max(min(since, begin - back), begin - STRIPE_KEEPS)


def _balance_since(account: AccountToSweep, begin: datetime, back: timedelta) -> datetime:
    until = _believable(account.balance_until, begin)
    if until is None:
        return account.company_since - _BOOKS_BEGIN_BEFORE
    return min(until - _OVERLAP, begin - back)


def _believable(until: datetime | None, begin: datetime) -> datetime | None:
    """A mark, unless it lies ahead: a clock that had gone wrong made it, and nothing is known."""
    return None if until is None or until > begin + _OVERLAP else until
