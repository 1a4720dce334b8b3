"""An invoice as a PDF: all that a customer and a bookkeeper need, on as many pages as it takes."""

import io
from dataclasses import replace
from decimal import Decimal

import pytest
from pypdf import PdfReader

from fsm_portal.gateways.pdf import InvoiceLine, Stamp, TaxSummary, render_invoice, table
from tests.gateways.pdf_documents import (
    BRIGHT_HEATING,
    PAY_URL,
    THERMOSTAT,
    addresses,
    invoice,
    line,
    pages,
    plain,
    words,
)


def test_an_invoice_says_who_what_and_how_much(tmp_path):
    file = render_invoice(invoice(paid=10_000, due=20_310, notes="Thank you.", terms="30 days."))
    text = words(file)
    for part in (
        "Bright Heating Co.", "48 Mercer Street", "office@brightheating.example", "13-5550142",
        "Invoice", "INV-0042", "Harbor View Apartments", "Dana Reyes", "200 Harbor View Drive",
        "Issued Nov 2, 2026", "Due Dec 2, 2026", "Annual boiler service", "Two technicians",
        "Thermostat, fitted", "2 $45.50 8.25% $91.00", "Subtotal $280.00",
        "Sales tax (8.25%) $23.10", "Total $303.10", "Paid -$100.00", "Amount due $203.10",
        "Notes Thank you.", "Terms 30 days.", "Page 1 of 1",
    ):  # fmt: skip
        assert part in text
    plain(file, tmp_path)


def test_the_only_link_is_the_way_to_pay():
    assert addresses(render_invoice(invoice())) == [PAY_URL]
    assert addresses(render_invoice(invoice(due=0))) == []


def test_the_same_invoice_gives_the_same_bytes_and_another_gives_others():
    first = render_invoice(invoice())
    assert render_invoice(invoice()) == first
    assert render_invoice(invoice(THERMOSTAT)) != first


def test_six_hundred_lines_repeat_the_header_and_count_the_pages(tmp_path):
    lines = [line(f"Part number {index}", "4.9", "3") for index in range(600)]
    file = render_invoice(invoice(*lines))
    found = pages(file)
    assert len(found) > 10
    for number, text in enumerate(found, start=1):
        assert f"Page {number} of {len(found)}" in text
    assert all("Description Qty Unit price Amount" in text for text in found[:-1])
    text = " ".join(found)
    assert all(f"Part number {index} 3 $0.049" in text for index in range(600))
    plain(file, tmp_path)


def _of_two_heights(count):
    return [
        replace(line(f"Part {each}."), detail="Fitted on site" if each % 3 == 0 else "")
        for each in range(count)
    ]


@pytest.mark.parametrize("count", [13, 15, 44, 47])
def test_the_totals_never_stand_on_a_page_without_a_line_above_them(count, monkeypatch):
    lines = _of_two_heights(count)
    found = pages(render_invoice(invoice(*lines)))
    assert f"Part {count - 2}. " in found[-1] and f"Part {count - 1}. " in found[-1]
    # Nothing is said twice, nor left out, for the sake of that; and the row before stays.
    assert sum(text.count("Part ") for text in found) == count
    assert f"Part {count - 3}. " in found[-2]
    # Control: without the rule they stand there by themselves.
    monkeypatch.setattr(table, "_COME_ALONG", -1)
    assert "Part " not in pages(render_invoice(invoice(*lines)))[-1]


@pytest.mark.parametrize("count", range(8, 26))
def test_the_totals_are_never_torn_apart(count):
    found = pages(render_invoice(invoice(*[THERMOSTAT] * count)))
    assert [text for text in found if "Subtotal" in text] == found[-1:]
    last = found[-1]
    assert last.index("Subtotal") < last.index("Total ") < last.rindex("Amount due")


def test_a_row_taller_than_a_page_goes_on_over_the_next_with_nothing_lost():
    detail = "\n".join(f"Reading {index}" for index in range(150))
    tall = InvoiceLine("Meter log", Decimal(1), Decimal(100), 100, detail)
    found = pages(render_invoice(invoice(THERMOSTAT, tall, THERMOSTAT)))
    assert len(found) >= 3
    text = " ".join(found)
    assert all(f"Reading {index} " in text for index in range(150))


def test_headings_never_stand_alone_at_the_foot_of_a_page():
    """Under a long sender and a long first line the table begins on the next page."""
    sender = replace(BRIGHT_HEATING, address=("A line of the address",) * 12)
    tall = replace(line("Work"), detail="\n".join(["Reading"] * 28))
    bill_to = ("Somebody at a street of a long name",) * 12
    first, second = pages(render_invoice(invoice(tall, company=sender, bill_to=bill_to)))
    assert "Unit price" not in first and "Unit price" in second


@pytest.mark.parametrize(
    ("number", "locale", "shown"),
    [
        ("13-5550142", "de_DE", "Steuernummer 13-5550142"),
        ("DE 123456789", "de_DE", "USt-IdNr. DE 123456789"),
        ("GB123456789", "en_GB", "VAT no. GB123456789"),
        ("IT01234567890", "it_IT", "Partita IVA IT01234567890"),
        ("EIN 13-5550142", "en_US", "Tax ID EIN 13-5550142"),
    ],
)
def test_a_tax_number_is_called_what_it_is(number, locale, shown):
    """An American sender has no USt-IdNr., in whatever language he writes."""
    company = replace(BRIGHT_HEATING, tax_id=number)
    assert shown in words(render_invoice(invoice(company=company, locale=locale)))


def test_everything_stays_on_the_paper():
    huge = replace(line("W" * 900, "100000000000000.123456", "999999.999999"), amount=10**15)
    document = invoice(
        *[huge] * 5,
        bill_to=("M" * 5000,) * 20,
        company=replace(invoice().company, name="N" * 5000, address=("L" * 999,) * 50),
        reference="R" * 999,
        stamp=Stamp("S" * 99, "T" * 99),
        notes="O" * 100_000,
        due=10**15,
        total=10**15,
    )
    for page in PdfReader(io.BytesIO(render_invoice(document))).pages:
        places: list[tuple[float, float]] = []
        page.extract_text(
            visitor_text=lambda text, cm, tm, font, size, places=places: (
                places.append((tm[4], tm[5])) if text.strip() else None
            )
        )
        assert places
        assert all(40 < x < page.mediabox.width - 40 for x, _ in places)
        assert all(25 < y < page.mediabox.height - 25 for _, y in places)


@pytest.mark.parametrize(
    ("currency", "locale", "price", "shown", "amount"),
    [
        ("JPY", "en_US", "4900", "¥4,900", "¥14,700"),
        ("JPY", "ja_JP", "4900", "¥4,900", "¥14,700"),
        ("KWD", "en_US", "4900", "KWD 4.900", "KWD 14.700"),
        ("GBP", "en_GB", "4.9", "£0.049", "£0.15"),
        ("EUR", "de_DE", "490000", "4.900,00 €", "14.700,00 €"),
    ],
)
def test_every_currency_has_its_own_decimals_case_4(currency, locale, price, shown, amount):
    document = invoice(line("Valve", price, "3"), currency=currency, locale=locale)
    text = words(render_invoice(document)).replace("￥", "¥")
    assert f"Valve 3 {shown} {amount}" in text


def test_american_customers_get_letter_paper_and_others_a4():
    sizes = {}
    for locale in ("en_US", "en_CA", "en_GB", "de_DE", "fr"):
        box = PdfReader(io.BytesIO(render_invoice(invoice(locale=locale)))).pages[0].mediabox
        sizes[locale] = (round(box.width), round(box.height))
    letter, a4 = (612, 792), (595, 842)
    assert sizes == {"en_US": letter, "en_CA": letter, "en_GB": a4, "de_DE": a4, "fr": a4}


@pytest.mark.parametrize("colour", ["#3b3fc4", "#000000", "#e2e5eb"])
def test_every_page_has_the_same_foot_in_any_colour(colour):
    document = invoice(*[THERMOSTAT] * 60, company=replace(BRIGHT_HEATING, colour=colour))
    for page in PdfReader(io.BytesIO(render_invoice(document))).pages:
        drawn = page.get_contents().get_data().decode("latin-1")
        foot = drawn[drawn.rindex(" re f") :]
        assert foot.count("0.3569 0.3804 0.4392 rg") == 2  # both words in grey
        assert drawn[: drawn.rindex(" re f")].splitlines()[-2] == "0.8863 0.898 0.9216 rg"


def test_each_tax_rate_shows_what_it_was_taken_on():
    taxes = (TaxSummary("VAT 20%", 20_000, 4_000), TaxSummary("VAT 5%", 8_000, 400))
    text = words(render_invoice(invoice(taxes=taxes, currency="GBP", locale="en_GB")))
    assert "VAT 20% £200.00 £40.00" in text
    assert "VAT 5% £80.00 £4.00" in text


def test_the_rate_of_a_tax_with_a_long_name_stands_wherever_the_tax_does():
    name = "Metropolitan Commuter District surcharge on services 0.375%"
    line = replace(THERMOSTAT, tax_label=name)
    text = words(render_invoice(invoice(line, taxes=(TaxSummary(name, 4_000, 15),))))
    assert text.count("… 0.375%") == 3  # beside the line, among the totals, by rate


def test_forty_tax_rates_fit_somewhere():
    taxes = tuple(TaxSummary(f"Rate {index}", 100, index) for index in range(40))
    text = words(render_invoice(invoice(*[THERMOSTAT] * 14, taxes=taxes)))
    assert all(f"Rate {index} $1.00" in text for index in range(40))


def test_a_paid_invoice_is_stamped_and_offers_no_button():
    document = invoice(paid=30_310, due=0, stamp=Stamp("Paid", "Nov 21, 2026"))
    text = words(render_invoice(document))
    assert "PAID" in text
    assert "Nov 21, 2026" in text
    assert "Amount due $0.00" in text
    assert "Pay online" not in text


def test_a_credit_note_owes_nothing():
    document = invoice(title="Credit note", number="CN-0007", due=0, due_date=None)
    text = words(render_invoice(document))
    assert "Credit note" in text
    assert "Total credit $303.10" in text
    assert "Amount due" not in text
    assert "Pay online" not in text


def test_an_unknown_currency_or_locale_is_refused():
    for change in ({"currency": "ABC"}, {"locale": "xx_YY"}):
        with pytest.raises(ValueError, match="not a"):
            render_invoice(invoice(**change))
