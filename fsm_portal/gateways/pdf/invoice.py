"""An invoice or a credit note as a PDF file."""

import logging

from fsm_portal.gateways.pdf.colours import GREY, INK, WHITE
from fsm_portal.gateways.pdf.document import InvoiceDocument
from fsm_portal.gateways.pdf.figures import Figures
from fsm_portal.gateways.pdf.letterhead import LABEL, PLAIN, VALUE, Letterhead
from fsm_portal.gateways.pdf.sheet import Sheet, Style, web_address
from fsm_portal.gateways.pdf.table import line_table
from fsm_portal.gateways.pdf.totals import Totals

LOG = logging.getLogger(__name__)

_PANEL = 190.0


def render_invoice(document: InvoiceDocument) -> bytes:
    """The document as PDF bytes: A4, or Letter where that is the custom.

    Equal documents give equal bytes. Characters that the fonts lack are drawn as boxes and
    logged. Raises ValueError for an unknown currency or locale.
    """
    sheet = Sheet(
        locale=document.locale,
        title=f"{document.title} {document.number}",
        author=document.company.name,
        created_at=document.created_at,
    )
    figures = Figures(document.currency, document.locale)
    head = Letterhead(sheet, document.company, document.title, document.number)

    y = head.first_page(document.stamp)
    y = _particulars(head, document, figures, y + 24)
    y = line_table(sheet, document.lines, figures).draw(y + 18, head.next_page)
    y = Totals(head, document, figures).draw(y)
    for heading, text in (("Notes", document.notes), ("Terms", document.terms)):
        if text.strip():
            y = head.paragraph(y + 22, heading, text)
    head.feet()
    if sheet.missing:
        shown = " ".join(f"U+{ord(each):04X}" for each in sorted(sheet.missing))
        LOG.warning("%s %s has no glyph for %s", document.title, document.number, shown)
    return sheet.finish()


def _particulars(head: Letterhead, document: InvoiceDocument, figures: Figures, y: float) -> float:
    """To whom, when, and how much: what a reader looks for first."""
    sheet = head.sheet
    credit = document.title == "Credit note"
    sheet.text(sheet.left, y + LABEL.size, "Credited to" if credit else "Billed to", LABEL)
    names = head.lines(sheet.left, y + 13, document.bill_to, 185, VALUE, PLAIN)

    middle = sheet.left + 205
    dates = head.labelled(middle, y, "Issued", figures.day(document.issue_date), 95)
    if document.due_date:
        dates = head.labelled(middle, dates, "Due", figures.day(document.due_date), 95)
    if document.reference:
        dates = head.labelled(middle, dates, "Reference", document.reference, 95)
    panel = _panel(head, document, figures, y - 6)
    return max(names, dates, panel)


def _panel(head: Letterhead, document: InvoiceDocument, figures: Figures, y: float) -> float:
    """The amount in a tinted box, with the way to pay it."""
    sheet = head.sheet
    credit = document.title == "Credit note"
    address = web_address(document.pay_url) if document.due > 0 and not credit else ""
    deposit = document.deposit if document.due > 0 and not credit else 0
    below = 13.0 if deposit else 0.0
    height = (101.0 if address else 64.0) + below
    left = sheet.right - _PANEL
    sheet.box(left, y, _PANEL, height, head.colour.mixed(WHITE, 0.92), radius=7)
    x, room = left + 14, _PANEL - 28

    amount = figures.money(document.total if credit else document.due)
    style = Style(21, INK, "SemiBold").fitted(amount, room)
    sheet.text(x, y + 19, "Total credit" if credit else "Amount due", LABEL)
    sheet.text(x, y + 41, amount, style)
    if document.due_date and document.due > 0 and not credit:
        sheet.text(x, y + 55, f"Due {figures.day(document.due_date)}", Style(8.4, GREY))
    if deposit:
        words = f"Deposit to pay first: {figures.money(deposit)}"
        sheet.text(x, y + 55 + below, words, Style(8.4, INK, "SemiBold").fitted(words, room))
    if address:
        y += below
        button = Style(9.4, head.colour.text_on(), "SemiBold")
        label = "Pay online"
        sheet.box(x, y + 66, room, 23, head.colour, radius=5)
        sheet.text(x + (room - button.measure(label)) / 2, y + 81, label, button)
        sheet.link(x, y + 66, room, 23, address)
        y -= below
    return y + height
