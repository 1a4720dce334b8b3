"""What a connected account may do, and that it let go of us."""

from typing import Any

from sqlalchemy import Connection, exists, select, update

from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.notice import NoticeKind
from fsm_portal.domain.stripe_event import Outcome, StripeEvent
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.noticing.tell import tell_staff
from fsm_portal.flows.recorder.recording import Recording
from fsm_portal.gateways.stripe_facts import AccountChanged, AccountDeauthorized

_company = table_of(Company)
_event = table_of(StripeEvent)


def record_account(connection: Connection, company_id: str, fact: AccountChanged) -> Recording:
    """Note what the account may do, unless the inbox has a newer word about it."""
    _take_turns(connection, company_id)
    if fact.occurred_at is not None:
        newer = exists().where(
            _event.c.company_id == company_id,
            _event.c.type == "account.updated",
            _event.c.created_at > fact.occurred_at,
        )
        if connection.execute(select(newer)).scalar():
            return Recording(Outcome.RECORDED, "a newer word about this account came first")
    changes = {
        "stripe_charges_enabled": fact.charges_enabled,
        "stripe_payouts_enabled": fact.payouts_enabled,
    }
    return _change_company(connection, company_id, changes)


def _take_turns(connection: Connection, company_id: str) -> None:
    """Before anything is looked at: of two words that come at once the newer one stays.

    SQLite has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        this = select(_company.c.id).where(_company.c.id == company_id)
        connection.execute(this.with_for_update(key_share=True))


def record_deauthorization(
    connection: Connection, company_id: str, fact: AccountDeauthorized
) -> Recording:
    """From here on nothing can be paid, and Stripe tells us nothing more.

    Staff are told, unless one of them let go of the account here. One that was let go of and
    taken again is not let go of by the word about the first time, which may come late.
    """
    _take_turns(connection, company_id)
    before = connection.execute(
        select(
            _company.c.stripe_account_id,
            _company.c.stripe_deauthorized_at,
            _company.c.stripe_connected_at,
        ).where(_company.c.id == company_id)
    ).one()
    taken_at = before.stripe_connected_at
    if taken_at is not None and fact.occurred_at < taken_at:
        return Recording(Outcome.RECORDED, "the account was taken again after this")
    if before.stripe_deauthorized_at is None:
        fact_of = f"{before.stripe_account_id} {fact.occurred_at.isoformat()}"
        tell_staff(connection, company_id, NoticeKind.ACCOUNT, fact_of)
    return _change_company(connection, company_id, {"stripe_deauthorized_at": fact.occurred_at})


def _change_company(connection: Connection, company_id: str, changes: dict[str, Any]) -> Recording:
    connection.execute(update(_company).where(_company.c.id == company_id).values(**changes))
    return Recording(Outcome.RECORDED, topics=frozenset({company_topic(company_id)}))
