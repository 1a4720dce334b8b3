"""Stripe's minor units, where they are not ISO 4217's, and the steps card amounts go in.

Our amounts are ISO 4217 minor units everywhere; Stripe's exist only behind this file.
Source: https://docs.stripe.com/currencies (zero-decimal, three-decimal and special cases).
"""

from fsm_portal.domain.card_limits import LEAST, MOST, CardLimits
from fsm_portal.domain.money import exponent

# Without decimals in ISO 4217, but sent with two; and the other way round.
_STRIPES_DIGITS = {"ISK": 2, "UGX": 2, "MGA": 0}
# In ISO 4217, and in none of Stripe's lists.
_NOT_TAKEN = frozenset((
    "BTN", "CLF", "CUP", "ERN", "GHS", "IQD", "IRR", "KPW", "LYD", "MRU", "SDG", "SSP", "STN",
    "SYP", "TMT", "UYI", "UYW", "VED", "VES", "ZWG",
))  # fmt: skip


def takes_currency(currency: str) -> bool:
    """Whether Stripe charges cards in ``currency`` (upper case)."""
    return currency not in _NOT_TAKEN


def to_stripe(amount: int, currency: str) -> int:
    """Our minor units of ``currency`` (upper case) as Stripe counts them.

    Raises ValueError for what Stripe cannot say: see ``card_step``.
    """
    return _shifted(amount, _digits(currency) - exponent(currency))


def from_stripe(amount: int, currency: str) -> int:
    """Stripe's amount in ``currency`` (upper case) as our minor units.

    Raises ValueError for a currency that ISO 4217 does not list, or a fraction of a minor unit.
    """
    return _shifted(amount, exponent(currency) - _digits(currency))


def card_step(currency: str) -> int:
    """Card amounts are multiples of this many minor units of ``currency``."""
    digits = exponent(currency)
    # The card networks carry two decimals at most: the third must be zero.
    carried = min(_digits(currency), 2)
    return int(10 ** max(digits - carried, 0))


def card_limits(currency: str) -> CardLimits:
    """What one card payment in ``currency`` can be, in our minor units."""
    step, digits = card_step(currency), exponent(currency) - _digits(currency)
    most = MOST * 10**digits if digits >= 0 else MOST // 10**-digits
    return CardLimits(LEAST.get(currency, step), most - most % step, step)


def _digits(currency: str) -> int:
    return _STRIPES_DIGITS.get(currency, exponent(currency))


def _shifted(amount: int, digits: int) -> int:
    if digits >= 0:
        return int(amount * 10**digits)
    whole, rest = divmod(amount, 10**-digits)
    if rest:
        raise ValueError(f"{amount} is not a whole number of minor units")
    return int(whole)
