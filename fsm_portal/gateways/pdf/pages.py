"""fpdf2's pages, with what it has no words for."""

from collections.abc import Iterable

from fpdf import FPDF


class Pages(FPDF):
    """Leans on fpdf2's way of writing operators (``_out``), as ``embedding.py`` does."""

    def write_squares(
        self, x: float, y: float, unit: float, runs: Iterable[tuple[int, int, int]]
    ) -> None:
        """Fills rows of squares of ``unit`` points, given as (column, row, how many), as one path;
        ``x`` and ``y`` are the top left corner."""
        top = self.h - y
        squares = " ".join(
            f"{x + column * unit:.2f} {top - (row + 1) * unit:.2f} {count * unit:.2f} {unit:.2f} re"
            for column, row, count in runs
        )
        colour = self.fill_color.serialize().lower() if self.fill_color else ""
        self._out(f"q {colour} {squares} f Q")
