"""Rows of money that receipts of both kinds are made of: to invoices, from invoices, and sums."""

from dataclasses import dataclass
from datetime import date

from fsm_portal.gateways.pdf.colours import GREY, INK, RULE, WHITE
from fsm_portal.gateways.pdf.document import PaidInvoice, ReceiptDocument, RefundDocument
from fsm_portal.gateways.pdf.figures import Figures
from fsm_portal.gateways.pdf.letterhead import LABEL, PLAIN, VALUE, Letterhead
from fsm_portal.gateways.pdf.sheet import Style
from fsm_portal.gateways.pdf.text import shorten, tabular

PANEL = 190.0
ROW = 22.0
_ISSUED = 205.0  # where the day begins, from the left
_TOTAL = 110.0  # and where its total ends, from the right
_HEADING = Style(8, GREY, "SemiBold")
_WORDS = Style(9.2, INK)
_AMOUNT = Style(9.2, INK, "SemiBold")
_SUM = Style(10.6, INK, "SemiBold")


@dataclass(frozen=True, slots=True)
class PaymentRows:
    """Rows on the pages of ``head``. ``headings`` are those of the first column and of the last.

    ``amounts`` are what will stand in the last column, ``totals`` in the one before.
    """

    head: Letterhead
    figures: Figures
    headings: tuple[str, str]
    amounts: tuple[int, ...]
    totals: tuple[int, ...]

    def particulars(
        self,
        y: float,
        document: ReceiptDocument | RefundDocument,
        day: date,
        labels: tuple[str, str, str],
    ) -> float:
        """Whose money, when and by what way, and how much. Returns the end.

        ``labels`` are the words for the customer, for ``day`` and for the amount.
        """
        head, sheet, words = self.head, self.head.sheet, self.head.words
        whose, when, amount = map(words, labels)
        sheet.text(sheet.left, y + LABEL.size, whose, LABEL)
        names = head.lines(sheet.left, y + 13, document.customer, 185, VALUE, PLAIN)
        middle = sheet.left + _ISSUED
        facts = head.labelled(middle, y, when, self.figures.day(day), 100)
        facts = head.labelled(middle, facts, words("receipt.method"), document.method, 100)
        panel = self._amount_panel(y - 6, amount, document.amount, document.reference)
        return max(names, facts, panel)

    def _amount_panel(self, y: float, label: str, amount: int, reference: str) -> float:
        """The amount in a tinted box, and Stripe's reference below. Returns the end."""
        head, sheet = self.head, self.head.sheet
        left = sheet.right - PANEL
        sheet.box(left, y, PANEL, 56, head.colour.mixed(WHITE, 0.92), radius=7)
        text = self.figures.money(amount)
        style = Style(21, INK, "SemiBold").fitted(text, PANEL - 28)
        sheet.text(left + 14, y + 19, label, LABEL.fitted(label, PANEL - 28))
        sheet.text(left + 14, y + 41, text, style)
        y += 56
        if reference:
            # Here is room for it on one line: broken in two it is neither copied nor found again.
            shown = sheet.line(reference, 80)
            sheet.text(left + 14, y + 8 + LABEL.size, head.words("receipt.reference"), LABEL)
            sheet.text(left + 14, y + 30, shown, VALUE.fitted(shown, PANEL - 14))
            y += 38
        return y

    def heading(self, y: float) -> float:
        sheet, words = self.head.sheet, self.head.words
        first, last = self.headings
        sheet.text(sheet.left, y + 13, first, _HEADING)
        sheet.text(sheet.left + _ISSUED, y + 13, words("receipt.issued"), _HEADING)
        total = words("receipt.invoice_total")
        sheet.text_right(sheet.right - _TOTAL, y + 13, total, _HEADING)
        sheet.text_right(sheet.right, y + 13, last, _HEADING)
        sheet.rule(y + ROW, INK, thick=0.9)
        return y + ROW

    def invoice(self, y: float, paid: PaidInvoice) -> float:
        """What an invoice got, or gave back, with its day and what it came to."""
        sheet, figures = self.head.sheet, self.figures
        y = self._room(y)
        words = sheet.line(self.head.words("receipt.invoice", number=paid.number), 80)
        label = shorten(words, _ISSUED - 10, _WORDS.measure)
        sheet.text(sheet.left, y + 14.5, label, _WORDS)
        if paid.issue_date is not None:
            sheet.text(sheet.left + _ISSUED, y + 14.5, figures.day(paid.issue_date), _WORDS)
        if paid.total is not None:
            total = tabular(figures.money(paid.total))
            style = _WORDS.fitted(total, 90)
            widest = self._widest(self.totals, _WORDS, 90)
            sheet.figure(sheet.right - _TOTAL, y + 14.5, total, style, widest)
        return self._amount(y, paid.amount)

    def other(self, y: float, words: str, amount: int) -> float:
        """Any other row: what it is, and how much."""
        sheet = self.head.sheet
        y = self._room(y)
        label = shorten(sheet.line(words, 120), 400, _WORDS.measure)
        sheet.text(sheet.left, y + 14.5, label, _WORDS)
        return self._amount(y, amount)

    def sum(self, y: float, words: str, amount: int) -> float:
        sheet = self.head.sheet
        if y + ROW > sheet.bottom:
            y = self.head.next_page()
        total = tabular(self.figures.money(amount))
        sheet.text(sheet.left, y + 17, words, _AMOUNT)
        widest = self._widest(self.amounts, _SUM, 200)
        sheet.figure(sheet.right, y + 17, total, _SUM, widest)
        return y + ROW + 4

    def _amount(self, y: float, amount: int) -> float:
        sheet = self.head.sheet
        text = tabular(self.figures.money(amount))
        widest = self._widest(self.amounts, _SUM, 200)
        sheet.figure(sheet.right, y + 14.5, text, _AMOUNT, widest)
        sheet.rule(y + ROW, RULE)
        return y + ROW

    def _widest(self, amounts: tuple[int, ...], style: Style, most: float) -> float:
        """What the longest of ``amounts`` takes, where that is asked for (see Sheet.figure)."""
        if not self.head.sheet.mirrored or not amounts:
            return 0.0
        longest = max(map(abs, amounts))
        shown = (tabular(self.figures.money(each)) for each in (longest, min(amounts)))
        return min(most, max(map(style.measure, shown)))

    def _room(self, y: float) -> float:
        """Where the next row goes: here, or under the headings of another page."""
        return y if y + ROW <= self.head.sheet.bottom else self.heading(self.head.next_page())
