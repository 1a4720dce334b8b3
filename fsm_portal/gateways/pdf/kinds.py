"""Every kind of document, and what draws it."""

from fsm_portal.gateways.pdf.document import (
    InvoiceDocument,
    ReceiptDocument,
    RefundDocument,
    StatementDocument,
)
from fsm_portal.gateways.pdf.drawn import Drawn
from fsm_portal.gateways.pdf.invoice import draw_invoice
from fsm_portal.gateways.pdf.receipt import draw_receipt
from fsm_portal.gateways.pdf.refund import draw_refund
from fsm_portal.gateways.pdf.statement import draw_statement

Document = InvoiceDocument | ReceiptDocument | RefundDocument | StatementDocument


def draw(document: Document) -> Drawn:
    """``document`` as a file. Equal documents give equal bytes.

    Raises ValueError for an unknown currency or locale.
    """
    match document:
        case InvoiceDocument():
            return draw_invoice(document)
        case ReceiptDocument():
            return draw_receipt(document)
        case RefundDocument():
            return draw_refund(document)
        case StatementDocument():
            return draw_statement(document)


def render_invoice(document: InvoiceDocument) -> bytes:
    """An invoice or a credit note; see ``draw``."""
    return draw_invoice(document).content


def render_receipt(document: ReceiptDocument) -> bytes:
    return draw_receipt(document).content


def render_refund(document: RefundDocument) -> bytes:
    return draw_refund(document).content


def render_statement(document: StatementDocument) -> bytes:
    return draw_statement(document).content
