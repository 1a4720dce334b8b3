"""Documents of the named cast for the PDF tests, and what a reader finds in a finished file."""

import io
import shutil
import subprocess
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader

from fsm_portal.gateways.pdf import (
    CompanyBlock,
    InvoiceDocument,
    InvoiceLine,
    PaidInvoice,
    ReceiptDocument,
    TaxSummary,
)

PAY_URL = "https://portal.brightheating.example/portal/invoices/0193f2c4/"

BRIGHT_HEATING = CompanyBlock(
    name="Bright Heating Co.",
    address=("48 Mercer Street", "New York, NY 10013"),
    email="office@brightheating.example",
    phone="+1 212 555 0142",
    tax_id="13-5550142",
)
BOILER_SERVICE = InvoiceLine(
    "Annual boiler service", Decimal(1), Decimal(18900), 18900, "Two technicians", "8.25%"
)
THERMOSTAT = InvoiceLine("Thermostat, fitted", Decimal(2), Decimal(4550), 9100, "", "8.25%")


def line(description: str = "Work", price: str = "100", quantity: str = "1") -> InvoiceLine:
    """A line of the description, with a price in minor units."""
    amount = int((Decimal(price) * Decimal(quantity)).to_integral_value())
    return InvoiceLine(description, Decimal(quantity), Decimal(price), amount)


def invoice(*lines: InvoiceLine, **changes) -> InvoiceDocument:
    """An invoice for Harbor View Apartments; two lines and a tax unless told otherwise."""
    lines = lines or (BOILER_SERVICE, THERMOSTAT)
    subtotal = sum(each.amount for each in lines)
    tax = subtotal * 825 // 10_000
    values = {
        "company": BRIGHT_HEATING,
        "number": "INV-0042",
        "issue_date": date(2026, 11, 2),
        "due_date": date(2026, 12, 2),
        "bill_to": ("Harbor View Apartments", "Dana Reyes", "200 Harbor View Drive"),
        "currency": "USD",
        "lines": lines,
        "taxes": (TaxSummary("Sales tax (8.25%)", subtotal, tax),),
        "subtotal": subtotal,
        "tax_total": tax,
        "total": subtotal + tax,
        "due": subtotal + tax,
        "created_at": datetime(2026, 11, 2, 15, tzinfo=UTC),
        "pay_url": PAY_URL,
    }
    return InvoiceDocument(**{**values, **changes})


def receipt(**changes) -> ReceiptDocument:
    """A receipt for a card payment of two invoices."""
    values = {
        "company": BRIGHT_HEATING,
        "number": "RCP-0007",
        "paid_on": date(2026, 11, 21),
        "amount": 30310,
        "currency": "USD",
        "method": "Visa ending 4242",
        "customer": ("Harbor View Apartments", "Dana Reyes"),
        "reference": "pi_3Qa8",
        "allocations": (PaidInvoice("INV-0041", 10000), PaidInvoice("INV-0042", 20310)),
        "created_at": datetime(2026, 11, 21, 15, tzinfo=UTC),
    }
    return ReceiptDocument(**{**values, **changes})


def pages(file: bytes) -> list[str]:
    """The words of each page, every run of white space as one space."""
    reader = PdfReader(io.BytesIO(file), strict=True)
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def words(file: bytes) -> str:
    return " ".join(pages(file))


def addresses(file: bytes) -> list[str]:
    """Every address that a click in the file would open; fails for any other kind of action."""
    found = []
    for page in PdfReader(io.BytesIO(file)).pages:
        for annotation in page.get("/Annots", ()):
            action = annotation.get_object()["/A"]
            assert action["/S"] == "/URI"
            found.append(action["/URI"])
    return found


def plain(file: bytes, folder: Path) -> bytes:
    """The file with its streams unpacked by qpdf, after qpdf has found no fault in it."""
    if not shutil.which("qpdf"):
        pytest.skip("qpdf is not installed")
    source, target = folder / "document.pdf", folder / "plain.pdf"
    source.write_bytes(file)
    checked = subprocess.run(["qpdf", "--check", source], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    subprocess.run(["qpdf", "--qdf", "--object-streams=disable", source, target], check=True)
    return target.read_bytes()
