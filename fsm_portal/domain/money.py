"""Money as integers in minor units.

An amount is an ``int`` in the minor unit of its currency (cents for USD, yen for JPY, fils for
KWD). The exponents are ISO 4217's, kept here because CLDR's digits differ (IQD has 3, not 0).
"""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

# ISO 4217 (List One): currencies whose exponent is not 2.
_OTHER_EXPONENTS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_TWO = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF "
    "CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD "
    "HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA "
    "MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN "
    "QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP "
    "TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
)
EXPONENTS: dict[str, int] = {
    **dict.fromkeys(_TWO.split(), 2),
    **{code: digits for digits, codes in _OTHER_EXPONENTS.items() for code in codes.split()},
}

# The largest amount Stripe accepts is 8 digits (99999999); ledgers may hold more, a BIGINT less.
MAX_AMOUNT = 10**15

# Commas only between groups of three: where people write 12,50 for twelve and a half, taking the
# comma away would charge a hundred times as much.
_PLAIN_NUMBER = re.compile(r"(\d{1,16}|\d{1,3}(,\d{3}){1,5})(\.\d{0,6})?")


def exponent(currency: str) -> int:
    """Number of decimal digits of ``currency`` (an upper-case ISO 4217 code).

    Raises ValueError for a code that ISO 4217 does not list.
    """
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise ValueError(f"{currency!r} is not an ISO 4217 currency code") from None


def round_half_up(value: Decimal) -> int:
    """Round to a whole number of minor units, halves away from zero."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def to_decimal(amount: int, currency: str) -> Decimal:
    """Minor units to major units, exact: ``(1999, "USD")`` gives ``Decimal("19.99")``."""
    return Decimal(amount).scaleb(-exponent(currency))


def parse_amount(text: str, currency: str, *, point: str = ".") -> int:
    """What a person typed, in major units with a decimal point, as minor units.

    Raises ValueError, with a sentence that can be shown, for anything but a plain positive
    number with no more decimals than the currency has. ``point`` is the decimal sign that its
    reader types: the sentence's example has it.
    """
    typed = text.strip()
    if not _PLAIN_NUMBER.fullmatch(typed):
        sign = "comma" if point == "," else "point"
        raise ValueError(f"Enter an amount such as 120{point}50, digits and a decimal {sign} only.")
    try:
        scaled = Decimal(typed.replace(",", "")).scaleb(exponent(currency))
    except InvalidOperation:  # pragma: no cover - the pattern admits numbers only
        raise ValueError("Enter an amount such as 120.50.") from None
    if scaled != scaled.to_integral_value():
        digits = exponent(currency)
        raise ValueError(f"{currency} amounts have at most {digits} decimals.")
    if not 0 < scaled <= MAX_AMOUNT:
        raise ValueError("Enter an amount above zero.")
    return int(scaled)


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """Split ``amount`` in proportion to ``weights``, to the minor unit, nothing lost.

    Largest remainder on the absolute value, then the sign: a refund splits as its payment did.
    Ties go to the earlier part. Raises ValueError for negative weights or a total of zero.
    """
    total = sum(weights)
    if total <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("weights must be non-negative and sum to more than zero")
    magnitude, sign = abs(amount), (-1 if amount < 0 else 1)
    parts = [magnitude * weight // total for weight in weights]
    remainders = [magnitude * weight % total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: (-remainders[index], index))
    for index in by_remainder[: magnitude - sum(parts)]:
        parts[index] += 1
    return [sign * part for part in parts]
