"""The typefaces inside the files: complete for what is drawn, no larger, right for any reader.

These hold what ``gateways/pdf/embedding.py`` relies on in fpdf2.
"""

import io
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from fsm_portal.gateways.pdf import render_invoice
from fsm_portal.gateways.pdf.face import FONTS, face
from fsm_portal.gateways.pdf.text import tabular
from tests.gateways.pdf_documents import invoice, line

NAMES = ("Regular", "SemiBold")


@pytest.mark.parametrize("name", NAMES)
def test_a_subset_draws_exactly_what_the_whole_face_draws(name):
    text = "Café Łódź Αθήνα Київ €1,234.50" + tabular("0123456789")
    whole = TTFont(FONTS / f"Inter-{name}.ttf")
    glyphs = [face(name).glyphs[each] for each in text]
    part = TTFont(io.BytesIO(face(name).subset(glyphs)), checkChecksums=2)
    for glyph in glyphs:
        name_of = whole.getGlyphName(glyph)
        assert _drawn(part, part.getGlyphName(glyph)) == _drawn(whole, name_of)


def _drawn(font: TTFont, name: str) -> tuple:
    """The strokes of a glyph, components taken apart, and its width."""
    glyphs = font.getGlyphSet()
    pen = DecomposingRecordingPen(glyphs)
    glyphs[name].draw(pen)
    return pen.value, font["hmtx"][name]


def test_a_short_invoice_is_a_small_file():
    file = render_invoice(invoice())
    assert len(file) < 25_000


def test_widths_in_the_file_are_those_that_were_measured():
    file = render_invoice(invoice())
    fonts = PdfReader(io.BytesIO(file)).pages[0]["/Resources"]["/Font"]
    assert len(fonts) == 2
    for reference in fonts.values():
        font = reference.get_object()
        inner = font["/DescendantFonts"][0].get_object()
        name = font["/BaseFont"].rpartition("-")[2]
        by_glyph = {face(name).glyphs[each]: width for each, width in face(name).widths.items()}
        entries = list(inner["/W"])
        for first, widths in zip(entries[::2], entries[1::2], strict=True):
            for offset, width in enumerate(widths):
                assert by_glyph[first + offset] == width
        assert inner["/CIDToGIDMap"] == "/Identity"
        assert len(inner["/FontDescriptor"]["/FontFile2"].get_data()) < 40_000


def test_figures_in_columns_have_one_width_and_copy_as_figures():
    for name in NAMES:
        widths = {face(name).widths[each] for each in tabular("0123456789")}
        assert len(widths) == 1
        private = set(tabular("0123456789"))
        assert sorted(face(name).reads_as(private).values()) == list("0123456789")


def test_letters_are_kerned():
    regular = face("Regular")
    apart = sum(regular.widths[each] for each in "AVATAR")
    assert regular.width("AVATAR") < apart - 100
    assert regular.show("AV", 9).count("><") == 0


def test_threads_may_draw_at_once():
    documents = [invoice(*[line(f"Line {n}")] * 30, number=f"INV-{n}") for n in range(12)]
    alone = [render_invoice(document) for document in documents]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(render_invoice, documents)) == alone


def test_a_renderer_shows_the_words(tmp_path):
    """pdftotext reads the glyphs through the same tables that a viewer draws them by."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed")
    source = tmp_path / "invoice.pdf"
    source.write_bytes(render_invoice(invoice(bill_to=("Cedar & Pine Café", "Київ"))))
    read = subprocess.run(["pdftotext", "-layout", source, "-"], capture_output=True, text=True)
    assert read.stderr == ""
    assert "Cedar & Pine Café" in read.stdout
    assert "Київ" in read.stdout
    assert "$303.10" in read.stdout


def test_the_company_colour_never_hides_words():
    for colour in ("#ffffff", "#ffcc00", "#000000", "#zzz", "red", "#3b3fc4"):
        company = replace(invoice().company, colour=colour)
        assert render_invoice(invoice(company=company))
