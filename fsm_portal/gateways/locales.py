"""The ways of writing money and days that the office can choose for a customer, by their own
names."""

from functools import cache

from fsm_portal.gateways.formats import known_locale

# Where service companies and their customers are; an import may bring others, which are kept.
OFFERED = (
    "en_US",
    "en_CA",
    "en_GB",
    "en_IE",
    "en_AU",
    "en_NZ",
    "en_IN",
    "en_ZA",
    "cs_CZ",
    "da_DK",
    "de_DE",
    "de_AT",
    "de_CH",
    "es_ES",
    "es_MX",
    "es_US",
    "fi_FI",
    "fr_FR",
    "fr_CA",
    "fr_CH",
    "it_IT",
    "nb_NO",
    "nl_NL",
    "pl_PL",
    "pt_BR",
    "pt_PT",
    "sv_SE",
    "tr_TR",
    "he_IL",
    "ar_AE",
    "ja_JP",
    "ko_KR",
    "th_TH",
    "zh_CN",
    "zh_TW",
)


@cache
def locale_name(locale: str) -> str:
    """``de_AT`` as its people call it: ``Deutsch (Österreich)``. Raises ValueError for none."""
    known = known_locale(locale)
    return str(known.get_display_name(known) or locale)


def offered_locales() -> list[tuple[str, str]]:
    """(tag, name) of each, in the order of their names."""
    return sorted(((tag, locale_name(tag)) for tag in OFFERED), key=lambda each: each[1].casefold())
