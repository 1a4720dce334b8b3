"""What is left to pay on every invoice of a company, for statements that filter or add up."""

from sqlalchemy import Subquery, case, func, or_, select

from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.ledger import Account, LedgerEntry

_entry = table_of(LedgerEntry)


def due_by_invoice(company_id: str) -> Subquery:
    """Rows of ``invoice_id`` and ``amount``: debits less credits of the receivable, minor units.

    The same figure as ``ledger.invoice_balances`` gives for single invoices.
    """
    signed = case((_entry.c.debit == Account.RECEIVABLE, _entry.c.amount), else_=-_entry.c.amount)
    return (
        select(_entry.c.invoice_id, func.sum(signed).label("amount"))
        .where(
            _entry.c.company_id == company_id,
            _entry.c.invoice_id.is_not(None),
            or_(_entry.c.debit == Account.RECEIVABLE, _entry.c.credit == Account.RECEIVABLE),
        )
        .group_by(_entry.c.invoice_id)
        .subquery("due")
    )
