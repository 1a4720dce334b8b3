"""Whatever people type, the file holds it as plain words: it fetches, runs and hides nothing.

Case 43 (markup, local files and metadata services in names, notes and logos) and case 44.
"""

import io
import logging
import struct
import time
import zlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from fsm_portal.gateways.pdf import InvoiceLine, draw, render_invoice, unprintable
from tests.gateways.pdf_documents import (
    BOILER_SERVICE,
    PAY_URL,
    addresses,
    invoice,
    line,
    plain,
    receipt,
    words,
)

HOSTILE = (
    "<script>alert(1)</script>",
    '<img src="file:///etc/passwd">',
    '<img src="http://169.254.169.254/latest/meta-data/">',
    "[pay](javascript:alert(1)) **bold** --under--",
    ") Tj ET /JavaScript (app.alert(1)) /JS BT (",
    "{nb} {{7*7}} %s %(x)s \\n \\",
    "=cmd|' /C calc'!A0",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_only_words_case_43(text, tmp_path):
    everywhere = invoice(
        InvoiceLine(text, BOILER_SERVICE.quantity, BOILER_SERVICE.unit_price, 18900, text, text),
        company=replace(invoice().company, name=text, address=(text,), email=text, tax_id=text),
        number=text,
        bill_to=(text, text),
        reference=text,
        notes=text,
        terms=text,
    )
    file = render_invoice(everywhere)
    assert " ".join(text.split()) in words(file)
    assert addresses(file) == [PAY_URL]
    _is_inert(file)
    plain(file, tmp_path)


def _is_inert(file: bytes) -> None:
    """No script, no action on opening, no attachment, no form, nothing outside (case 44)."""
    reader = PdfReader(io.BytesIO(file))
    root = reader.trailer["/Root"]
    assert not {"/AA", "/AcroForm", "/Names", "/URI"} & set(root)
    assert isinstance(root["/OpenAction"], list)  # a place in the file, not something to do
    for key in reader.xref[0]:
        found = reader.get_object(key)
        if isinstance(found, dict):
            names = {"/JS", "/JavaScript", "/AA", "/EF", "/F", "/Launch", "/SubmitForm"}
            assert not names & set(found)
            assert found.get("/S") not in ("/JavaScript", "/Launch", "/GoToR", "/ImportData")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "file:///etc/passwd", "//evil.example/", "data:text/html,x", "ftp://x/",
        "https://", "https://a b/", "https://a/\n", "http://[", "https://a/\u202e", "x" * 3000, "#",
    ],
)  # fmt: skip
def test_only_web_addresses_become_links_case_43(url):
    file = render_invoice(invoice(pay_url=url))
    assert addresses(file) == []
    assert "Pay online" not in words(file)


def test_invisible_characters_and_turned_text_are_taken_out():
    text = words(
        render_invoice(invoice(line("in\u202evoice\u200b \x00\x1b[31mred\u2066x\ufeff\u00ad")))
    )
    assert "invoice [31mredx 1 $1.00 $1.00" in text


def test_a_character_without_a_glyph_is_a_box_and_is_reported(caplog):
    with caplog.at_level(logging.WARNING):
        drawn = draw(invoice(bill_to=("Thebes 𓀀ꀀ Apartments",)))
    assert "Thebes □□ Apartments" in words(drawn.content)
    assert drawn.missing == ("ꀀ", "𓀀")
    assert "INV-0042 has no glyph for U+A000 U+13000" in caplog.text
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        assert draw(receipt(customer=("𓀀",))).missing == ("𓀀",)
    assert "U+13000" in caplog.text
    assert unprintable("Café Łódź Αθήνα Київ € 東京 شركة ไทย 🔧") == []
    assert unprintable("ꀀ\u200b \ue030 \ud800 ꀀ") == ["ꀀ", "\ud800", "\ue030"]


def test_latin_greek_and_cyrillic_read_back_as_typed(caplog):
    names = "Cedar & Pine Café", "Žižkov Łódź Şişli Đặng", "Αθήνα ΐΰ ᾧ", "Київ ґєії Ђорђе ҚазаҚ"
    stressed = "за\u0301мок М\u0303"
    with caplog.at_level(logging.WARNING):
        text = words(render_invoice(invoice(bill_to=(*names, stressed))))
    for name in names:
        assert name in text
    assert "замок" in text.replace("\u0301", "").replace("за мок", "замок")
    assert not caplog.records


def test_letters_and_marks_typed_apart_are_joined():
    assert "Café" in words(render_invoice(invoice(bill_to=("Cafe\u0301",))))


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_text_gives_a_file_that_can_be_read(text):
    file = render_invoice(invoice(line(text), bill_to=(text,), notes=text, number=text))
    assert PdfReader(io.BytesIO(file), strict=True).pages


@pytest.mark.parametrize(
    "text", ["W" * 200_000, "\u0301" * 200_000, "a " * 100_000, "\n" * 200_000]
)
def test_endless_texts_are_cut_and_cost_little(text):
    lines = [InvoiceLine(text, BOILER_SERVICE.quantity, BOILER_SERVICE.unit_price, 1, text)] * 20
    start = time.process_time()
    file = render_invoice(invoice(*lines, notes=text, terms=text, bill_to=(text,) * 100))
    assert time.process_time() - start < 10
    assert len(PdfReader(io.BytesIO(file)).pages) < 250


def _png(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#0f766e").save(out, "PNG")
    return out.getvalue()


def _bomb(width: int, height: int) -> bytes:
    """A tiny PNG file that claims to be huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def test_a_logo_is_drawn_small_and_the_same_every_time(tmp_path):
    document = invoice(company=replace(invoice().company, logo=_png(1600, 900)))
    file = render_invoice(document)
    assert render_invoice(document) == file
    assert len(file) < 60_000
    images = PdfReader(io.BytesIO(file)).pages[0].images
    assert [(image.image.width, image.image.height) for image in images] == [(356, 200)]
    plain(file, tmp_path)


@pytest.mark.parametrize(
    "picture",
    [
        b"not a picture",
        b'<svg xmlns="http://www.w3.org/2000/svg"><image href="http://169.254.169.254/"/></svg>',
        _bomb(9400, 9400),
        _bomb(100, 100),
        _png(50, 50)[:60],
        b"\x89PNG\r\n\x1a\n" + b"0" * 6_000_000,
    ],
    ids=["text", "svg", "too many pixels", "empty", "torn", "too many bytes"],
)
def test_a_logo_that_cannot_be_used_is_left_out_and_reported_case_43(picture, caplog):
    with caplog.at_level(logging.WARNING):
        file = render_invoice(invoice(company=replace(invoice().company, logo=picture)))
    assert not PdfReader(io.BytesIO(file)).pages[0].images
    assert "Bright Heating Co." in words(file)
    assert "left out of a document" in caplog.text
