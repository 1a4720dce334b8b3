"""How long an invoice takes to draw, beside reportlab, WeasyPrint and typst drawing the same one.

    python -m bench.pdf

All run in this process on one core, turn by turn, so that a busy machine slows all of them;
medians are compared. Every turn draws another invoice: nothing is remembered from the last. What
each has drawn is read back first, and has to say the same. typst compiles to machine code, the
other three are Python; WeasyPrint and typst are there for comparison, reportlab is the goal.
"""

import statistics
import time
from collections.abc import Callable

from bench import pdf_typst, pdf_weasyprint
from bench.pdf_content import check, invoice
from bench.pdf_reportlab import render_with_reportlab
from bench.row import Row
from fsm_portal.gateways.pdf import InvoiceDocument, render_invoice
from fsm_portal.gateways.qr import qr_modules

# Lines of an invoice, how often all draw it, and the ratio to reportlab that is aimed for.
CASES = ((5, 41, 1.0), (50, 15, 1.0), (500, 5, 1.0))
OURS = "ours"
Drawer = Callable[[InvoiceDocument], bytes]


def run() -> list[Row]:
    """Measures every case. Takes about a minute, most of it WeasyPrint's."""
    drawers = _drawers()
    rows = []
    for lines, turns, goal in CASES:
        for name, draw in drawers.items():
            check(name, invoice(lines), draw(invoice(lines)))
        times = _medians(drawers, lines, turns)
        ours = times.pop(OURS)
        rows += [
            Row(
                name=f"PDF of an invoice with {lines} lines, against {name}",
                ours=_figures(ours),
                baseline=_figures(taken),
                ratio=ours / taken,
                goal=goal if name == "reportlab" else None,
            )
            for name, taken in times.items()
        ]
    return rows


def _drawers() -> dict[str, Drawer]:
    drawers: dict[str, Drawer] = {OURS: render_invoice, "reportlab": render_with_reportlab}
    if missing := pdf_weasyprint.available():
        print(missing)
    else:
        drawers["WeasyPrint"] = pdf_weasyprint.render_with_weasyprint
    if missing := pdf_typst.available():
        print(missing)
    else:
        drawers["typst"] = pdf_typst.render_with_typst
    return drawers


def _medians(drawers: dict[str, Drawer], lines: int, turns: int) -> dict[str, float]:
    """Milliseconds of each. The drawing that was checked has warmed them up."""
    times: dict[str, list[float]] = {name: [] for name in drawers}
    for turn in range(1, turns + 1):
        document = invoice(lines, turn)
        for name, draw in drawers.items():
            qr_modules.cache_clear()  # each of them makes the code anew
            start = time.perf_counter()
            draw(document)
            times[name].append((time.perf_counter() - start) * 1000)
    return {name: statistics.median(taken) for name, taken in times.items()}


def _figures(milliseconds: float) -> str:
    a_second = 1000 / milliseconds
    return f"{milliseconds:.1f} ms, {a_second:.{0 if a_second >= 10 else 1}f} a second"


if __name__ == "__main__":
    for row in run():
        aim = "" if row.goal is None else f" (goal {row.goal})"
        print(f"{row.name}: {row.ours} / {row.baseline} = {row.ratio:.2f}{aim}")
