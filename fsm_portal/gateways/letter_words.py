"""The words of letters, one file for each language: ``mail_words/de.toml``.

A sentence has slots, ``{so}``. What is put into them is only ever text: a slot in a customer's name
stays the name.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache, lru_cache
from importlib.resources import files

from babel import Locale
from babel.dates import format_timedelta
from babel.lists import format_list

from fsm_portal.gateways.languages import FALLBACK

_SLOT = re.compile(r"\{(\w+)\}")
# Babel would otherwise make weeks of days and hours of minutes.
_NEVER = 1e9

_BRANDS = {
    "visa": "Visa",
    "mastercard": "Mastercard",
    "amex": "American Express",
    "discover": "Discover",
}
_DEBITS = {"us_bank_account": "", "sepa_debit": "SEPA", "bacs_debit": "Bacs", "acss_debit": "ACSS"}
_BY_HAND = ("cash", "cheque", "bank_transfer")


@cache
def words_in(language: str) -> Mapping[str, str]:
    """Every sentence of a language by its name, ``invoice.subject``. The office's are English."""
    names = (f"{language}.toml", "office.toml") if language == FALLBACK else (f"{language}.toml",)
    found: dict[str, str] = {}
    for name in names:
        text = (files("fsm_portal.gateways") / "mail_words" / name).read_text("utf-8")
        for table, words in tomllib.loads(text).items():
            found |= {f"{table}.{key}": sentence for key, sentence in words.items()}
    return found


def slots_of(sentence: str) -> frozenset[str]:
    """The names of a sentence's slots."""
    return frozenset(_SLOT.findall(sentence))


def fill(sentence: str, values: Mapping[str, object], put: Callable[[object], str]) -> str:
    """The sentence with each value in its slot as ``put`` writes it; unknown slots stay. What was
    put in is not looked through again."""
    return _SLOT.sub(lambda slot: put(values[slot[1]]) if slot[1] in values else slot[0], sentence)


@lru_cache(maxsize=1024)
def how_far(days: int, language: str) -> str:
    """``7 days ago``, for a negative number ``in 7 days``."""
    gap = timedelta(days=-days)
    return str(
        format_timedelta(gap, "day", _NEVER, add_direction=True, locale=Locale.parse(language))
    )


@lru_cache(maxsize=256)
def minutes(count: int, language: str) -> str:
    """``10 minutes``."""
    span = timedelta(minutes=count)
    return str(format_timedelta(span, "minute", _NEVER, locale=Locale.parse(language)))


def both(names: tuple[str, ...], language: str) -> str:
    """``Bright Heating Co. and Clearwater Plumbing``."""
    return str(format_list(list(names), locale=Locale.parse(language)))


def method_words(method: str, last4: str, language: str) -> str:
    """How it was paid, as people say it: ``("visa", "4242", "en")`` is "Visa ending 4242"."""
    words = words_in(language)
    if method in _DEBITS:
        kind = _DEBITS[method]
        name = words["method.bank_debit"] + (f" ({kind})" if kind else "")
    elif method in _BY_HAND:
        name = words[f"method.{method}"]
    else:
        name = _BRANDS.get(method) or method.replace("_", " ").capitalize() or words["method.card"]
    if not last4:
        return name
    return fill(words["method.ending"], {"name": name, "last4": last4}, str)


def browser_in(browser: str, language: str) -> str:
    """``Chrome on Windows``, as ``user_agent`` names it, in another language."""
    words = words_in(language)
    program, _, system = browser.partition(" on ")
    if program == words_in(FALLBACK)["sign_in.a_browser"]:
        program = words["sign_in.a_browser"]
    if not system:
        return program
    return fill(words["sign_in.browser_on"], {"browser": program, "system": system}, str)
