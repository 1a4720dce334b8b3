"""What is left to pay on invoices, for statements that filter or add up."""

from sqlalchemy import (
    BindParameter,
    Subquery,
    case,
    func,
    literal_column,
    or_,
    select,
)

from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.ledger import Account, LedgerEntry

_entry = table_of(LedgerEntry)

# Debits less credits of the receivable: the same figures as ``balances.invoice_balances`` gives.
# Written into the statement: there is a partial index of some accounts, and where an account is a
# parameter SQLite plans the statement anew for each value, which costs ten times its running.
_RECEIVABLE = literal_column(f"'{Account.RECEIVABLE}'", _entry.c.debit.type)
_IS_RECEIVABLE = or_(_entry.c.debit == _RECEIVABLE, _entry.c.credit == _RECEIVABLE)
_SIGNED = case((_entry.c.debit == _RECEIVABLE, _entry.c.amount), else_=-_entry.c.amount)


def due_by_invoice(company_id: str | BindParameter[str]) -> Subquery:
    """Rows of ``invoice_id`` and ``amount``, minor units, for every invoice of the company."""
    return (
        select(_entry.c.invoice_id, func.sum(_SIGNED).label("amount"))
        .where(_entry.c.company_id == company_id, _entry.c.invoice_id.is_not(None), _IS_RECEIVABLE)
        .group_by(_entry.c.invoice_id)
        .subquery("due")
    )
