"""Amounts and days in a document's locale, or in plain English where the fonts lack its script."""

import re
from datetime import date
from decimal import Decimal

from fsm_portal.gateways import formats
from fsm_portal.gateways.pdf.text import clean, unprintable
from fsm_portal.gateways.pdf.wording import Said, apart, runs_from_right, unmarked

_PLAIN = "en_US"
_SAMPLE_DAY = date(2026, 12, 22)
# A figure with its sign: from the first to the last digit, with what groups them.
_NUMBER = re.compile(r"[-\u2212+]?\d(?:[\d.,\u066b\u066c\u2019' \u00a0\u202f]*\d)?")


class Figures:
    """Formats for one document. Results are clean: every character has a glyph.

    Raises ValueError for an unknown currency or locale.
    """

    def __init__(self, currency: str, locale: str) -> None:
        self.currency = currency
        sample = formats.money(-1234567, currency, locale)
        self.locale = _PLAIN if unprintable(sample) else locale
        self._dates = _PLAIN if unprintable(formats.day(_SAMPLE_DAY, locale)) else locale

    def money(self, amount: int) -> str:
        """``amount`` in minor units."""
        return _clean(formats.money(amount, self.currency, self.locale))

    def price(self, amount: Decimal) -> str:
        """A unit price in minor units, fractions of one included."""
        return _clean(formats.unit_price(amount, self.currency, self.locale))

    def quantity(self, value: Decimal) -> str:
        return _clean(formats.quantity(value, self.locale))

    def day(self, value: date) -> str:
        return clean(formats.day(value, self._dates), 60)[0]


def _clean(text: str) -> str:
    if text.isascii():
        return text
    cleaned = unmarked(clean(Said(text), 60)[0])
    if not runs_from_right(cleaned):
        return cleaned
    # A figure runs from the left, its sign before it, whatever its currency is written with.
    return _NUMBER.sub(lambda found: apart(found.group()), cleaned)
