"""Payouts as they stand, and what each of them carried to the bank."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from fsm_portal.db import reading, writing
from fsm_portal.domain.balance_transaction import BalanceTransaction
from fsm_portal.domain.clock import now
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.payment import BroughtBy
from fsm_portal.domain.payout import CAME_BACK, Payout
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.recorder import record_fact
from fsm_portal.flows.sweeping.account import AccountToSweep
from fsm_portal.gateways.stripe_balance import movements_paid_out, payouts_since
from fsm_portal.gateways.stripe_client import StripeDenied, StripeRefused

_payout = table_of(Payout)
_transaction = table_of(BalanceTransaction)

_ON_ITS_WAY = ("pending", "in_transit")
# A bank may send a payout back for some days after it was paid.
_MAY_COME_BACK = timedelta(days=10)


def follow_payouts(account: AccountToSweep, since: datetime) -> tuple[int, frozenset[str]]:
    """Record the account's payouts as they stand; how many there were news of, and topics.

    Those of ``since`` on, and all that are on their way still. Raises StripeUnavailable,
    StripeRefused.
    """
    with reading() as session:
        oldest: datetime | None = (
            session.connection()
            .execute(
                select(func.min(_payout.c.created_at)).where(
                    _payout.c.company_id == account.company_id,
                    _payout.c.status.in_(_ON_ITS_WAY),
                )
            )
            .scalar()
        )
    news, topics = 0, frozenset[str]()
    # To the second, as Stripe counts; and one that was just paid may come back.
    begin = min(since - _MAY_COME_BACK, (oldest or since) - timedelta(seconds=1))
    for fact in payouts_since(account.id, begin):
        with writing() as connection:
            recording = record_fact(connection, account.company_id, fact, BroughtBy.SWEEP)
        news += bool(recording.topics)
        topics |= recording.topics
    return news, topics


def link_to_payouts(account: AccountToSweep) -> frozenset[str]:
    """Note on each balance transaction which payout carried it to the bank; topics to ring.

    Raises StripeUnavailable.
    """
    topics = frozenset[str]()
    for payout_id in _unlinked(account):
        try:
            carried = movements_paid_out(account.id, payout_id)
        except StripeDenied:
            raise
        except StripeRefused:
            # It was made by hand: Stripe takes it from the whole balance, not from single rows.
            continue
        if _link(account.company_id, payout_id, carried):
            topics |= {company_topic(account.company_id)}
    return topics


def _unlinked(account: AccountToSweep) -> list[str]:
    """Payouts whose rows are not known, and those on their way: Stripe still adds to them."""
    linked = (
        select(_transaction.c.payout_id)
        .where(
            _transaction.c.company_id == account.company_id,
            _transaction.c.payout_id == _payout.c.id,
        )
        .exists()
    )
    # A payout that another account made is not this one's to tell about.
    its_own = (
        select(_transaction.c.id)
        .where(
            _transaction.c.company_id == account.company_id,
            _transaction.c.source_id == _payout.c.id,
            _transaction.c.account_id == account.id,
        )
        .exists()
    )
    wanted = (
        select(_payout.c.id)
        .where(
            _payout.c.company_id == account.company_id,
            its_own,
            # What one carried that came back goes out with another.
            _payout.c.status.not_in(CAME_BACK),
            _payout.c.status.in_(_ON_ITS_WAY)
            | (~linked & (_payout.c.created_at > now() - _MAY_COME_BACK * 3)),
        )
        .order_by(_payout.c.created_at)
    )
    with reading() as session:
        return list(session.connection().execute(wanted).scalars())


def _link(company_id: str, payout_id: str, transaction_ids: list[str]) -> bool:
    linked = False
    for start in range(0, len(transaction_ids), 500):
        with writing() as connection:
            changed = connection.execute(
                update(_transaction)
                .where(
                    _transaction.c.company_id == company_id,
                    _transaction.c.id.in_(transaction_ids[start : start + 500]),
                    # A row that a failed payout carried goes out with a later one.
                    _transaction.c.payout_id.is_distinct_from(payout_id),
                )
                .values(payout_id=payout_id)
                .returning(_transaction.c.id)
            )
            linked |= changed.first() is not None
    return linked
