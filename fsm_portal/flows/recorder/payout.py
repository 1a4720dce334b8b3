"""A payout: money on its way from Stripe to the company's bank, and back if the bank refuses it."""

from sqlalchemy import Connection, select, update

from fsm_portal.domain.clock import now
from fsm_portal.domain.insert_once import insert_once, table_of
from fsm_portal.domain.ledger import Account, Kind, Posting, post
from fsm_portal.domain.payout import RANK, Payout
from fsm_portal.domain.stripe_event import Outcome
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.recorder.recording import Recording
from fsm_portal.gateways.stripe_facts import PayoutChanged

_payout = table_of(Payout)


def record_payout(connection: Connection, company_id: str, fact: PayoutChanged) -> Recording:
    """Keep the payout and post its money, once by Stripe's id; its status never goes back."""
    if fact.status not in RANK:
        return Recording(Outcome.QUARANTINED, f"a payout in the unknown state {fact.status}")
    is_new = insert_once(
        connection,
        Payout,
        {
            "company_id": company_id,
            "id": fact.payout_id,
            "currency": fact.currency,
            "amount": fact.amount,
            "status": fact.status,
            "failure_message": fact.failure_message[:500],
            "arrives_at": fact.arrives_at,
            "created_at": fact.occurred_at,
            "recorded_at": now(),
        },
    )
    moved_on = not is_new and _move_on(connection, company_id, fact)
    posted = post(
        connection,
        company_id=company_id,
        currency=fact.currency,
        source=fact.payout_id,
        occurred_at=fact.occurred_at,
        customer_id=None,
        postings=_postings(fact),
    )
    if not (is_new or moved_on or posted):
        return Recording(Outcome.RECORDED)
    return Recording(Outcome.RECORDED, topics=frozenset({company_topic(company_id)}))


def _postings(fact: PayoutChanged) -> list[Posting]:
    # A negative payout fetches what the balance lacks from the bank.
    there, here = Account.BANK, Account.STRIPE
    if fact.amount < 0:
        there, here = here, there
    postings = [Posting(there, here, abs(fact.amount), Kind.PAYOUT)]
    if fact.returned:
        postings.append(Posting(here, there, abs(fact.amount), Kind.PAYOUT_RETURNED))
    return postings


def _move_on(connection: Connection, company_id: str, fact: PayoutChanged) -> bool:
    """Whether the payout is further than we knew."""
    this = (_payout.c.company_id == company_id, _payout.c.id == fact.payout_id)
    known = connection.execute(
        select(_payout.c.status).where(*this).with_for_update(key_share=True)
    ).scalar_one()
    if RANK[fact.status] <= RANK[known]:
        return False
    connection.execute(
        update(_payout)
        .where(*this)
        .values(
            status=fact.status,
            failure_message=fact.failure_message[:500],
            arrives_at=fact.arrives_at,
        )
    )
    return True
