"""The invoice that all drawers draw, and whether a file that one has drawn says what it should."""

import io
import re
import subprocess
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal

import zxingcpp
from PIL import Image
from pypdf import PdfReader

from fsm_portal.gateways import formats
from fsm_portal.gateways.pdf import CompanyBlock, InvoiceDocument, InvoiceLine, TaxSummary
from fsm_portal.gateways.qr import qr_modules

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


def invoice(lines: int, turn: int = 0) -> InvoiceDocument:
    """An invoice of Bright Heating with that many lines.

    Every ``turn`` has another number and other words and prices in each line, so that a drawer
    that remembers what it has drawn before gains nothing by it.
    """
    drawn = []
    for index in range(lines):
        words, detail, quantity, price = WORK[index % len(WORK)]
        each = Decimal(price) + 100 * turn
        amount = int((Decimal(quantity) * each).to_integral_value())
        said = f"{words}, job {turn}-{index}"
        drawn.append(InvoiceLine(said, Decimal(quantity), each, amount, detail, "8.25%"))
    subtotal = sum(line.amount for line in drawn)
    tax = subtotal * 825 // 10_000
    return InvoiceDocument(
        company=CompanyBlock(
            name="Bright Heating Co.",
            address=("48 Franklin Street", "Brooklyn, NY 11222"),
            email="office@brightheating.example",
            phone="+1 718 555 0142",
        ),
        number=f"INV-{42 + turn:04}",
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
        pay_url=f"https://portal.example/portal/invoices/0193f2{turn:04x}/",
    )


def code_path(address: str) -> tuple[str, int]:
    """The QR code of ``address`` as an SVG's path, and the units of its square: the same for all,

    for it is drawers that are compared.
    """
    code = qr_modules(address)
    return "".join(f"M{x} {y}h{run}v1h-{run}z" for x, y, run in code.runs), code.side


def check(who: str, document: InvoiceDocument, file: bytes) -> None:
    """Reads ``file`` back. Raises AssertionError where it lacks a line, a figure, the link to pay,

    the code to pay by, the count of pages, or is drawn with other typefaces.
    """
    reader = PdfReader(io.BytesIO(file))
    # Where a line breaks is each drawer's own affair, and so is the space between words.
    text = "".join("".join(page.extract_text() for page in reader.pages).split())

    def money(amount: int) -> str:
        return "".join(formats.money(amount, document.currency, document.locale).split())

    jobs = set(re.findall(r"job\d+-\d+", text))
    wanted = {"".join(line.description.split())[-len("job0-0") :] for line in document.lines}
    assert len(jobs) >= len(wanted), f"{who}: {len(jobs)} of {len(document.lines)} lines"
    amounts = Counter(money(line.amount) for line in document.lines)
    for amount, times in amounts.items():
        assert text.count(amount) >= times, f"{who}: {amount} is there {text.count(amount)} times"
    sums = (document.subtotal, document.tax_total, document.total, -document.paid, document.due)
    for figure in map(money, sums):
        assert figure in text or figure.replace("-", "\u2212") in text, f"{who} lacks {figure}"
    said = (document.number, document.notes, document.terms, document.company.email)
    for words in ("".join(each.split()) for each in (*said, *document.bill_to)):
        assert words in text, f"{who} lacks {words}"
    pages = len(reader.pages)
    assert f"Page{pages}of{pages}" in text, f"{who} does not count its {pages} pages"
    assert _links(reader) == {document.pay_url}, f"{who} links to {_links(reader)}"
    # reportlab names Helvetica in every file and writes nothing with it.
    foreign = {name for name in _typefaces(reader) if "Inter" not in name} - {"/Helvetica"}
    assert not foreign, f"{who} writes with {foreign}"
    assert _code(file, pages) == document.pay_url, f"{who}: the code cannot be read"


def _code(file: bytes, page: int) -> str:
    """What a telephone reads on the last page."""
    command = ["pdftoppm", "-r", "150", "-png", "-f", f"{page}", "-l", f"{page}", "-"]
    drawn = subprocess.run(command, input=file, capture_output=True, check=True).stdout
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(drawn)))
    return "".join(code.text for code in found)


def _links(reader: PdfReader) -> set[str]:
    return {
        str(action["/URI"])
        for page in reader.pages
        for mark in page.get("/Annots") or ()
        if (action := mark.get_object().get("/A")) and "/URI" in action
    }


def _typefaces(reader: PdfReader) -> set[str]:
    return {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"].get("/Font", {}).values()
    }
