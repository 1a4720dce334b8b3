"""The countries of ISO 3166-1, by their two letters."""

from functools import cache

from babel import Locale

# CLDR's territories that ISO 3166-1 does not list: exceptionally reserved codes, groups of
# countries, the two pseudo locales, and Kosovo's user-assigned XK.
_NO_COUNTRIES = {
    *("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ")
}


@cache
def country_codes() -> frozenset[str]:
    """Every two-letter code of ISO 3166-1, in capitals."""
    codes = map(str, Locale("en").territories)
    return frozenset(code for code in codes if len(code) == 2) - _NO_COUNTRIES


def offered_countries() -> list[tuple[str, str]]:
    """(two letters, English name) of each, by name."""
    names = Locale("en").territories
    found = [(code, str(names[code])) for code in country_codes()]
    return sorted(found, key=lambda each: each[1])
