"""Invoices, credit notes and receipts as PDF files.

``render_invoice(InvoiceDocument)`` and ``render_receipt(ReceiptDocument)`` return bytes; the
document is all they read. They fetch nothing, run nothing and interpret no text.
``unprintable(text)`` tells beforehand which characters would show as a box.
"""

from fsm_portal.gateways.pdf.document import (
    CompanyBlock,
    InvoiceDocument,
    InvoiceLine,
    PaidInvoice,
    ReceiptDocument,
    Stamp,
    TaxSummary,
)
from fsm_portal.gateways.pdf.invoice import render_invoice
from fsm_portal.gateways.pdf.receipt import render_receipt
from fsm_portal.gateways.pdf.text import unprintable

__all__ = [
    "CompanyBlock",
    "InvoiceDocument",
    "InvoiceLine",
    "PaidInvoice",
    "ReceiptDocument",
    "Stamp",
    "TaxSummary",
    "render_invoice",
    "render_receipt",
    "unprintable",
]
