"""The words of documents: whole in every language, and drawn as people read them."""

import string
import tomllib

import pytest

from fsm_portal.gateways.languages import LANGUAGES
from fsm_portal.gateways.pdf import render_statement, unprintable, wording
from fsm_portal.gateways.pdf.layout import lay_out
from fsm_portal.gateways.pdf.wording import MARKS, WORDS, Said
from tests.gateways.pdf_documents import pages
from tests.gateways.pdf_kinds import in_place


def catalogue(language: str) -> dict[str, str]:
    sections = tomllib.loads((WORDS / f"{language}.toml").read_text("utf-8"))
    return {
        f"{name}.{key}": text for name, texts in sections.items() for key, text in texts.items()
    }


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_there_is_a_catalogue_for_each_language_and_no_other():
    assert {path.stem for path in WORDS.glob("*.toml")} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_is_whole_and_can_be_printed(language):
    english, texts = catalogue("en"), catalogue(language)
    assert texts.keys() == english.keys()
    for key, text in texts.items():
        assert places(text) == places(english[key]), key
        assert text.strip() == text != "", key
        assert unprintable(text) == [], key
        assert not MARKS & set(text), key  # they are put in where they are needed
    if language != "en":
        same = [key for key in texts if texts[key] == english[key]]
        assert len(same) < 25, same


def test_an_unknown_word_or_a_forgotten_value_is_an_error():
    words = wording("de_DE")
    with pytest.raises(KeyError):
        words("totals.nonsense")
    with pytest.raises(KeyError):
        words("page.place", page=1)
    assert words.get("method.nonsense") is None


def test_languages_that_nobody_wrote_are_english():
    assert wording("fi_FI")("kind.invoice") == "Invoice"


def seen(text: str) -> str:
    """``text`` as it stands on paper, from left to right."""
    return "".join(
        run.text if run.face == "" else "".join(letter.text for letter in run.letters)
        for run in lay_out(text, "Regular").runs
    )


def test_numbers_keep_their_place_in_a_text_that_runs_from_the_right():
    words = wording("he_IL")
    assert isinstance(words("page.place", page=1, pages=12), Said)
    assert seen(words("page.place", page=1, pages=12)) == "12 ךותמ 1 דומע"
    # The number first, the words left of it, though the number is written from the left.
    assert seen(words.joined("INV-0042", words("stamp.paid"))) == "םלוש · INV-0042"


def test_a_text_of_ours_within_another_runs_as_its_language_does():
    """Though it begins with a name that is written from the left."""
    words = wording("he_IL")
    visa = words("method.ending", method="Visa", last4="4242")
    assert seen(visa) == "4242 תונורחא תורפס ,Visa"
    assert seen(words("movement.refund_to", method=visa)).startswith(f"{seen(visa)} ")


def test_a_period_is_read_from_the_right_at_the_head_and_at_the_foot():
    found = " ".join(pages(render_statement(in_place("statement", "ar_AE"))))
    assert found.count("30/11/2026 – 01/11/2026") == 2  # as it stands on paper, from left to right


def test_a_name_from_the_right_keeps_its_place_in_an_english_text():
    words = wording("en_US")
    text = words("credit.of", reason="דנה (רייס)", number="INV-0042")
    assert seen(text) == "(סייר) הנד of INV-0042"


def test_marks_that_people_type_turn_nothing_around():
    words = wording("he_IL")
    said = words("movement.invoice", numbers="INV\u202e-0042\u2069\u2069")
    assert "INV-0042" in said
