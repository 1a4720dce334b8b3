"""How long an invoice takes to draw, beside reportlab drawing the same one.

    python -m bench.pdf

Both run in this process, turn by turn, so that a busy machine slows both; medians are compared.
"""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

from bench.pdf_baseline import render_with_reportlab
from bench.row import Row
from fsm_portal.gateways.pdf import (
    CompanyBlock,
    InvoiceDocument,
    InvoiceLine,
    TaxSummary,
    render_invoice,
)

# Lines of an invoice, how often both draw it, and the ratio that is aimed for.
CASES = ((5, 41, 2.0), (50, 21, 1.5), (500, 5, 0.7))

LONG = (
    "Copper fittings, assorted, counted on site by the technician and sold by the piece as they "
    "were needed for the repair of the riser"
)
WORK = (
    ("Quarterly boiler service", "Site visit 12 Sep, two technicians", "1", "145000"),
    ("Circulation pump UPS3 15-50/65", "Replacement part incl. fitting", "2", "38900"),
    ("Water treatment, per 100 L", "Inhibitor and flush", "6", "4250"),
    ("Emergency call-out", "Saturday 20 Sep, 18:40 to 20:10", "1.5", "16000"),
    (LONG, "", "120", "4.9"),
)


def invoice(lines: int) -> InvoiceDocument:
    """An invoice of Bright Heating with that many lines."""
    drawn = []
    for index in range(lines):
        description, detail, quantity, price = WORK[index % len(WORK)]
        amount = int((Decimal(quantity) * Decimal(price)).to_integral_value())
        drawn.append(
            InvoiceLine(description, Decimal(quantity), Decimal(price), amount, detail, "8.25%")
        )
    subtotal = sum(line.amount for line in drawn)
    tax = subtotal * 825 // 10_000
    return InvoiceDocument(
        company=CompanyBlock(
            name="Bright Heating Co.",
            address=("48 Franklin Street", "Brooklyn, NY 11222"),
            email="office@brightheating.example",
            phone="+1 718 555 0142",
        ),
        number="INV-0042",
        issue_date=date(2026, 9, 22),
        due_date=date(2026, 10, 22),
        bill_to=("Harbor View Apartments", "Attn. Dana Reyes", "Brooklyn, NY 11201"),
        currency="USD",
        lines=tuple(drawn),
        taxes=(TaxSummary("Sales tax (8.25%)", subtotal, tax),),
        subtotal=subtotal,
        tax_total=tax,
        total=subtotal + tax,
        paid=10_000,
        due=subtotal + tax - 10_000,
        created_at=datetime(2026, 9, 22, 14, tzinfo=UTC),
        notes="The pump carries a five-year warranty; keep this invoice as proof of purchase.",
        terms="Payment is due within 30 days.",
        pay_url="https://portal.example/portal/invoices/0193f2/",
    )


def run() -> list[Row]:
    """Measures every case. Takes about ten seconds."""
    rows = []
    for lines, turns, goal in CASES:
        document = invoice(lines)
        ours, baseline = _medians(
            turns, lambda d=document: render_invoice(d), lambda d=document: render_with_reportlab(d)
        )
        rows.append(
            Row(
                name=f"PDF of an invoice with {lines} lines, against reportlab",
                ours=f"{ours:.1f} ms",
                baseline=f"{baseline:.1f} ms",
                ratio=ours / baseline,
                goal=goal,
            )
        )
    return rows


def _medians(turns: int, *works: Callable[[], bytes]) -> list[float]:
    """Milliseconds of each, taking turns after one round to warm up."""
    times: list[list[float]] = [[] for _ in works]
    for turn in range(turns + 1):
        for work, taken in zip(works, times, strict=True):
            start = time.perf_counter()
            work()
            if turn:
                taken.append((time.perf_counter() - start) * 1000)
    return [statistics.median(taken) for taken in times]


if __name__ == "__main__":
    for row in run():
        print(f"{row.name}: {row.ours} / {row.baseline} = {row.ratio:.2f} (goal {row.goal})")
