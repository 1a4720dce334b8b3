"""Invoices, credit notes, receipts of both kinds and statements as PDF files.

``draw(document)`` takes a document of any kind and returns a ``Drawn``: the file, and the
characters that would show as a box. ``render_invoice``, ``render_receipt``, ``render_refund`` and
``render_statement`` return the file alone. The document is all they read. They fetch nothing, run
nothing and interpret no text. ``unprintable(text)`` tells beforehand what would show as a box;
``wording(locale)`` has the words that documents are written with.
"""

from fsm_portal.gateways.pdf.document import (
    CompanyBlock,
    InvoiceDocument,
    InvoiceLine,
    MoneyBack,
    PaidInvoice,
    ReceiptDocument,
    RefundDocument,
    RefundedPayment,
    Stamp,
    StatementAccount,
    StatementDocument,
    StatementRow,
    TaxSummary,
)
from fsm_portal.gateways.pdf.drawn import Drawn
from fsm_portal.gateways.pdf.kinds import (
    Document,
    draw,
    render_invoice,
    render_receipt,
    render_refund,
    render_statement,
)
from fsm_portal.gateways.pdf.text import unprintable
from fsm_portal.gateways.pdf.wording import Wording, wording

__all__ = [
    "CompanyBlock",
    "Document",
    "Drawn",
    "InvoiceDocument",
    "InvoiceLine",
    "MoneyBack",
    "PaidInvoice",
    "ReceiptDocument",
    "RefundDocument",
    "RefundedPayment",
    "Stamp",
    "StatementAccount",
    "StatementDocument",
    "StatementRow",
    "TaxSummary",
    "Wording",
    "draw",
    "render_invoice",
    "render_receipt",
    "render_refund",
    "render_statement",
    "unprintable",
    "wording",
]
