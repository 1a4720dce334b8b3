"""A receipt for money that went back, as a PDF file."""

from fsm_portal.gateways.pdf.document import RefundDocument
from fsm_portal.gateways.pdf.drawn import Drawn
from fsm_portal.gateways.pdf.figures import Figures
from fsm_portal.gateways.pdf.letterhead import Letterhead
from fsm_portal.gateways.pdf.payment_rows import PaymentRows
from fsm_portal.gateways.pdf.sheet import Sheet


def draw_refund(document: RefundDocument) -> Drawn:
    """The refund receipt as PDF bytes. Equal documents give equal bytes.

    Raises ValueError for an unknown currency or locale.
    """
    sheet = Sheet.of(document, "kind.refund", document.number)
    head = Letterhead(sheet, document.company, sheet.words("kind.refund"), document.number)
    rows = PaymentRows(
        head,
        Figures(document.currency, document.locale),
        (sheet.words("refund.of"), sheet.words("receipt.column")),
        (document.payment.amount, -document.amount, -document.payment.before),
        tuple(paid.total for paid in document.allocations if paid.total is not None),
    )
    y = head.first_page(document.stamp)
    labels = ("refund.to", "refund.on", "refund.amount")
    y = rows.particulars(y + 24, document, document.refunded_on, labels)
    y = _allocations(rows, document, y + 18)
    y = _payment(rows, document, y + 10)
    if document.remarks:
        head.paragraph(y + 18, sheet.words("invoice.notes"), "\n".join(document.remarks))
    head.feet()
    return sheet.drawn()


def _allocations(rows: PaymentRows, document: RefundDocument, y: float) -> float:
    """On which invoices it went back."""
    words = rows.head.words
    y = rows.heading(y)
    for paid in document.allocations:
        y = rows.invoice(y, paid)
    if document.credit:
        y = rows.other(y, words("refund.credit"), document.credit)
    return rows.sum(y, words("refund.total"), document.amount)


def _payment(rows: PaymentRows, document: RefundDocument, y: float) -> float:
    """What the refund leaves of the payment that it is of."""
    words, payment = rows.head.words, document.payment
    day = rows.figures.day(payment.paid_on)
    paid = words("refund.paid", number=payment.number, day=day)
    y = rows.other(y, paid, payment.amount)
    if payment.before:
        y = rows.other(y, words("refund.before"), -payment.before)
    gone = payment.amount - payment.before - payment.left
    if gone:
        y = rows.other(y, words("refund.this"), -gone)
    return rows.sum(y, words("receipt.left"), payment.left)
