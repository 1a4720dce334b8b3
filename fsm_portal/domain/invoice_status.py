"""The status of an invoice, computed from the ledger and the calendar. Never stored."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from fsm_portal.domain.balances import InvoiceBalance
from fsm_portal.domain.invoice import Invoice


class Status(StrEnum):
    """The words on screen."""

    DRAFT = "Draft"
    UNPAID = "Unpaid"
    PARTIALLY_PAID = "Partially paid"
    PAID = "Paid"
    PARTIALLY_REFUNDED = "Partially refunded"
    REFUNDED = "Refunded"
    VOID = "Void"


@dataclass(frozen=True)
class InvoiceStatus:
    """``overdue``: money is due after the due date. ``processing``: a bank debit is in flight.

    ``disputed``: a payment of it is being disputed; nobody is asked for that money meanwhile.
    """

    status: Status
    overdue: bool = False
    processing: bool = False
    disputed: bool = False

    @property
    def label(self) -> str:
        """The one word for a badge: the flag where there is one, else the status."""
        if self.disputed:
            return "Disputed"
        if self.processing:
            return "Processing"
        return "Overdue" if self.overdue else self.status.value


def status_of(
    invoice: Invoice,
    balance: InvoiceBalance,
    today: date,
    processing: bool = False,
    disputed: bool = False,
) -> InvoiceStatus:
    """Read the status off the facts; ``today`` is the date in the company's time zone."""
    if invoice.voided_at is not None:
        return InvoiceStatus(Status.VOID)
    if invoice.issued_at is None:
        return InvoiceStatus(Status.DRAFT)
    if balance.due <= 0:
        return InvoiceStatus(_settled(balance), disputed=disputed)
    return InvoiceStatus(
        Status.PARTIALLY_PAID if balance.paid > 0 else Status.UNPAID,
        overdue=today > invoice.due_date and not disputed,
        processing=processing,
        disputed=disputed,
    )


def _settled(balance: InvoiceBalance) -> Status:
    if balance.given_back <= 0:
        return Status.PAID
    return Status.PARTIALLY_REFUNDED if balance.paid > 0 else Status.REFUNDED
