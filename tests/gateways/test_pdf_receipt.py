"""A receipt as a PDF: how much came in, how, and which invoices it paid."""

import io
from datetime import date

from pypdf import PdfReader

from fsm_portal.gateways.pdf import MoneyBack, PaidInvoice, Stamp, render_receipt
from tests.gateways.pdf_documents import addresses, pages, plain, receipt, words


def test_a_receipt_says_what_was_paid_and_for_what(tmp_path):
    file = render_receipt(receipt(notes="Thank you."))
    text = words(file)
    for part in (
        "Receipt", "RCP-0007", "Bright Heating Co.", "Harbor View Apartments", "Dana Reyes",
        "Paid on Nov 21, 2026", "Visa ending 4242", "pi_3Qa8", "Amount received $303.10",
        "Invoice INV-0041 $100.00", "Invoice INV-0042 $203.10", "Total received $303.10",
        "Notes Thank you.", "Page 1 of 1",
    ):  # fmt: skip
        assert part in text
    assert addresses(file) == []
    plain(file, tmp_path)


def test_stripes_reference_stands_on_one_line():
    """Broken in two it is neither copied nor found again."""
    reference = "pi_3QaW8mLkdIwHu7ix0Zr5vXyT"
    lines = PdfReader(io.BytesIO(render_receipt(receipt(reference=reference)))).pages[0]
    assert reference in lines.extract_text().splitlines()


def test_a_refunded_receipt_can_be_stamped():
    text = words(render_receipt(receipt(stamp=Stamp("Refunded", "Nov 22, 2026", "quiet"))))
    assert "REFUNDED" in text


def test_a_payment_of_a_hundred_invoices_goes_over_several_pages():
    paid = tuple(PaidInvoice(f"INV-{index:04}", 100) for index in range(100))
    found = pages(render_receipt(receipt(allocations=paid)))
    assert len(found) > 2
    assert all("Paid towards Issued Invoice total Amount" in text for text in found)
    assert "Invoice INV-0099 $1.00" in found[-1]
    assert f"Page {len(found)} of {len(found)}" in found[-1]


def test_the_same_receipt_gives_the_same_bytes():
    assert render_receipt(receipt()) == render_receipt(receipt())


def test_what_went_back_since_is_on_it():
    """Case 44: a receipt claims no more than what is left of the payment."""
    back = (
        MoneyBack("Refunded on Nov 23, 2026", 8_000),
        MoneyBack("Taken back by your bank on Nov 24, 2026", 1_010),
    )
    said = words(render_receipt(receipt(back=back)))
    assert "Total received $303.10 Refunded on Nov 23, 2026 -$80.00" in said
    assert "Taken back by your bank on Nov 24, 2026 -$10.10" in said
    assert "Left of this payment $213.00" in said
    assert "Left of" not in words(render_receipt(receipt()))


def test_each_invoice_with_its_day_and_what_it_came_to():
    paid = (PaidInvoice("INV-0042", 10_000, date(2026, 11, 2), 30_310),)
    said = words(render_receipt(receipt(allocations=paid)))
    assert "Invoice INV-0042 Nov 2, 2026 $303.10 $100.00" in said
