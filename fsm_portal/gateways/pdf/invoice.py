"""An invoice or a credit note as a PDF file."""

from fsm_portal.gateways.pdf.colours import GREY, INK, WHITE
from fsm_portal.gateways.pdf.document import InvoiceDocument
from fsm_portal.gateways.pdf.drawn import Drawn
from fsm_portal.gateways.pdf.figures import Figures
from fsm_portal.gateways.pdf.letterhead import LABEL, PLAIN, VALUE, Letterhead
from fsm_portal.gateways.pdf.sheet import Sheet, Style, web_address
from fsm_portal.gateways.pdf.table import line_table
from fsm_portal.gateways.pdf.totals import Totals

_PANEL = 190.0
_BELOW = Style(8.4, GREY)


def draw_invoice(document: InvoiceDocument) -> Drawn:
    """The document as PDF bytes: A4, or Letter where that is the custom.

    Equal documents give equal bytes. Raises ValueError for an unknown currency or locale.
    """
    kind = "kind.credit_note" if document.title == "Credit note" else "kind.invoice"
    sheet = Sheet.of(document, kind, document.number)
    figures = Figures(document.currency, document.locale)
    head = Letterhead(sheet, document.company, sheet.words(kind), document.number)

    y = head.first_page(document.stamp)
    y = _particulars(head, document, figures, y + 24)
    totals = Totals(head, document, figures)
    table = line_table(sheet, document.lines, figures)
    y = totals.draw(table.draw(y + 18, head.next_page, totals.height))
    for heading, text in (("notes", document.notes), ("terms", document.terms)):
        if text.strip():
            y = head.paragraph(y + 22, sheet.words(f"invoice.{heading}"), text)
    head.feet()
    return sheet.drawn()


def _particulars(head: Letterhead, document: InvoiceDocument, figures: Figures, y: float) -> float:
    """To whom, when, and how much: what a reader looks for first."""
    sheet, words = head.sheet, head.words
    credit = document.title == "Credit note"
    whom = words("invoice.credited_to" if credit else "invoice.billed_to")
    sheet.text(sheet.left, y + LABEL.size, whom, LABEL)
    names = head.lines(sheet.left, y + 13, document.bill_to, 185, VALUE, PLAIN)

    middle = sheet.left + 205
    issued = words("invoice.issued")
    dates = head.labelled(middle, y, issued, figures.day(document.issue_date), 95)
    if document.due_date:
        due = words("invoice.due")
        dates = head.labelled(middle, dates, due, figures.day(document.due_date), 95)
    if document.reference:
        reference = words("invoice.of_invoice" if credit else "invoice.reference")
        # The number of the other document, and its day: both belong on what amends it.
        day = figures.day(document.reference_date) if document.reference_date else ""
        dates = head.labelled(middle, dates, reference, document.reference, 95, below=day)
    panel = _panel(head, document, figures, y - 6)
    return max(names, dates, panel)


def _panel(head: Letterhead, document: InvoiceDocument, figures: Figures, y: float) -> float:
    """The amount in a tinted box, with the way to pay it."""
    sheet, words = head.sheet, head.words
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
    label = words("invoice.total_credit" if credit else "invoice.amount_due")
    sheet.text(x, y + 19, label, LABEL.fitted(label, room))
    sheet.text(x, y + 41, amount, style)
    if document.due_date and document.due > 0 and not credit:
        due = words("invoice.due_on", day=figures.day(document.due_date))
        sheet.text(x, y + 55, due, _BELOW.fitted(due, room))
    if deposit:
        first = words("invoice.deposit_first", amount=figures.money(deposit))
        sheet.text(x, y + 55 + below, first, Style(8.4, INK, "SemiBold").fitted(first, room))
    if address:
        y += below
        button = Style(9.4, head.colour.text_on(), "SemiBold")
        label = words("invoice.pay_online")
        sheet.box(x, y + 66, room, 23, head.colour, radius=5)
        sheet.text(x + (room - button.measure(label)) / 2, y + 81, label, button)
        sheet.link(x, y + 66, room, 23, address)
        y -= below
    return y + height
