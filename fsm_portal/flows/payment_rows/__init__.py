"""Payments, failed attempts, refunds and disputes as rows of the staff's lists, a file for each."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session

from fsm_portal.domain.company import Company
from fsm_portal.flows.payment_rows.disputed import disputed
from fsm_portal.flows.payment_rows.gone_back import gone_back
from fsm_portal.flows.payment_rows.meant import invoices_meant
from fsm_portal.flows.payment_rows.received import received
from fsm_portal.flows.payment_rows.refused import refused
from fsm_portal.flows.payment_rows.row import InvoiceLink, PaymentKey, PaymentRow, RowKind
from fsm_portal.flows.staff_desk import Desk, takes_platform_fee

__all__ = [
    "InvoiceLink",
    "PaymentKey",
    "PaymentRow",
    "RowKind",
    "invoices_meant",
    "payment_rows",
    "shows_platform_fee",
]


def payment_rows(
    session: Session,
    company: Company,
    desk: Desk,
    keys: Sequence[PaymentKey],
    *,
    with_refunds: bool = False,
) -> tuple[PaymentRow, ...]:
    """The rows of ``keys``, in their order; a fixed number of statements.

    ``with_refunds`` also asks what went back of each payment, and what still can.
    """
    rows: dict[str, PaymentRow] = {}
    paid = [key.id for key in keys if key.kind == "payment"]
    if paid:
        rows |= received(session, company, desk, paid, with_refunds)
    failed = [key.id for key in keys if key.kind == "failed"]
    if failed:
        rows |= refused(session, company, failed, with_refunds)
    returned = [key.id for key in keys if key.kind == "refund"]
    if returned:
        rows |= gone_back(session, company, desk, returned)
    opposed = [key.id for key in keys if key.kind == "dispute"]
    if opposed:
        rows |= disputed(session, company, opposed)
    return tuple(rows[key.id] for key in keys)


def shows_platform_fee(desk: Desk, rows: Iterable[PaymentRow]) -> bool:
    """Whether a list names the platform's fee: where one is taken, or was on one of ``rows``."""
    return desk.sees_fees and (takes_platform_fee() or any(row.platform_fee for row in rows))
