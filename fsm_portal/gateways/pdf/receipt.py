"""A receipt for a payment as a PDF file."""

from fsm_portal.gateways.pdf.document import ReceiptDocument
from fsm_portal.gateways.pdf.drawn import Drawn
from fsm_portal.gateways.pdf.figures import Figures
from fsm_portal.gateways.pdf.letterhead import Letterhead
from fsm_portal.gateways.pdf.payment_rows import PaymentRows
from fsm_portal.gateways.pdf.sheet import Sheet


def draw_receipt(document: ReceiptDocument) -> Drawn:
    """The receipt as PDF bytes. Equal documents give equal bytes.

    Raises ValueError for an unknown currency or locale.
    """
    sheet = Sheet.of(document, "kind.receipt", document.number)
    head = Letterhead(sheet, document.company, sheet.words("kind.receipt"), document.number)
    rows = PaymentRows(
        head,
        Figures(document.currency, document.locale),
        (sheet.words("receipt.towards"), sheet.words("receipt.column")),
        (document.amount, *(-back.amount for back in document.back)),
        tuple(paid.total for paid in document.allocations if paid.total is not None),
    )
    y = head.first_page(document.stamp)
    labels = ("receipt.from", "receipt.paid_on", "receipt.amount")
    y = rows.particulars(y + 24, document, document.paid_on, labels)
    y = _allocations(rows, document, y + 18)
    if document.notes.strip():
        head.paragraph(y + 22, sheet.words("invoice.notes"), document.notes)
    head.feet()
    return sheet.drawn()


def _allocations(rows: PaymentRows, document: ReceiptDocument, y: float) -> float:
    """Which invoices the payment went to, and what of it went back since."""
    words = rows.head.words
    y = rows.heading(y)
    for paid in document.allocations:
        y = rows.invoice(y, paid)
    if document.credit:
        y = rows.other(y, words("receipt.credit"), document.credit)
    y = rows.sum(y, words("receipt.total"), document.amount)
    if document.back:
        for back in document.back:
            y = rows.other(y, back.words, -back.amount)
        left = document.amount - sum(back.amount for back in document.back)
        y = rows.sum(y, words("receipt.left"), left)
    return y
