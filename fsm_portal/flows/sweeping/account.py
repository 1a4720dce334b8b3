"""The Stripe accounts that are swept, and how far each of them has been read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, literal, select, update

from fsm_portal.db import reading, writing
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import insert_once, table_of
from fsm_portal.domain.stripe_sweep import StripeSweep

_company = table_of(Company)
_sweep = table_of(StripeSweep)


@dataclass(frozen=True)
class AccountToSweep:
    """A company's Stripe account. ``events_until`` and ``balance_until``: as StripeSweep.

    ``left``: the company is paid on another one now.
    """

    company_id: str
    company_name: str
    id: str
    company_since: datetime
    events_until: datetime | None
    balance_until: datetime | None
    left: bool = False


def accounts_to_sweep(company_id: str | None = None) -> list[AccountToSweep]:
    """Every connected account, or one company's, then those that were left.

    One that let go of us is passed over.
    """
    its_sweep = (_sweep.c.company_id == _company.c.id) & (
        _sweep.c.account_id == _company.c.stripe_account_id
    )
    connected = (
        select(
            _company.c.id,
            _company.c.name,
            _company.c.stripe_account_id,
            _company.c.created_at,
            _sweep.c.events_until,
            _sweep.c.balance_until,
        )
        .select_from(_company.outerjoin(_sweep, its_sweep))
        .where(
            _company.c.stripe_account_id.is_not(None),
            _company.c.stripe_deauthorized_at.is_(None),
        )
        .order_by(_company.c.id)
    )
    if company_id is not None:
        connected = connected.where(_company.c.id == company_id)
    with reading() as session:
        connection = session.connection()
        return [
            AccountToSweep(*row)
            for statement in (connected, _left(company_id))
            for row in connection.execute(statement)
        ]


def _left(company_id: str | None) -> Select[Any]:
    """Accounts that a company was paid on once: refunds and disputes of that time go on there.

    Only where all that happened on it is that company's: what is another's is none of its business.
    """
    others = _sweep.alias("others")
    left = (
        select(
            _company.c.id,
            _company.c.name,
            _sweep.c.account_id,
            _company.c.created_at,
            _sweep.c.events_until,
            _sweep.c.balance_until,
            literal(True),
        )
        .join(_sweep, _sweep.c.company_id == _company.c.id)
        .where(
            _sweep.c.account_id.not_in(
                select(_company.c.stripe_account_id)
                .where(_company.c.stripe_account_id.is_not(None))
                .correlate(None)
            ),
            ~exists().where(
                others.c.account_id == _sweep.c.account_id,
                others.c.company_id != _sweep.c.company_id,
            ),
        )
        .order_by(_company.c.id, _sweep.c.account_id)
    )
    return left if company_id is None else left.where(_company.c.id == company_id)


def mark(
    account: AccountToSweep,
    *,
    events_until: datetime | None = None,
    balance_until: datetime | None = None,
    finished_at: datetime | None = None,
    trouble: str | None = None,
) -> None:
    """Note how far the account is read; a mark that is further on already stays.

    Unless it lies ahead of now: then a clock that had gone wrong made it.
    """
    known = {
        "events_until": events_until,
        "balance_until": balance_until,
        "finished_at": finished_at,
    }
    this = (_sweep.c.company_id == account.company_id, _sweep.c.account_id == account.id)
    with writing() as connection:
        insert_once(
            connection,
            StripeSweep,
            {"company_id": account.company_id, "account_id": account.id, "trouble": ""},
        )
        for name, moment in known.items():
            if moment is not None:
                column = _sweep.c[name]
                connection.execute(
                    update(_sweep)
                    .where(*this, column.is_(None) | (column < moment) | (column > now()))
                    .values({name: moment})
                )
        if trouble is not None:
            connection.execute(update(_sweep).where(*this).values(trouble=trouble[:500]))
