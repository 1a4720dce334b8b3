"""Invoices of which a bank has money in its hands: nobody is asked for that meanwhile."""

from collections.abc import Collection

from sqlalchemy import BindParameter, Select, String, bindparam, case, func, literal_column, select
from sqlmodel import Session

from fsm_portal.domain.dispute import CLOSED, Dispute
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.ledger import Kind, LedgerEntry
from fsm_portal.domain.statement import one_of

_dispute = table_of(Dispute)
_entry = table_of(LedgerEntry)
_NONE = literal_column("''", String)
# Not the bare column: to find it in order, or where it is not null, SQLite would take the index of
# invoices and go through all that the company ever booked.
_INVOICE = func.coalesce(_entry.c.invoice_id, _NONE)


def disputed_invoices(company_id: str | BindParameter[str]) -> Select[tuple[str]]:
    """Their ids: an open dispute has money that had paid them. For ``in_`` and ``not_in``.

    Begins with the disputes, of which there are few: as a join, SQLite without statistics went
    through the whole ledger instead. What was taken of credit is on no invoice.
    """
    open_on = select(_dispute.c.payment_id).where(
        _dispute.c.company_id == company_id, ~one_of(_dispute.c.status, CLOSED)
    )
    found = select(_INVOICE.label("invoice_id")).where(
        _entry.c.company_id == company_id,
        _entry.c.payment_id.in_(open_on),
        one_of(_entry.c.kind, (Kind.DISPUTE, Kind.DISPUTE_RETURNED)),
        _INVOICE != _NONE,
    )
    # Where a refund is told late, what the bank took lies elsewhere from then on.
    signed = case((_entry.c.kind == Kind.DISPUTE, _entry.c.amount), else_=-_entry.c.amount)
    return found.group_by(_INVOICE).having(func.sum(signed) > 0)


def disputed_among(
    session: Session, company_id: str, invoice_ids: Collection[str]
) -> frozenset[str]:
    """Those of ``invoice_ids`` that are disputed; no statement where there is none to ask about."""
    if not invoice_ids:
        return frozenset()
    rows = session.connection().execute(
        _AMONG, {"company_id": company_id, "invoice_ids": list(invoice_ids)}
    )
    return frozenset(row.invoice_id for row in rows)


# Made once: writing a statement costs more than running it.
_AMONG = disputed_invoices(bindparam("company_id")).where(
    _entry.c.invoice_id.in_(bindparam("invoice_ids", expanding=True))
)
