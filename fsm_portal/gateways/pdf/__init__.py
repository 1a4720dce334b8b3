"""Invoices, credit notes, receipts and statements as PDF files.

``render_invoice(InvoiceDocument)``, ``render_receipt(ReceiptDocument)`` and
``render_statement(StatementDocument)`` return bytes; the document is all they read. They fetch
nothing, run nothing and interpret no text.
``unprintable(text)`` tells beforehand which characters would show as a box.
"""

from fsm_portal.gateways.pdf.document import (
    CompanyBlock,
    InvoiceDocument,
    InvoiceLine,
    MoneyBack,
    PaidInvoice,
    ReceiptDocument,
    Stamp,
    StatementAccount,
    StatementDocument,
    StatementRow,
    TaxSummary,
)
from fsm_portal.gateways.pdf.invoice import render_invoice
from fsm_portal.gateways.pdf.receipt import render_receipt
from fsm_portal.gateways.pdf.statement import render_statement
from fsm_portal.gateways.pdf.text import unprintable

__all__ = [
    "CompanyBlock",
    "InvoiceDocument",
    "InvoiceLine",
    "MoneyBack",
    "PaidInvoice",
    "ReceiptDocument",
    "Stamp",
    "StatementAccount",
    "StatementDocument",
    "StatementRow",
    "TaxSummary",
    "render_invoice",
    "render_receipt",
    "render_statement",
    "unprintable",
]
