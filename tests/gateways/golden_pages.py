"""Six pages as they were looked at and found good, as small pictures.

    python -m tests.gateways.golden_pages    # draws them anew; look at them before committing

They are compared cell by cell and not pixel by pixel: another version of the renderer smooths edges
otherwise, but does not move a line.
"""

import subprocess
import tempfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from PIL import Image, ImageChops

from fsm_portal.gateways.pdf import Document, InvoiceLine, Stamp, TaxSummary, draw
from tests.gateways.pdf_documents import invoice
from tests.gateways.pdf_kinds import in_place

FOLDER = Path(__file__).parent / "golden"
RESOLUTION = 48  # dots an inch: a line of text is six high
CELL = 8  # dots a side: two thirds of a line of the table
MOST = 26  # of 255, that a cell may be lighter or darker on average; a word is 40 to 90


def several_rates() -> Document:
    """Fifty lines at three rates, on two pages."""
    rates = (("8.25%", 82_500), ("5%", 50_000), ("0%", 0))
    lines, bases = [], dict.fromkeys((name for name, _ in rates), 0)
    for number in range(50):
        name, _ = rates[number % 3]
        amount = 1_250 + 437 * number
        bases[name] += amount
        detail = "Fitted on site, two technicians" if number % 4 == 0 else ""
        lines.append(
            InvoiceLine(
                f"Part no. {1000 + number}", Decimal(1), Decimal(amount), amount, detail, name
            )
        )
    taxes = tuple(
        TaxSummary(f"Sales tax {name}", bases[name], bases[name] * ppm // 1_000_000)
        for name, ppm in rates
    )
    subtotal, tax = sum(bases.values()), sum(each.amount for each in taxes)
    return invoice(
        *lines,
        taxes=taxes,
        subtotal=subtotal,
        tax_total=tax,
        total=subtotal + tax,
        due=0,
        paid=subtotal + tax,
        pay_url="",
        stamp=Stamp("Paid", "Nov 21, 2026"),
    )


def pages() -> dict[str, tuple[Document, ...]]:
    """Name of a picture -> the documents whose pages are on it, beside each other."""
    return {
        "us-invoice": (in_place("invoice", "en_US"),),
        "fifty-lines-three-rates": (several_rates(),),
        "arabic-invoice": (in_place("invoice", "ar_AE"),),
        "japanese-invoice-chinese-receipt": (
            in_place("invoice", "ja_JP"),
            in_place("receipt", "zh_CN"),
        ),
        "thai-statement-with-emoji": (in_place("invoice", "th_TH"), in_place("statement", "th_TH")),
        "credit-note-refund-receipt": (
            in_place("credit_note", "de_DE"),
            in_place("refund", "en_US"),
        ),
    }


def picture(documents: Sequence[Document]) -> Image.Image:
    """The pages of ``documents`` beside each other, in greys. Needs pdftoppm."""
    found: list[Image.Image] = []
    with tempfile.TemporaryDirectory() as folder:
        for number, document in enumerate(documents):
            source = Path(folder) / f"{number}.pdf"
            source.write_bytes(draw(document).content)
            subprocess.run(
                ["pdftoppm", "-r", str(RESOLUTION), "-gray", source, Path(folder) / f"{number}"],
                check=True,
            )
        for path in sorted(Path(folder).glob("*.pgm")):
            with Image.open(path) as image:
                found.append(image.convert("L"))
    sheet = Image.new("L", (sum(each.width for each in found), max(each.height for each in found)))
    x = 0
    for each in found:
        sheet.paste(each, (x, 0))
        x += each.width
    return sheet


def moved(one: Image.Image, other: Image.Image) -> list[tuple[int, int]]:
    """The cells, as (column, row), in which the two differ to the eye; all of them if they are of
    different sizes."""
    if one.size != other.size:
        return [(0, 0)]
    width, height = (-(-side // CELL) for side in one.size)
    difference = ImageChops.difference(one, other)
    cells = difference.resize((width, height), Image.Resampling.BOX).tobytes()
    return [(index % width, index // width) for index, value in enumerate(cells) if value > MOST]


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, documents in pages().items():
        greys = picture(documents).quantize(16)
        greys.save(FOLDER / f"{name}.png", optimize=True)
        print(name, (FOLDER / f"{name}.png").stat().st_size)
