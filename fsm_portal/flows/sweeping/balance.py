"""Stripe's own books: read, kept, and laid beside the ledger."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from fsm_portal.db import reading, writing
from fsm_portal.domain.clock import now
from fsm_portal.domain.insert_once import insert_once, table_of
from fsm_portal.domain.stripe_sweep import StripeBalance
from fsm_portal.flows.from_stripe.keep_movements import keep_movements
from fsm_portal.flows.reconciliation.reconcile import unmatched_sources
from fsm_portal.flows.sweeping.account import AccountToSweep, mark
from fsm_portal.flows.sweeping.movement import Judged, judge
from fsm_portal.gateways.stripe_balance import (
    Movement,
    holdings,
    movement_of,
    movements_between,
)
from fsm_portal.gateways.stripe_client import StripeDenied, StripeRefused

_balance = table_of(StripeBalance)

# A long history is read in pieces, so that a sweep that is cut off has not read in vain.
_AT_ONCE = timedelta(days=30)
# What has no counterpart is looked up one by one; the next sweep goes on.
_LOOKED_UP = 200


def read_movements(account: AccountToSweep, since: datetime) -> tuple[int, dict[str, Movement]]:
    """Keep Stripe's balance transactions since; how many were new, and all that were read.

    Raises StripeUnavailable, StripeRefused.
    """
    new, read = 0, dict[str, Movement]()
    begin = now()
    while since < begin:
        # The last piece has no end: Stripe's clock may be ahead of ours.
        end = since + _AT_ONCE if since + _AT_ONCE < begin else begin + _AT_ONCE
        movements = movements_between(account.id, since, end)
        with writing() as connection:
            new += keep_movements(connection, account.company_id, account.id, movements)
        read |= {each.id: each for each in movements}
        since = end
        mark(account, balance_until=min(end, begin))
    return new, read


def match_movements(account: AccountToSweep, read: dict[str, Movement]) -> Judged:
    """Post what Stripe's rows tell and the ledger lacks; what came of it.

    ``read`` saves asking again. Raises StripeUnavailable.
    """
    with reading() as session:
        sources = unmatched_sources(session.connection(), account.company_id)
    judged, asked = Judged(), 0
    # Payments first: what went back of one waits for it, and Stripe counts in whole seconds.
    for source in sorted(sources, key=lambda each: not each.startswith(("ch_", "py_"))):
        for transaction_id in sources[source]:
            movement = read.get(transaction_id)
            if movement is None and asked < _LOOKED_UP:
                asked += 1
                movement = _ask(account, transaction_id)
            if movement is not None:
                judged += judge(account, movement)
    return judged


def note_holdings(account: AccountToSweep) -> None:
    """Keep what the account holds now. Raises StripeUnavailable, StripeRefused."""
    held = holdings(account.id)
    this = (_balance.c.company_id == account.company_id, _balance.c.account_id == account.id)
    with writing() as connection:
        connection.execute(delete(_balance).where(*this))
        for each in held:
            insert_once(
                connection,
                StripeBalance,
                {
                    "company_id": account.company_id,
                    "account_id": account.id,
                    "currency": each.currency,
                    "available": each.available,
                    "pending": each.pending,
                    "asked_at": now(),
                },
            )


def _ask(account: AccountToSweep, transaction_id: str) -> Movement | None:
    try:
        return movement_of(account.id, transaction_id)
    except StripeDenied:
        raise
    except (StripeRefused, ValueError):
        # Of another account, or unreadable: it stays where staff see it.
        return None
