"""The sums below the lines, kept together on one page: totals, and the tax by rate."""

from collections.abc import Sequence
from dataclasses import dataclass

from fsm_portal.gateways.pdf.colours import GREY, INK, RULE
from fsm_portal.gateways.pdf.document import InvoiceDocument, TaxSummary
from fsm_portal.gateways.pdf.figures import Figures
from fsm_portal.gateways.pdf.letterhead import Letterhead
from fsm_portal.gateways.pdf.sheet import Style, web_address
from fsm_portal.gateways.pdf.text import shorten_rate, tabular, wrap
from fsm_portal.gateways.qr import QUIET, QrModules, qr_modules

_WIDTH = 232.0
_ROW = 17.0
_BAND = 30.0
_INSET = 10.0
_QUIET = Style(9.2, GREY)
_FIGURE = Style(9.2, INK)
_STRONG = Style(10.6, INK, "SemiBold")
_SMALL = Style(8, GREY)
_SMALL_INK = Style(8, INK)
_SMALL_HEADING = Style(8, GREY, "SemiBold")
_SMALL_ROW = 13.5
_SCAN = Style(9, INK, "SemiBold")
_CODE = 62.0  # points a side: a module is half a millimetre, which any telephone reads
_SCANNED = 300  # characters, from which a code gets too fine
_LISTED = 4  # rates that fit among the totals; more are summed there
_BESIDE = 12  # rates that fit beside the totals; more follow below


@dataclass(frozen=True, slots=True)
class Totals:
    head: Letterhead
    document: InvoiceDocument
    figures: Figures

    def draw(self, y: float) -> float:
        """Draws below ``y``, or on a new page if there is no room. Returns the end."""
        if y + self.height > self.head.sheet.bottom:
            y = self.head.next_page()
        address = self._address()
        code = qr_modules(address) if address else None
        taxes, beside = self._by_rate(), self._beside()
        end = self._sums(y + 10)
        left = self._taxes(y + 10, beside) if beside else y + 10
        if code:
            left = self._scan(max(left + 12, end - _CODE) if beside else left, code)
        end = max(end, left if beside or code else end)
        if taxes and not beside:
            end = self._taxes(end + 16, taxes)
        return end

    @property
    def height(self) -> float:
        """What they take of a page, with the gap above them."""
        beside = self._beside()
        small = (len(beside) + 1) * _SMALL_ROW + 6 if beside else 0.0
        sums = len(self._rows()) * _ROW + 8 + _BAND + 8
        return 14 + max(sums, small + (_CODE + 12 if self._address() else 0))

    def _by_rate(self) -> Sequence[TaxSummary]:
        """The rates to be listed apart."""
        taxes = self.document.taxes
        if len(taxes) == 1 and taxes[0].base == self.document.subtotal:
            return ()  # the totals say it all
        return taxes

    def _beside(self) -> Sequence[TaxSummary]:
        """Those that have room beside the totals."""
        taxes = self._by_rate()
        return taxes if len(taxes) <= _BESIDE else ()

    def _address(self) -> str:
        """Where to pay what is to be paid, as far as a code can hold it; else empty."""
        document = self.document
        if document.due <= 0 or document.title == "Credit note":
            return ""
        address = web_address(document.pay_url)
        return address if len(address) <= _SCANNED else ""

    def _scan(self, y: float, code: QrModules) -> float:
        """The code with what it is for beside it. Its quiet zone may reach over the margin."""
        sheet = self.head.sheet
        quiet = QUIET * _CODE / code.side
        sheet.squares(sheet.left - quiet, y - quiet, _CODE + 2 * quiet, code)
        x = sheet.left + _CODE + 8
        room = sheet.right - _WIDTH - _INSET - x - 10
        words = self.head.words("invoice.scan")
        for line in wrap(words, room, _SCAN.measure)[:2]:
            sheet.text(x, y + _CODE / 2, line, _SCAN)
            y += 12
        return y + _CODE

    def _rows(self) -> list[tuple[str, int, bool]]:
        document, words = self.document, self.head.words
        rows: list[tuple[str, int, bool]] = [
            (words("totals.subtotal"), document.subtotal + document.discount, False)
        ]
        if document.discount:
            label = document.discount_label or words("totals.discount")
            rows.append((label, -document.discount, False))
        if 0 < len(document.taxes) <= _LISTED:
            rows += [(tax.label, tax.amount, False) for tax in document.taxes]
        elif document.taxes or document.tax_total:
            rows.append((words("totals.tax"), document.tax_total, False))
        if document.title == "Credit note":
            return rows
        rows.append((words("totals.total"), document.total, True))
        if document.paid:
            rows.append((words("totals.paid"), -document.paid, False))
        if document.credited:
            label = words("stamp.void" if document.is_void else "totals.credited")
            rows.append((label, -document.credited, False))
        return rows

    def _sums(self, y: float) -> float:
        sheet, document = self.head.sheet, self.document
        left = sheet.right - _WIDTH
        drawn = []
        for label, amount, strong in self._rows():
            text = tabular(self.figures.money(amount))
            figure = (_STRONG if strong else _FIGURE).fitted(text, _WIDTH * 0.62)
            drawn.append((label, text, figure, strong))
        widest = max(figure.measure(text) for _, text, figure, _ in drawn)
        for label, text, figure, strong in drawn:
            if strong:
                sheet.rule(y + 3, RULE, left, sheet.right)
                y += 4
            room = _WIDTH - figure.measure(text) - 12
            style = _STRONG if strong else _QUIET
            words = shorten_rate(sheet.line(label, 80), room, style.measure)
            sheet.text(left, y + 12, words, style)
            sheet.figure(sheet.right, y + 12, text, figure, widest)
            y += _ROW
        credit = document.title == "Credit note"
        amount = document.total if credit else document.due
        label = self.head.words("invoice.total_credit" if credit else "invoice.amount_due")
        return self._band(y + 6, label, amount)

    def _band(self, y: float, label: str, amount: int) -> float:
        """What the reader looks for, on the company's colour."""
        sheet = self.head.sheet
        left, ink = sheet.right - _WIDTH - _INSET, self.head.colour.text_on()
        sheet.box(left, y, _WIDTH + _INSET, _BAND, self.head.colour, radius=5)
        text = tabular(self.figures.money(amount))
        figure = Style(12.5, ink, "SemiBold").fitted(text, _WIDTH - 90)
        room = _WIDTH - _INSET - figure.measure(text) - 12
        sheet.text(left + _INSET, y + 19.4, label, Style(10, ink, "SemiBold").fitted(label, room))
        sheet.text_right(sheet.right - _INSET, y + 19.6, text, figure)
        return y + _BAND

    def _taxes(self, y: float, taxes: Sequence[TaxSummary]) -> float:
        """Per rate: its name, the amount it applies to, and the tax."""
        sheet = self.head.sheet
        amount_right = sheet.right - _WIDTH - 40
        base_right = amount_right - 62
        room = base_right - sheet.left - 70
        widest = [
            self._widest([tax.base for tax in taxes]),
            self._widest([tax.amount for tax in taxes]),
        ]
        y = self._tax_heading(y, base_right, amount_right)
        for tax in taxes:
            if y + _SMALL_ROW > sheet.bottom:
                y = self._tax_heading(self.head.next_page(), base_right, amount_right)
            label = shorten_rate(sheet.line(tax.label, 80), room, _SMALL.measure)
            sheet.text(sheet.left, y + 9.5, label, _SMALL_INK)
            for right, value, longest in (
                (base_right, tax.base, widest[0]),
                (amount_right, tax.amount, widest[1]),
            ):
                text = tabular(self.figures.money(value))
                sheet.figure(right, y + 9.5, text, _SMALL_INK.fitted(text, 58), longest)
            y += _SMALL_ROW
        return y

    def _widest(self, amounts: Sequence[int]) -> float:
        """Of a column of the small table."""
        texts = [tabular(self.figures.money(amount)) for amount in amounts]
        return min(58.0, max(map(_SMALL_INK.measure, texts)))

    def _tax_heading(self, y: float, base_right: float, amount_right: float) -> float:
        sheet, words = self.head.sheet, self.head.words
        sheet.text(sheet.left, y + 10, words("totals.by_rate"), _SMALL_HEADING)
        sheet.text_right(base_right, y + 10, words("totals.taxable"), _SMALL_HEADING)
        sheet.text_right(amount_right, y + 10, words("totals.tax"), _SMALL_HEADING)
        sheet.rule(y + 15, RULE, sheet.left, amount_right)
        return y + 17
