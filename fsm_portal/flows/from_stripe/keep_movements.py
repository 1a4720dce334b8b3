"""Stripe's balance transactions, kept as Stripe told them: what the ledger is compared with."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from fsm_portal.domain.balance_transaction import BalanceTransaction
from fsm_portal.domain.clock import now
from fsm_portal.domain.insert_once import table_of
from fsm_portal.gateways.stripe_balance import Movement

_transaction = table_of(BalanceTransaction)
# Rows in one statement: of 15 columns, within SQLite's 32,766 parameters.
_AT_ONCE = 500


def keep_movements(
    connection: Connection, company_id: str, account: str, movements: Sequence[Movement]
) -> int:
    """Keep those that are not there yet; how many those were."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    new = 0
    for start in range(0, len(movements), _AT_ONCE):
        rows = [_row(company_id, account, each) for each in movements[start : start + _AT_ONCE]]
        kept = connection.execute(
            insert(_transaction).values(rows).on_conflict_do_nothing().returning(_transaction.c.id)
        )
        new += len(kept.all())
    return new


def _row(company_id: str, account: str, movement: Movement) -> dict[str, Any]:
    return {
        "company_id": company_id,
        "id": movement.id,
        "account_id": account,
        "type": movement.type[:60],
        "currency": movement.currency,
        "amount": movement.amount,
        "fee": movement.fee,
        "platform_fee": movement.platform_fee,
        "net": movement.net,
        "source_id": movement.source_id,
        "description": movement.description[:500],
        "elsewhere": False,
        "unmatched": "",
        "available_at": movement.available_at,
        "created_at": movement.created_at,
        "recorded_at": now(),
    }
