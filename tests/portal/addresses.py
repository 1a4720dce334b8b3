"""Where the customer's pages are."""

from fsm_portal.domain.invoice import Invoice

HOME = "/portal/"


def page_of(invoice: Invoice) -> str:
    """The address of an invoice's page."""
    return address_of(invoice.id)


def address_of(invoice_id: str) -> str:
    return f"/portal/invoices/{invoice_id}/"
