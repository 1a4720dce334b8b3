"""The invoices that a payment, or an attempt to pay, was meant for."""

from sqlalchemy import bindparam, select
from sqlmodel import Session

from fsm_portal.domain.checkout_attempt import CheckoutAttemptInvoice
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.flows.payment_rows.row import InvoiceLink

_attempt_invoice = table_of(CheckoutAttemptInvoice)
_invoice = table_of(Invoice)

# Made once: writing a statement costs more than running it, and this runs at every payment.
_MEANT = (
    select(_attempt_invoice.c.attempt_id, _invoice.c.id, _invoice.c.number)
    .join(
        _invoice,
        (_invoice.c.company_id == _attempt_invoice.c.company_id)
        & (_invoice.c.id == _attempt_invoice.c.invoice_id),
    )
    .where(
        _attempt_invoice.c.company_id == bindparam("company_id"),
        _attempt_invoice.c.attempt_id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(_invoice.c.number)
)


def invoices_meant(
    session: Session, company_id: str, attempt_ids: set[str]
) -> dict[str, tuple[InvoiceLink, ...]]:
    """Per checkout attempt: the invoices it was meant for, by number."""
    key = {
        "company_id": company_id,
        "ids": [attempt_id for attempt_id in attempt_ids if attempt_id],
    }
    if not key["ids"]:
        return {}
    rows = session.connection().execute(_MEANT, key)
    links: dict[str, tuple[InvoiceLink, ...]] = {}
    for row in rows:
        links[row.attempt_id] = (*links.get(row.attempt_id, ()), InvoiceLink(row.id, row.number))
    return links
