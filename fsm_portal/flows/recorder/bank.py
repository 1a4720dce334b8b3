"""What banks took of a payment, laid where it belongs: as each fact about the payment needs it."""

from typing import Any

from sqlalchemy import Connection, bindparam, select

from fsm_portal.domain.balances import PaymentShare
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.ledger import Kind, LedgerEntry
from fsm_portal.domain.statement import Statement, one_of
from fsm_portal.domain.taken_by_bank import taken_of
from fsm_portal.flows.recorder.money_back import bring_again, shares_of, take_back
from fsm_portal.flows.recorder.turn_at_invoices import lock_invoices

_entry = table_of(LedgerEntry)
_MOVED = Statement(
    select(_entry.c.source)
    .where(
        _entry.c.company_id == bindparam("company_id"),
        _entry.c.payment_id == bindparam("payment_id"),
        one_of(_entry.c.kind, (Kind.DISPUTE, Kind.DISPUTE_RETURNED)),
    )
    .order_by(_entry.c.id)
)


def bank_moved(connection: Connection, amount: int, entries: dict[str, Any]) -> None:
    """Post that a bank took ``amount`` of a payment, or gave it back where it is below zero.

    ``entries`` is what all of the entries share, but for their kind. The payment's row is locked.
    Raises ValueError where banks would have taken more than the payment was.
    """
    shares = _locked(connection, entries)
    total = sum(share.taken for share in shares) + amount
    taken_of(total, shares)
    _lay(connection, total, shares, entries, "")


def lay_anew(connection: Connection, entries: dict[str, Any]) -> None:
    """What was given back of a payment has changed: lay what banks have of it where it belongs.

    Nothing leaves Stripe's balance or comes in by that; the entries are the newest dispute's.
    """
    shares = _locked(connection, entries)
    key = {"company_id": entries["company_id"], "payment_id": entries["payment_id"]}
    moved = _MOVED.ask(connection, key).rows
    total = sum(share.taken for share in shares)
    about = entries | {"source": moved[-1].source}
    _lay(connection, total, shares, about, f":{len(moved)}")


def _lay(
    connection: Connection,
    total: int,
    shares: list[PaymentShare],
    entries: dict[str, Any],
    turn: str,
) -> None:
    """From where more lies than belongs there, to where less does."""
    again = 0
    while too_much := _difference(taken_of(total, shares), shares, -1):
        # What an invoice does not need any more is credit then, and the rule looks at it anew.
        suffix = f"{turn}.{again}" if again else turn
        bring_again(
            connection, **entries, kind=Kind.DISPUTE_RETURNED, parts=too_much, suffix=suffix
        )
        shares, again = (
            shares_of(connection, entries["company_id"], entries["payment_id"]),
            1 + again,
        )
    if lacks := _difference(taken_of(total, shares), shares, 1):
        take_back(connection, **entries, kind=Kind.DISPUTE, parts=lacks, suffix=turn)


def _difference(
    meant: dict[str | None, int], shares: list[PaymentShare], sign: int
) -> list[tuple[str | None, int]]:
    """What of ``meant`` is lacking (1), or too much (-1), by invoice."""
    taken = {share.invoice_id: share.taken for share in shares}
    found = [(each, sign * (part - taken.get(each, 0))) for each, part in meant.items()]
    return [(invoice_id, part) for invoice_id, part in found if part > 0]


def _locked(connection: Connection, entries: dict[str, Any]) -> list[PaymentShare]:
    """The payment's shares, and nobody else changes what is owed on its invoices meanwhile."""
    shares = shares_of(connection, entries["company_id"], entries["payment_id"])
    invoices = [share.invoice_id for share in shares if share.invoice_id is not None]
    lock_invoices(connection, entries["company_id"], invoices)
    return shares
