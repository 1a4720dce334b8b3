"""Which language a reader of a locale is written to in."""

import pytest

from fsm_portal.gateways.languages import LANGUAGES, direction_of, html_tag, language_of
from fsm_portal.gateways.locales import OFFERED


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("en_US", "en"),
        ("de_AT", "de"),
        ("fr-CA", "fr"),
        ("pt_BR", "pt"),
        ("zh_CN", "zh"),
        ("zh_TW", "zh_Hant"),
        ("zh_Hant_HK", "zh_Hant"),
        ("zh_Hans_HK", "zh"),
        ("he_IL", "he"),
        ("iw_IL", "he"),
        ("th_TH", "th"),
        ("cs_CZ", "en"),
        ("no-such-place", "en"),
        ("../etc/passwd", "en"),
        ("", "en"),
    ],
)
def test_a_locale_is_written_to_in_the_nearest_language(locale, language):
    assert language_of(locale) == language


def test_with_fewer_languages_the_next_best_is_taken():
    assert language_of("zh_TW", among=("en", "zh")) == "zh"
    assert language_of("ko_KR", among=("en", "zh")) == "en"


def test_which_way_a_language_runs():
    assert [each for each in LANGUAGES if direction_of(each) == "rtl"] == ["ar", "he"]
    assert html_tag("zh_Hant") == "zh-Hant"


def test_every_language_can_be_chosen_for_a_customer():
    assert {language_of(locale) for locale in OFFERED} == set(LANGUAGES)
