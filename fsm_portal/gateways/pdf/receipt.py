"""A receipt for a payment as a PDF file."""

import logging

from fsm_portal.gateways.pdf.colours import GREY, INK, RULE, WHITE
from fsm_portal.gateways.pdf.document import PaidInvoice, ReceiptDocument
from fsm_portal.gateways.pdf.figures import Figures
from fsm_portal.gateways.pdf.letterhead import LABEL, PLAIN, VALUE, Letterhead
from fsm_portal.gateways.pdf.sheet import Sheet, Style
from fsm_portal.gateways.pdf.text import shorten, tabular

LOG = logging.getLogger(__name__)

_PANEL = 190.0
_ROW = 22.0
_ISSUED = 205.0  # where the day of an invoice begins, from the left
_TOTAL = 110.0  # and where its total ends, from the right
_HEADING = Style(8, GREY, "SemiBold")
_WORDS = Style(9.2, INK)
_AMOUNT = Style(9.2, INK, "SemiBold")


def render_receipt(document: ReceiptDocument) -> bytes:
    """The receipt as PDF bytes. Equal documents give equal bytes.

    Characters that the fonts lack are drawn as boxes and logged. Raises ValueError for an
    unknown currency or locale.
    """
    sheet = Sheet(
        locale=document.locale,
        title=f"Receipt {document.number}",
        author=document.company.name,
        created_at=document.created_at,
    )
    figures = Figures(document.currency, document.locale)
    head = Letterhead(sheet, document.company, "Receipt", document.number)

    y = head.first_page(document.stamp)
    y = _particulars(head, document, figures, y + 24)
    y = _allocations(head, document, figures, y + 18)
    if document.notes.strip():
        head.paragraph(y + 22, "Notes", document.notes)
    head.feet()
    if sheet.missing:
        shown = " ".join(f"U+{ord(each):04X}" for each in sorted(sheet.missing))
        LOG.warning("Receipt %s has no glyph for %s", document.number, shown)
    return sheet.finish()


def _particulars(head: Letterhead, document: ReceiptDocument, figures: Figures, y: float) -> float:
    """From whom, when and how, and the amount in a tinted box."""
    sheet = head.sheet
    sheet.text(sheet.left, y + LABEL.size, "Received from", LABEL)
    names = head.lines(sheet.left, y + 13, document.customer, 185, VALUE, PLAIN)

    middle = sheet.left + 205
    rows = head.labelled(middle, y, "Paid on", figures.day(document.paid_on), 100)
    rows = head.labelled(middle, rows, "Method", document.method, 100)

    top, left = y - 6, sheet.right - _PANEL
    sheet.box(left, top, _PANEL, 56, head.colour.mixed(WHITE, 0.92), radius=7)
    amount = figures.money(document.amount)
    style = Style(21, INK, "SemiBold").fitted(amount, _PANEL - 28)
    sheet.text(left + 14, top + 19, "Amount received", LABEL)
    sheet.text(left + 14, top + 41, amount, style)
    end = top + 56
    if document.reference:
        # Here is room for it on one line: broken in two it is neither copied nor found again.
        reference = sheet.line(document.reference, 80)
        width = _PANEL - 14
        sheet.text(left + 14, end + 8 + LABEL.size, "Reference", LABEL)
        sheet.text(left + 14, end + 30, reference, VALUE.fitted(reference, width))
        end += 38
    return max(names, rows, end)


def _allocations(head: Letterhead, document: ReceiptDocument, figures: Figures, y: float) -> float:
    """Which invoices the payment went to, and what of it went back since."""
    y = _heading(head, y)
    for paid in document.allocations:
        y = _row(head, figures, _room(head, y), f"Invoice {paid.number}", paid.amount, paid)
    if document.credit:
        y = _row(head, figures, _room(head, y), "Kept as your credit", document.credit)
    y = _sum(head, figures, y, "Total received", document.amount)
    if document.back:
        for back in document.back:
            words = f"{back.words} on {figures.day(back.day)}"
            y = _row(head, figures, _room(head, y), words, -back.amount)
        left = document.amount - sum(back.amount for back in document.back)
        y = _sum(head, figures, y, "Left of this payment", left)
    return y


def _row(
    head: Letterhead,
    figures: Figures,
    y: float,
    words: str,
    amount: int,
    paid: PaidInvoice | None = None,
) -> float:
    sheet = head.sheet
    label = shorten(sheet.line(words, 80), 300 if paid is None else _ISSUED - 10, _WORDS.measure)
    sheet.text(sheet.left, y + 14.5, label, _WORDS)
    if paid is not None and paid.issue_date is not None:
        sheet.text(sheet.left + _ISSUED, y + 14.5, figures.day(paid.issue_date), _WORDS)
    if paid is not None and paid.total is not None:
        total = tabular(figures.money(paid.total))
        sheet.text_right(sheet.right - _TOTAL, y + 14.5, total, _WORDS.fitted(total, 90))
    sheet.text_right(sheet.right, y + 14.5, tabular(figures.money(amount)), _AMOUNT)
    sheet.rule(y + _ROW, RULE)
    return y + _ROW


def _sum(head: Letterhead, figures: Figures, y: float, words: str, amount: int) -> float:
    sheet = head.sheet
    if y + _ROW > sheet.bottom:
        y = head.next_page()
    total = tabular(figures.money(amount))
    sheet.text(sheet.left, y + 17, words, _AMOUNT)
    sheet.text_right(sheet.right, y + 17, total, Style(10.6, INK, "SemiBold"))
    return y + _ROW + 4


def _room(head: Letterhead, y: float) -> float:
    """Where the next row goes: here, or under the headings of another page."""
    return y if y + _ROW <= head.sheet.bottom else _heading(head, head.next_page())


def _heading(head: Letterhead, y: float) -> float:
    sheet = head.sheet
    sheet.text(sheet.left, y + 13, "Paid towards", _HEADING)
    sheet.text(sheet.left + _ISSUED, y + 13, "Issued", _HEADING)
    sheet.text_right(sheet.right - _TOTAL, y + 13, "Invoice total", _HEADING)
    sheet.text_right(sheet.right, y + 13, "Amount", _HEADING)
    sheet.rule(y + _ROW, INK, thick=0.9)
    return y + _ROW
