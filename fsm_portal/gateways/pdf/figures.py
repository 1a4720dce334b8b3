"""Amounts and days in a document's locale, or in plain English where the fonts lack its script."""

from datetime import date
from decimal import Decimal

from fsm_portal.gateways import formats
from fsm_portal.gateways.pdf.text import clean, unprintable

_PLAIN = "en_US"
_SAMPLE_DAY = date(2026, 12, 22)


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
        return clean(formats.money(amount, self.currency, self.locale), 60)[0]

    def price(self, amount: Decimal) -> str:
        """A unit price in minor units, fractions of one included."""
        return clean(formats.unit_price(amount, self.currency, self.locale), 60)[0]

    def quantity(self, value: Decimal) -> str:
        return clean(formats.quantity(value, self.locale), 40)[0]

    def day(self, value: date) -> str:
        return clean(formats.day(value, self._dates), 60)[0]
