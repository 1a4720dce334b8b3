"""What can be put to an invoice by the office now: what is due, less what a bank has in its hands.

Money on its way, and money that a bank may give back, are not asked for a second time.
"""

from dataclasses import dataclass

from sqlmodel import Session

from fsm_portal.domain.balances import InvoiceBalance, invoice_balances
from fsm_portal.flows.invoices.invoice_view import processing_among
from fsm_portal.flows.payments.under_dispute import disputed_among


@dataclass(frozen=True)
class OpenDue:
    """Minor units; where it is less than what is due, ``why`` says why, in words for staff."""

    amount: int
    why: str = ""


def open_due(session: Session, company_id: str, invoice_id: str) -> OpenDue:
    """Of an invoice, as the ledger stands."""
    balance = invoice_balances(session, company_id, [invoice_id])[invoice_id]
    return open_due_of(
        balance,
        processing=bool(processing_among(session, company_id, [invoice_id])),
        disputed=balance.disputed > 0 and bool(disputed_among(session, company_id, [invoice_id])),
    )


def open_due_of(balance: InvoiceBalance, *, processing: bool, disputed: bool) -> OpenDue:
    """The same, of what is known about the invoice."""
    due = max(balance.due, 0)
    if processing and due:
        return OpenDue(0, "A bank payment for this invoice is on its way: please wait for it.")
    if disputed and due:
        return OpenDue(
            max(due - balance.disputed, 0),
            "The customer’s bank is disputing a payment of this invoice. What it holds is owed "
            "again only if it decides against you.",
        )
    return OpenDue(due)
