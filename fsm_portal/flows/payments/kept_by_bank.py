"""What banks have of a payment, and what of it the customer got twice: as columns of a query."""

from sqlalchemy import ColumnElement, FromClause, case, func, select

from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.ledger import Account, Kind, LedgerEntry

_entry = table_of(LedgerEntry).alias("kept")
_credit = table_of(LedgerEntry).alias("of_credit")


def kept_of(dispute: FromClause) -> ColumnElement[int]:
    """What banks keep of the payment that each row of ``dispute`` is about, minor units."""
    signed = case((_entry.c.kind == Kind.DISPUTE, _entry.c.amount), else_=-_entry.c.amount)
    return (
        select(func.coalesce(func.sum(signed), 0))
        .where(
            _entry.c.company_id == dispute.c.company_id,
            _entry.c.payment_id == dispute.c.payment_id,
            _entry.c.kind.in_((Kind.DISPUTE, Kind.DISPUTE_RETURNED)),
        )
        .correlate(dispute)
        .scalar_subquery()
    )


def got_twice(dispute: FromClause) -> ColumnElement[int]:
    """What of it had been refunded before: the payment's credit is below zero by that."""
    signed = case(
        (_credit.c.debit == Account.CUSTOMER_CREDIT, _credit.c.amount),
        (_credit.c.credit == Account.CUSTOMER_CREDIT, -_credit.c.amount),
        else_=0,
    )
    return (
        select(func.coalesce(func.sum(signed), 0))
        .where(
            _credit.c.company_id == dispute.c.company_id,
            _credit.c.payment_id == dispute.c.payment_id,
        )
        .correlate(dispute)
        .scalar_subquery()
    )
