"""Letters are in their reader's language: every sentence is there in each, with all its slots."""

import re
from dataclasses import replace

import pytest

from fsm_portal.gateways.languages import LANGUAGES, html_tag
from fsm_portal.gateways.letter_words import (
    both,
    browser_in,
    how_far,
    method_words,
    minutes,
    slots_of,
    words_in,
)
from fsm_portal.gateways.letters import invoice_letter
from fsm_portal.gateways.mail_message import compose
from fsm_portal.gateways.pdf.wording import _texts as documents_in
from tests.gateways.every_letter import (
    BRIGHT,
    DANA,
    INVOICE,
    LINK,
    LOCALES,
    STOP,
    company_in,
    runs,
    to_customers,
)
from tests.gateways.test_letters import HOSTILE, Seen

_OFFICE = ("sign_up.", "team.", "notice.")
OURS = {name: words for name, words in words_in("en").items() if not name.startswith(_OFFICE)}
OTHERS = [language for language in LANGUAGES if language != "en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_there_and_has_its_slots(language: str) -> None:
    words = words_in(language)
    assert OURS.keys() <= words.keys()
    assert {name: slots_of(words[name]) for name in OURS} == {
        name: slots_of(sentence) for name, sentence in OURS.items()
    }
    assert all(sentence == sentence.strip() and sentence for sentence in words.values())


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_that_is_not_in_english_was_forgotten(language: str) -> None:
    words = words_in(language)
    assert words.keys() == OURS.keys()
    # Words that are the same in several languages are short; a sentence never is.
    same = [name for name, sentence in OURS.items() if words[name] == sentence]
    assert not [name for name in same if len(OURS[name]) > len("Invoice {number}")], same


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_calls_a_document_what_the_document_calls_itself(language: str) -> None:
    words, document = words_in(language), documents_in(language)
    for kind in ("invoice", "credit_note", "receipt"):
        assert document[f"kind.{kind}"].lower() in words[f"{kind}.subject"].lower(), kind
    for name in ("cash", "cheque", "bank_transfer"):
        shown, printed = words[f"method.{name}"], document[f"method.{name}"]
        assert shown.split()[0] in printed or printed.split()[0] in shown, name


@pytest.mark.parametrize(
    ("language", "wrong"),
    [
        # Before these stands a space at which no line ends.
        ("fr", r" [:;?!]"),
        # The maqaf, which does not turn round with what follows it.
        ("he", r"-\{"),
        # Their own comma, colon and full stop.
        *((language, r"[,:;?!](?!//)|\.(?= |$)") for language in ("ja", "zh", "zh_Hant")),
        ("ar", r"[,;?]"),
        # Polite "you" alone: in German and Italian it has a capital.
        ("de", r"\b(du|dein|dich|dir|ihr)\b"),
        ("it", r"\b(suo|sua|suoi|sue|gliene|gliela)\b"),
        ("th", r"(?<!ขอบ)คุณ"),
        ("he", r"שלך|אותך"),
        ("fr", r"\b(tu|ton|ta|tes)\b|'"),
        ("nl", r"\b(je|jij|jouw)\b"),
        ("es", r"\b(tu|tus|tienes)\b"),
    ],
)
def test_each_language_has_its_own_marks_and_one_form_of_address(language: str, wrong: str) -> None:
    found = {name: said for name, said in words_in(language).items() if re.search(wrong, said)}
    assert found == {}


def test_in_german_a_credit_note_is_a_correction_of_its_invoice() -> None:
    """A "Gutschrift" is what the customer writes for the sender (UStG § 14 (2), (4) no. 10)."""
    assert documents_in("de")["kind.credit_note"] == "Rechnungskorrektur"
    said = [*words_in("de").values(), *documents_in("de").values()]
    assert not [sentence for sentence in said if "gutschrift" in sentence.lower()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_says_its_language_and_runs_its_way(language: str) -> None:
    for letter in to_customers(company_in(language)).values():
        tag, way = html_tag(language), runs(language)
        assert f'<html lang="{tag}" dir="{way}">' in letter.html
        compose(letter, "billing@portal.example")


@pytest.mark.parametrize("language", OTHERS)
def test_no_english_is_left_in_a_letter(language: str) -> None:
    for kind, letter in to_customers(company_in(language)).items():
        for english in ("Hello", "Questions", "attached", "Amount", "This link", "your ", "Please"):
            assert english not in letter.text, kind
            assert english not in Seen(letter.html).text, kind


@pytest.mark.parametrize("language", ["ar", "he", "ja", "th"])
def test_markup_in_a_name_is_only_text_in_any_language(language: str) -> None:
    """Case 43."""
    company = replace(company_in(language), name=HOSTILE, colour=HOSTILE)
    for letter in to_customers(company, replace(DANA, name=HOSTILE), HOSTILE).values():
        page = Seen(letter.html)
        assert not page.tags & {"script", "img", "iframe", "object", "form", "link"}
        assert set(page.targets) <= {LINK, STOP}
        assert "\n" not in letter.subject and "\r" not in letter.text


def test_a_name_keeps_its_place_in_a_sentence_that_runs_the_other_way() -> None:
    arabic = invoice_letter(company_in("ar"), DANA, INVOICE)
    assert "<bdi>Bright Heating Co.</bdi>" in arabic.html
    assert "\u2068Bright Heating Co.\u2069" in arabic.text
    english = invoice_letter(BRIGHT, replace(DANA, name="محمد علي"), INVOICE)
    assert "Hello <bdi>محمد علي</bdi>," in english.html
    assert "<bdi>Bright" not in english.html


def test_whose_language_is_unknown_reads_english_with_their_own_money_and_days() -> None:
    swedish = invoice_letter(replace(BRIGHT, locale="sv_SE"), DANA, INVOICE)
    assert "has sent you an invoice" in swedish.text and "22 okt. 2026" in swedish.text


def test_numbers_take_the_form_that_the_language_asks_for() -> None:
    assert [how_far(days, "pl") for days in (1, 2, 5)] == [
        "1 dzień temu",
        "2 dni temu",
        "5 dni temu",
    ]
    assert how_far(-3, "de") == "in 3 Tagen" and how_far(21, "en") == "21 days ago"
    assert minutes(10, "ar") == "10 دقائق" and minutes(90, "en") == "90 minutes"


def test_cards_and_debits_are_called_what_people_call_them() -> None:
    assert method_words("visa", "4242", "en") == "Visa ending 4242"
    assert method_words("us_bank_account", "6789", "en") == "Bank debit ending 6789"
    assert method_words("sepa_debit", "", "de") == "Lastschrift (SEPA)"
    assert method_words("cash", "", "fr") == "Espèces"
    assert method_words("", "", "en") == "Card" and method_words("link", "", "en") == "Link"


def test_a_browser_is_named_as_the_language_names_it() -> None:
    assert browser_in("Chrome on Windows", "de") == "Chrome auf Windows"
    assert browser_in("A browser", "es") == "Un navegador"
    assert both(("A", "B", "C"), "de") == "A, B und C"


def test_there_is_a_country_to_write_to_in_each_language() -> None:
    assert set(LOCALES) == set(LANGUAGES)
