"""Every script on paper: letters joined, lines in order, and words that are found again."""

import io
import shutil
import subprocess
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from fsm_portal.gateways.pdf import draw
from fsm_portal.gateways.pdf.breaking import pieces
from fsm_portal.gateways.pdf.clusters import clusters
from fsm_portal.gateways.pdf.layout import lay_out
from fsm_portal.gateways.pdf.script_face import script_face
from fsm_portal.gateways.pdf.sheet import Style
from fsm_portal.gateways.pdf.text import clean, wrap
from fsm_portal.gateways.pdf.wording import MARKS
from tests.gateways.pdf_documents import invoice, words

STYLE = Style(9.2)
TEXTS = {
    "Arabic": "صيانة سنوية للغلاية",
    "Arabic with vowels": "خِدْمَةٌ سَنَوِيَّةٌ",
    "Persian": "تعمیر و نگهداری می‌شود",
    "Hebrew": "שירות שנתי לדוד",
    "Hebrew with points": "שֵׁרוּת",
    "Chinese": "年度锅炉保养，更换零件",
    "Japanese": "ボイラー年次点検「部品交換」",
    "Korean": "연간 보일러 점검 서비스",
    "Thai": "บริการตรวจเช็คหม้อไอน้ำประจำปี",
    "Lao": "ບໍລິການປະຈຳປີ",
    "Khmer": "សេវាកម្មប្រចាំឆ្នាំ",
    "Burmese": "နှစ်စဉ်ဝန်ဆောင်မှု",
    "Hindi": "वार्षिक बॉयलर सेवा",
    "Bengali": "বার্ষিক বয়লার সেবা",
    "Tamil": "வருடாந்திர சேவை",
    "Georgian": "წლიური მომსახურება",
    "Armenian": "տարեկան սպասարկում",
    "Amharic": "ዓመታዊ አገልግሎት",
    "emoji": "🔧 ✅ 👨‍👩‍👧 🇯🇵 ❤️ 👍🏽 ☎️",
}


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_copied_is_what_was_typed(name):
    """Each letter with its marks is one glyph that stands for just that text."""
    text = unicodedata.normalize("NFC", TEXTS[name])
    drawn = draw(invoice(bill_to=(text,)))
    assert drawn.missing == ()
    found = PdfReader(io.BytesIO(drawn.content)).pages[0].extract_text()
    lines = ["".join(line.split()) for line in found.splitlines()]
    # pypdf takes marks off their letters where a line runs from the right, and loses joiners.
    loose = name in ("Arabic with vowels", "Hebrew with points", "Persian")
    order = sorted if loose else "".join
    assert order("".join(text.split()).replace("\u200c", "")) in list(map(order, lines))


@pytest.mark.parametrize(
    "name",
    [
        *("Arabic", "Hebrew", "Hebrew with points", "Chinese", "Japanese"),
        *("Korean", "Thai", "Hindi", "emoji"),
    ],
)
def test_another_reader_copies_the_same(name, tmp_path):
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed")
    source = tmp_path / "document.pdf"
    source.write_bytes(draw(invoice(bill_to=(TEXTS[name],))).content)
    read = subprocess.run(["pdftotext", source, "-"], capture_output=True, text=True)
    plain = unicodedata.normalize("NFC", read.stdout.translate(dict.fromkeys(map(ord, MARKS))))
    assert unicodedata.normalize("NFC", TEXTS[name]) in plain


def test_arabic_letters_join():
    """At the beginning of a word, within it and at its end a letter has other shapes."""
    face = script_face("NotoSansArabic", "Regular")
    (alone,) = face.shape("ع", "rtl")
    shapes = [letter for letter in face.shape("ععع", "rtl") if letter.text == "ع"]
    assert len({letter.parts for letter in shapes} | {alone.parts}) == 4


def test_lam_before_alef_has_a_shape_of_its_own():
    face = script_face("NotoSansArabic", "Regular")
    before_alef, before_meem = (
        {letter.parts for letter in face.shape(text, "rtl") if letter.text == "ل"}
        for text in ("سلام", "سلمم")
    )
    assert before_alef != before_meem


def test_marks_stand_on_their_letter_and_a_family_is_one_picture():
    thai = script_face("NotoSansThai", "Regular").shape("ที่", "ltr")
    assert [letter.text for letter in thai] == ["ที่"]
    assert len(thai[0].parts) == 3  # the consonant, the vowel and the tone above it
    family = script_face("NotoEmoji", "Regular").shape("👨‍👩‍👧", "ltr")
    assert [letter.text for letter in family] == ["👨‍👩‍👧"] and len(family[0].parts) == 1


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("רחוב הירקון 200, תל אביב", "ביבא לת ,200 ןוקריה בוחר"),
        ("Unit 5 (דירה 12)", "Unit 5 (12 הריד)"),
        ("דגם AX-200 (חדש)", "(שדח) AX-200 םגד"),
        ("+972 3 555 0142", "+972 3 555 0142"),
    ],
)
def test_lines_of_two_directions_are_in_the_order_in_which_they_are_read(typed, seen):
    """UAX 9, brackets turned where they are read from the right."""
    runs = lay_out(typed, "Regular").runs
    shown = "".join(
        run.text if run.face == "" else "".join(letter.text for letter in run.letters)
        for run in runs
    )
    assert shown == seen


def test_chinese_and_japanese_break_anywhere_but_before_what_closes():
    text = "請求書の支払期限は発行日から三十日以内です。（かっこ）「引用」、どうぞよろしく。"
    for width in range(40, 160, 7):
        lines = wrap(text, width, STYLE.measure)
        assert "".join(lines) == text
        assert all(STYLE.measure(line) <= width + 10 for line in lines)
        for line in lines:
            assert line[0] not in "。、）」ょっー" and line[-1] not in "（「"


def test_thai_breaks_between_words_and_never_within_a_letter():
    assert pieces("บริการตรวจเช็คหม้อ") == ["บริการ", "ตรวจ", "เช็ค", "หม้อ"]
    text = "กรุณาชำระเงินภายในสามสิบวันนับจากวันที่ออกใบแจ้งหนี้"
    for width in (45, 80, 120):
        lines = wrap(text, width, STYLE.measure)
        assert len(lines) > 1 and "".join(lines) == text
        assert all(unicodedata.category(line[0]) != "Mn" for line in lines)


def test_korean_keeps_its_words_together():
    lines = wrap("연간 보일러 점검 서비스 안내", 70, STYLE.measure)
    assert len(lines) > 1
    assert " ".join(lines) == "연간 보일러 점검 서비스 안내"


def test_joiners_stay_where_they_join_and_go_where_they_would_only_hide():
    assert clean("می‌شود", 50)[0] == "می‌شود"
    assert clean("👨‍👩‍👧 in\u200dvoice\ufe0f", 50)[0] == "👨‍👩‍👧 invoice"


def test_a_document_without_other_scripts_carries_no_other_face():
    fonts = PdfReader(io.BytesIO(draw(invoice()).content)).pages[0]["/Resources"]["/Font"]
    assert len(fonts) == 2
    more = draw(invoice(bill_to=("Harbor View 東京",))).content
    assert len(PdfReader(io.BytesIO(more)).pages[0]["/Resources"]["/Font"]) == 3
    assert len(more) < 30_000  # the two characters of it, and not ten megabytes
    assert "Harbor View 東京" in words(more)


SCRIPTS = "".join(TEXTS.values()) + " abc 123 ()-/\u200f\u202e\u2067\u0301\ufe0f\u200d\U0001f1ef𓀀ꀀ"


@given(st.text(SCRIPTS, max_size=60), st.floats(20, 200))
@settings(deadline=None, max_examples=150)
def test_any_mixture_is_cleaned_measured_broken_and_drawn(text, width):
    cleaned, missing = clean(text, 80)
    assert "".join(clusters(cleaned)) == cleaned
    assert ("□" in cleaned) == bool(missing)
    lines = wrap(cleaned, width, STYLE.measure)
    letters = [each for line in lines for each in line if each not in " \u200e\u200f"]
    assert sorted(letters) == sorted(each for each in cleaned if each != " ")
    runs = lay_out(cleaned, "SemiBold").runs
    assert sum(run.width for run in runs) == lay_out(cleaned, "SemiBold").width


@given(st.text(SCRIPTS, max_size=40))
@settings(deadline=None, max_examples=25)
def test_any_mixture_gives_a_file_that_can_be_read(text):
    file = draw(invoice(bill_to=(text,), notes=text, locale="ar_AE")).content
    assert PdfReader(io.BytesIO(file), strict=True).pages
