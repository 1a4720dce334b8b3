"""Every kind of document in every language: whole, sound, the same each time, on the paper."""

import io
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace

import pytest
from pypdf import PdfReader

from fsm_portal.gateways.languages import html_tag, language_of
from fsm_portal.gateways.pdf import Document, InvoiceLine, Stamp, StatementRow, draw, wording
from fsm_portal.gateways.pdf.letterhead import Letterhead
from fsm_portal.gateways.pdf.sheet import Sheet
from fsm_portal.gateways.pdf.wording import unmarked
from tests.gateways.pdf_boxes import boxes
from tests.gateways.pdf_documents import addresses, words
from tests.gateways.pdf_kinds import KINDS, PLACES, in_place

OTHERS = ("ar_AE", "ja_JP", "th_TH", "en_US")


@pytest.mark.parametrize("locale", PLACES)
def test_qpdf_finds_no_fault_and_no_character_is_missing(locale, tmp_path):
    if not shutil.which("qpdf"):
        pytest.skip("qpdf is not installed")
    for kind in KINDS:
        drawn = draw(in_place(kind, locale))
        assert drawn.missing == (), kind
        file = tmp_path / f"{kind}.pdf"
        file.write_bytes(drawn.content)
        checked = subprocess.run(["qpdf", "--check", file], capture_output=True, text=True)
        assert checked.returncode == 0, (kind, checked.stdout, checked.stderr)


@pytest.mark.parametrize("kind", KINDS)
def test_equal_documents_are_equal_files(kind):
    for locale in PLACES:
        assert draw(in_place(kind, locale)) == draw(in_place(kind, locale)), locale


def test_threads_that_draw_other_scripts_do_not_disturb_each_other():
    documents = [in_place(kind, locale) for kind in ("invoice", "refund") for locale in OTHERS]
    alone = [draw(document) for document in documents]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(draw, documents)) == alone


@pytest.mark.parametrize("locale", PLACES)
def test_it_says_in_which_language_it_is_and_is_called_by_it(locale):
    for kind in KINDS:
        reader = PdfReader(io.BytesIO(draw(in_place(kind, locale)).content))
        assert reader.trailer["/Root"]["/Lang"] == html_tag(language_of(locale))
        name = "invoice" if kind == "paid" else kind
        assert reader.metadata.title.startswith(unmarked(wording(locale)(f"kind.{name}")))


@pytest.mark.parametrize("locale", PLACES)
def test_a_stamp_keeps_clear_of_the_sender_and_of_the_title(locale):
    """However long both are in a language: where the stamp begins, nothing of the sender is."""
    for kind in ("paid", "receipt", "refund"):
        document = in_place(kind, locale)
        words_ = wording(locale)
        sheet = Sheet.of(document, "kind.invoice", "")
        name = "invoice" if kind == "paid" else kind
        head = Letterhead(sheet, document.company, words_(f"kind.{name}"), document.number)
        drawn: list[tuple[float, float, float]] = []
        text = sheet.text

        def noted(x, y, shown, style, drawn=drawn, text=text):
            drawn.append((x, x + style.measure(shown), y))
            text(x, y, shown, style)

        sheet.text = noted
        frames: list[tuple[float, float]] = []
        sheet.frame = lambda x, y, width, *more, frames=frames: frames.append((x, x + width))
        head.first_page(document.stamp)
        ((left, right),) = frames
        sender = [each for each in drawn if each[0] == sheet.left]
        assert max(end for _, end, _ in sender) < left - 2, (locale, kind)
        assert right < min(start for start, _, y in drawn if start > right - 1), (locale, kind)


@pytest.mark.parametrize(
    ("kind", "locale"),
    [
        *((kind, locale) for kind in KINDS for locale in ("ar_AE", "de_DE")),
        *(("statement", locale) for locale in PLACES if locale not in ("ar_AE", "de_DE")),
    ],
)
def test_everything_is_on_the_paper_and_nothing_is_on_top_of_anything(kind, locale, tmp_path):
    """Boxes of words as a renderer has them."""
    document = in_place(kind, locale)
    if hasattr(document, "stamp"):
        document = replace(document, stamp=None)  # turned: its boxes are larger than itself
    found = boxes(draw(document).content, tmp_path)
    assert len(found) > 20
    for left, top, right, bottom, text in found:
        assert 40 < left < right < 570 and 20 < top < bottom < 830, text
    for index, one in enumerate(found):
        for other in found[index + 1 :]:
            wide = min(one[2], other[2]) - max(one[0], other[0])
            # Boxes have the height of the face, which is more than the letters': of two lines one
            # below the other a little is shared.
            high = min(one[3], other[3]) - max(one[1], other[1])
            assert wide < 1.5 or high < 0.45 * (one[3] - one[1]), (one, other)


HOSTILE = (
    "<script>alert(1)</script>",
    ") Tj ET /JavaScript (app.alert(1)) /JS BT (",
    "\u202egnp.exe\u2069\u0000\x1b[2J",
    "M\u0301" * 300,
    "\U0001f468\u200d" * 200,
    "ก\u0e49" * 300,
    "\u0627\u064b" * 400 + "(((",
    "\ufe0f\u200d\u20e3\U000e0067",
    "W" * 5_000,
    "𓀀" * 50,
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("locale", ["en_US", "he_IL"])
def test_case_43_hostile_words_in_every_field_of_every_kind(kind, locale):
    """Case 43: they are words, cut to size; nothing runs, nothing is fetched."""
    for text in HOSTILE:
        drawn = draw(_everywhere(in_place(kind, locale), text))
        reader = PdfReader(io.BytesIO(drawn.content), strict=True)
        assert 1 <= len(reader.pages) < 20
        assert all("/portal/invoices/" in each for each in addresses(drawn.content))
        assert b"/JavaScript" not in _names(reader) and b"/JS" not in _names(reader)
        if text == HOSTILE[0]:
            assert "<script>" in words(drawn.content)
        if "𓀀" in text:
            assert drawn.missing == ("𓀀",)


def _everywhere(document: Document, text: str) -> Document:
    changes: dict[str, object] = {}
    for field in fields(document):
        value = getattr(document, field.name)
        if field.name in ("locale", "currency", "title", "pay_url"):
            continue
        if isinstance(value, str):
            changes[field.name] = text
        elif isinstance(value, tuple) and value and all(isinstance(each, str) for each in value):
            changes[field.name] = (text,) * len(value)
    if hasattr(document, "lines"):
        line = document.lines[0]
        changes["lines"] = (
            InvoiceLine(text, line.quantity, line.unit_price, line.amount, text, text, text),
        )
    if hasattr(document, "accounts"):
        account = document.accounts[0]
        row = StatementRow(account.rows[0].day, text, text, 100, 100)
        changes["accounts"] = (replace(account, rows=(row,) * 3, note=text),)
    if hasattr(document, "stamp"):
        changes["stamp"] = Stamp(text, text)
    company = replace(
        document.company, name=text, address=(text,) * 3, email=text, phone=text, tax_id=text
    )
    return replace(document, company=company, **changes)


def _names(reader: PdfReader) -> bytes:
    """The keys of all dictionaries of the file."""
    found: set[str] = set()
    for key in reader.xref[0]:
        each = reader.get_object(key)
        if isinstance(each, dict):
            found |= set(each)
    return " ".join(found).encode()
