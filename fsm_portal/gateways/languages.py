"""Which language a reader is written to in, and which way it runs.

A locale says how amounts and days are written (``formats``); here it says in which of the languages
that we have words in. Catalogues of words are named by these tags: ``words/de.toml``.
"""

from collections.abc import Collection
from functools import lru_cache
from typing import Literal

from fsm_portal.gateways.formats import known_locale

Direction = Literal["ltr", "rtl"]

# What documents and letters are written in; English is what anything else falls back to.
LANGUAGES = (
    "en",
    "ar",
    "de",
    "es",
    "fr",
    "he",
    "it",
    "ja",
    "ko",
    "nl",
    "pl",
    "pt",
    "th",
    "zh",
    "zh_Hant",
)
FALLBACK = "en"

_RIGHT_TO_LEFT = frozenset({"ar", "he"})
# Where Chinese is written in traditional characters (CLDR, likely subtags).
_TRADITIONAL = frozenset({"TW", "HK", "MO"})


@lru_cache(maxsize=256)
def _nearest(locale: str) -> tuple[str, str]:
    known = known_locale(locale)
    language = str(known.language)
    traditional = known.script == "Hant" or (
        known.script is None and known.territory in _TRADITIONAL
    )
    return (f"{language}_Hant" if language == "zh" and traditional else language), language


def language_of(locale: str, among: Collection[str] = LANGUAGES) -> str:
    """The best of ``among`` for readers of ``locale``: ``("de_AT")`` gives ``de``, ``zh_TW`` gives
    ``zh_Hant`` or else ``zh``. English where there is none, or where the locale is unknown.
    """
    try:
        nearest = _nearest(locale)
    except ValueError:
        return FALLBACK
    return next((each for each in nearest if each in among), FALLBACK)


def direction_of(language: str) -> Direction:
    """Which way a language of LANGUAGES runs: ask with what ``language_of`` gave, so that what
    falls back to English runs from the left."""
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr"


def html_tag(language: str) -> str:
    """A language as HTML's ``lang`` and a PDF's ``/Lang`` name it (BCP 47): ``zh-Hant``."""
    return language.replace("_", "-")
