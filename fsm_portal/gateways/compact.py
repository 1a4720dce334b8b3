"""Amounts where there is little room: whole units, and millions as such (Babel, CLDR)."""

import copy
from decimal import ROUND_HALF_UP, Decimal

from babel import numbers

from fsm_portal.domain.money import to_decimal
from fsm_portal.gateways.formats import known_locale

_MILLION = 1_000_000


def compact_money(amount: int, currency: str, locale: str) -> str:
    """``amount`` in minor units, rounded for a label: ``$48,210``, ``$4.1M``.

    Never for a figure that has to be exact. Raises ValueError for an unknown currency or locale.
    """
    known, value = known_locale(locale), to_decimal(amount, currency)
    if abs(value) >= _MILLION:
        tenths = (value / (_MILLION // 10)).quantize(Decimal(1), ROUND_HALF_UP)
        return str(
            numbers.format_compact_currency(
                tenths * (_MILLION // 10), currency, locale=known, fraction_digits=1
            )
        )
    pattern = copy.copy(known.currency_formats["standard"])
    pattern.frac_prec = (0, 0)
    whole = value.quantize(Decimal(1), ROUND_HALF_UP)
    return str(pattern.apply(whole, known, currency=currency, currency_digits=False))
