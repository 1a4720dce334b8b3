"""The table of lines: columns as wide as their figures, a header on every page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fsm_portal.gateways.pdf.colours import GREY, INK, RULE
from fsm_portal.gateways.pdf.document import InvoiceLine
from fsm_portal.gateways.pdf.figures import Figures
from fsm_portal.gateways.pdf.sheet import Sheet, Style
from fsm_portal.gateways.pdf.text import shorten_rate, tabular, wrap

HEADING = Style(8, GREY, "SemiBold")
WORDS = Style(9.2, INK, leading=12.4)
DETAIL = Style(8, GREY, leading=10.8)
AMOUNT = Style(9.2, INK, "SemiBold")
_GAP = 16.0
_AIRY, _DENSE = 6.2, 3.8  # above and below the words of a row
_LONG = 25  # lines, from which on paper matters more than air
_HEADER = 22.0
_COME_ALONG = 2  # rows that go to a new page with the sums, which else stood there without a line
_MOST_FIGURES = 0.62  # of the width; the description keeps the rest
_DESCRIPTION, _DETAIL, _TAX = 1000, 4000, 80  # characters


@dataclass(frozen=True, slots=True)
class Column:
    """A column of figures, which ends at ``right``."""

    heading: str
    style: Style
    right: float
    cells: Sequence[str]
    widths: Sequence[float]
    widest: float


@dataclass(frozen=True, slots=True)
class LineTable:
    """Lines laid out for a sheet, ready to be drawn."""

    sheet: Sheet
    columns: tuple[Column, ...]
    words: tuple[tuple[tuple[str, Style], ...], ...]

    @property
    def _pad(self) -> float:
        return _AIRY if len(self.words) < _LONG else _DENSE

    def draw(self, y: float, next_page: Callable[[], float], below: float = 0.0) -> float:
        """Draws from ``y`` on, asking ``next_page`` for the top of a new page. Returns the end.

        ``below`` is how much stands under the last row, and not without it.
        """
        if self.words and self._moves(self.words[0], y + _HEADER):
            y = next_page()  # headings stand over a row, never alone at the foot of a page
        y = self._header(y)
        for index, words in enumerate(self.words):
            if self._moves(words, y) or (below and index and self._parts(index, y, below)):
                y = self._header(next_page())
            y = self._row(index, words, y, next_page)
            self.sheet.rule(y, RULE)
        return y

    def _moves(self, words: tuple[tuple[str, Style], ...], y: float) -> bool:
        """Whether a row goes to the next page whole; one that is very tall is split instead."""
        height = sum(style.leading for _, style in words) + 2 * self._pad
        room, fresh = self.sheet.bottom - y, self.sheet.bottom - self.sheet.top
        return height > room and (height < fresh / 2 or room < 4 * WORDS.leading)

    def _parts(self, index: int, y: float, below: float) -> bool:
        """Whether a page ends between the rows from ``index`` on, the last ones, and what stands
        below them; it need not where that all has room on one page."""
        if index < len(self.words) - _COME_ALONG:
            return False
        rows = sum(
            sum(style.leading for _, style in words) + 2 * self._pad for words in self.words[index:]
        )
        fresh = self.sheet.bottom - self.sheet.top - _HEADER
        return y + rows <= self.sheet.bottom < y + rows + below and rows + below <= fresh

    def _header(self, y: float) -> float:
        base = y + 13
        self.sheet.text(self.sheet.left, base, self.sheet.words("table.description"), HEADING)
        for column in self.columns:
            self.sheet.text_right(column.right, base, column.heading, HEADING)
        self.sheet.rule(y + _HEADER, INK, thick=0.9)
        return y + _HEADER

    def _row(
        self,
        index: int,
        words: tuple[tuple[str, Style], ...],
        y: float,
        next_page: Callable[[], float],
    ) -> float:
        y += self._pad
        # The figures stand beside the first line, but come after the words: the order in which a
        # row is read out or copied.
        base, waiting = y + WORDS.size, True
        for text, style in words:
            if y + style.leading > self.sheet.bottom:
                if waiting:
                    self._figures(index, base)
                waiting = False
                y = self._header(next_page()) + self._pad
            self.sheet.text(self.sheet.left, y + style.size, text, style)
            y += style.leading
        if waiting:
            self._figures(index, base)
        return y + self._pad

    def _figures(self, index: int, base: float) -> None:
        for column in self.columns:
            taken = column.widest if self.sheet.mirrored else column.widths[index]
            x = column.right - taken
            self.sheet.text(x, base, column.cells[index], column.style)


def line_table(sheet: Sheet, lines: Sequence[InvoiceLine], figures: Figures) -> LineTable:
    """Measures the figures, gives the descriptions the room that is left, and wraps them."""
    words = sheet.words
    given: list[tuple[str, Style, list[str]]] = [
        (
            words("table.quantity"),
            WORDS,
            [tabular(figures.quantity(line.quantity)) for line in lines],
        ),
        (
            words("table.unit_price"),
            WORDS,
            [tabular(figures.price(line.unit_price)) for line in lines],
        ),
        (words("table.amount"), AMOUNT, [tabular(figures.money(line.amount)) for line in lines]),
    ]
    if any(line.tax_label for line in lines):
        labels = [
            shorten_rate(sheet.line(line.tax_label, _TAX), 90, WORDS.measure) for line in lines
        ]
        given.insert(2, (words("table.tax"), WORDS, labels))
    columns = _placed(sheet, given)
    first = columns[0]
    room = first.right - max([*first.widths, HEADING.measure(first.heading)]) - _GAP - sheet.left
    return LineTable(sheet, columns, tuple(_words(sheet, line, room) for line in lines))


def _placed(sheet: Sheet, given: list[tuple[str, Style, list[str]]]) -> tuple[Column, ...]:
    """Columns from the right edge inwards; all of them smaller if the figures are very long."""
    measured = [
        (name, style, cells, list(map(style.measure, cells))) for name, style, cells in given
    ]
    taken = sum(max(widths, default=0) + _GAP for *_, widths in measured)
    allowed = (sheet.right - sheet.left) * _MOST_FIGURES
    scale = min(1.0, allowed / taken)
    columns: list[Column] = []
    right = sheet.right
    for name, style, cells, widths in reversed(measured):
        if scale < 1:
            style = Style(style.size * scale, style.colour, style.weight)
            widths = [width * scale for width in widths]
        widest = max(widths, default=0.0)
        columns.append(Column(name, style, right, cells, widths, widest))
        right -= max(widest, HEADING.measure(name)) + _GAP
    return tuple(reversed(columns))


def _words(sheet: Sheet, line: InvoiceLine, room: float) -> tuple[tuple[str, Style], ...]:
    words = sheet.line(line.description, _DESCRIPTION)
    shown = [(each, WORDS) for each in wrap(words, room, WORDS.measure)]
    if line.note:
        note = sheet.line(line.note, _DETAIL)
        shown += [(each, DETAIL) for each in wrap(note, room, DETAIL.measure)]
    if line.detail:
        detail = sheet.block(line.detail, _DETAIL)
        shown += [(each, DETAIL) for each in wrap(detail, room, DETAIL.measure)]
    return tuple(shown)
