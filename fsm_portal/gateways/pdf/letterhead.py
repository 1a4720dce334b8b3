"""What invoices and receipts share: the head of the first page, later pages, feet, the stamp."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fsm_portal.gateways.logo import fit_logo
from fsm_portal.gateways.pdf.colours import GREEN, GREY, INK, RED, RULE, Colour, company_colour
from fsm_portal.gateways.pdf.document import CompanyBlock, Stamp
from fsm_portal.gateways.pdf.sheet import Sheet, Style
from fsm_portal.gateways.pdf.text import shorten, wrap
from fsm_portal.gateways.pdf.wording import Wording

TITLE = Style(23, INK, "SemiBold")
NUMBER = Style(10.5, GREY)
NAME = Style(13, INK, "SemiBold", leading=16)
ADDRESS = Style(8.4, GREY, leading=11.8)
LABEL = Style(8, GREY, leading=12)
VALUE = Style(9.2, INK, "SemiBold", leading=12.6)
PLAIN = Style(9.2, INK, leading=12.6)
FOOT = Style(7.4, GREY)
RUNNING = Style(8.4, GREY)

_LOGO = (150.0, 40.0)  # the most room a logo gets
_COMPANY = 240.0  # the width of the company's name and address
_BESIDE_STAMP = 205.0
_NARROW = 120.0  # what it gets in any case
_LINES = 12  # of an address
# VAT Directive, article 215, with the United Kingdom, Switzerland and Norway.
_VAT = re.compile(
    r"(?:(?:AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|XI)"
    r"[0-9A-Z]{8,12}|CHE[0-9]{9}(?:MWST|TVA|IVA)?|NO[0-9]{9}(?:MVA)?)"
)
_STAMP_COLOURS = {"good": GREEN, "bad": RED, "quiet": GREY}


@dataclass(frozen=True, slots=True)
class Letterhead:
    """A sheet with a company's name on it."""

    sheet: Sheet
    company: CompanyBlock
    title: str
    number: str

    @property
    def words(self) -> Wording:
        return self.sheet.words

    @property
    def colour(self) -> Colour:
        return company_colour(self.company.colour)

    def first_page(self, stamp: Stamp | None = None) -> float:
        """Begins the document: the company on the left, what this is on the right."""
        sheet = self.sheet
        sheet.new_page()
        sheet.box(0, 0, sheet.width, 6, self.colour)
        # Beside a stamp a long name gets smaller, or there would be no room for the sender.
        title = TITLE.fitted(self.title, _BESIDE_STAMP) if stamp else TITLE
        sheet.text_right(sheet.right, sheet.top + 22, self.title, title)
        number = shorten(sheet.line(self.number, 60), 230, NUMBER.measure)
        sheet.text_right(sheet.right, sheet.top + 39, number, NUMBER)
        free = sheet.right - title.measure(self.title) - 16
        if stamp:
            free = self._stamp(stamp, free, sheet.top + 24) - 8
        room = max(min(_COMPANY, free - sheet.left), _NARROW)
        return max(self._company(sheet.top, room), sheet.top + 50)

    def _company(self, y: float, room: float) -> float:
        """Who sends it, in ``room`` from the left."""
        sheet, company = self.sheet, self.company
        picture = fit_logo(company.logo) if company.logo else None
        if picture:
            scale = min(_LOGO[0] / picture.width, _LOGO[1] / picture.height)
            width, height = picture.width * scale, picture.height * scale
            sheet.image(picture.png, sheet.left, y, width, height)
            y += height + 8
        y = self.lines(sheet.left, y, [company.name], room, NAME, most=4) + 3
        contact = [company.email, company.phone]
        both = " · ".join(filter(None, contact))
        if ADDRESS.measure(sheet.line(both, 160)) <= room:
            contact = [both]
        tax_id = self._tax_id() if company.tax_id else ""
        address = self.lines(sheet.left, y, company.address, room, ADDRESS)
        return self.lines(sheet.left, address, [*contact, tax_id], room, ADDRESS, most=5)

    def _tax_id(self) -> str:
        """It is a VAT number by its form (a country, then figures and letters), or of some other
        kind: what readers call theirs says nothing of a sender abroad."""
        number = self.company.tax_id
        is_vat = _VAT.fullmatch(number.replace(" ", "").replace("-", "").upper())
        return self.words("page.vat_id" if is_vat else "page.tax_id", id=number)

    def next_page(self) -> float:
        """Begins a later page under a line that says what it continues. Returns where to go on."""
        sheet = self.sheet
        sheet.new_page()
        sheet.box(0, 0, sheet.width, 6, self.colour)
        name = self.words.joined(self.title, sheet.line(self.number, 60), by=" ")
        what = shorten(name, 240, RUNNING.measure)
        who = shorten(sheet.line(self.company.name, 120), 240, RUNNING.measure)
        sheet.text(sheet.left, 34, what, RUNNING)
        sheet.text_right(sheet.right, 34, who, RUNNING)
        return sheet.top

    def lines(
        self,
        x: float,
        y: float,
        texts: Sequence[str],
        width: float,
        *styles: Style,
        most: int = _LINES,
    ) -> float:
        """Draws texts below each other, wrapped; the last style holds for the rest.

        What would be more than ``most`` lines ends in an ellipsis. Returns where to go on.
        """
        drawn: list[tuple[str, Style]] = []
        for index, text in enumerate(texts[: most + 1]):
            style = styles[min(index, len(styles) - 1)]
            cleaned = self.sheet.line(text, 160)
            drawn += [(each, style) for each in wrap(cleaned, width, style.measure) if each]
        if len(drawn) > most:
            last, style = drawn[most - 1]
            drawn[most - 1 :] = [(shorten(last + " …", width, style.measure), style)]
        for line, style in drawn:
            self.sheet.text(x, y + style.size, line, style)
            y += style.leading
        return y

    def labelled(
        self, x: float, y: float, label: str, value: str, width: float, below: str = ""
    ) -> float:
        """A small label with its value below, and ``below`` that. Returns where the next may
        begin."""
        self.sheet.text(x, y + LABEL.size, label, LABEL)
        values = [value, below] if below else [value]
        return self.lines(x, y + LABEL.leading + 1, values, width, VALUE, PLAIN, most=3) + 7

    def paragraph(self, y: float, heading: str, text: str) -> float:
        """A heading and text over the full width, going on to further pages as it must."""
        sheet = self.sheet
        lines = wrap(sheet.block(text), sheet.right - sheet.left, ADDRESS.measure)
        if y + LABEL.leading + 2 * ADDRESS.leading > sheet.bottom:
            y = self.next_page()
        sheet.text(sheet.left, y + VALUE.size, heading, Style(8.4, INK, "SemiBold"))
        y += 14
        for line in lines:
            if y + ADDRESS.leading > sheet.bottom:
                y = self.next_page()
            sheet.text(sheet.left, y + ADDRESS.size, line, ADDRESS)
            y += ADDRESS.leading
        return y

    def feet(self) -> None:
        """The last line of every page: who to ask, and which page of how many this is."""
        sheet, company = self.sheet, self.company
        contact = " · ".join(filter(None, (company.name, company.email, company.phone)))
        left = shorten(sheet.line(contact, 300), 320, FOOT.measure)
        number = shorten(sheet.line(self.number, 60), 120, FOOT.measure)
        for page in sheet.every_page():
            base = sheet.height - 32
            sheet.rule(base - 13, RULE)
            sheet.text(sheet.left, base, left, FOOT)
            place = self.words("page.place", page=page, pages=sheet.pages)
            right = self.words.joined(number, place)
            sheet.text_right(sheet.right, base, right, FOOT)

    def _stamp(self, stamp: Stamp, right: float, y: float) -> float:
        """A tilted stamp that ends before the title; ``y`` is its middle. Returns its left."""
        sheet, colour = self.sheet, _STAMP_COLOURS[stamp.tone]
        text, below = sheet.line(stamp.text, 20).upper(), sheet.line(stamp.note, 40)
        word = Style(19, colour, "SemiBold").fitted(text, 106)
        note = Style(7.6, colour, "SemiBold").fitted(below, 106)
        width = max(word.measure(text), note.measure(below)) + 26
        height = 44.0 if below else 32.0
        x = right - width / 2
        with sheet.turned(8, x, y):
            left, top = x - width / 2, y - height / 2
            sheet.frame(left, top, width, height, colour, 1.8, 6)
            sheet.text(x - word.measure(text) / 2, top + 23, text, word)
            sheet.text(x - note.measure(below) / 2, top + 35.5, below, note)
        return x - width / 2
