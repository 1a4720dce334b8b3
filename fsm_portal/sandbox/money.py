"""Stripe's rules about amounts: decimals per currency, least and greatest charge, its fee, display.

Amounts are integer minor units. Sources: docs.stripe.com/currencies (special cases and minimums).
"""

from decimal import ROUND_HALF_UP, Decimal

ZERO_DECIMAL = frozenset({
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf",
    "xof", "xpf",
})  # fmt: skip
THREE_DECIMAL = frozenset(("bhd", "jod", "kwd", "omr", "tnd"))
# Without decimals in life, but sent with two, which must be zero.
WHOLE_BUT_TWO = frozenset(("isk", "ugx"))

MOST = 99_999_999
_LEAST = {
    "usd": 50, "aed": 200, "aud": 50, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250,
    "eur": 50, "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200,
    "nok": 300, "nzd": 50, "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000,
}  # fmt: skip
_SYMBOLS = {
    "usd": "$", "eur": "€", "gbp": "£", "jpy": "¥", "inr": "₹", "krw": "₩", "ils": "₪",
    "cad": "CA$", "aud": "A$", "nzd": "NZ$", "hkd": "HK$", "sgd": "S$", "mxn": "MX$", "brl": "R$",
}  # fmt: skip


def decimals(currency: str) -> int:
    """How many of an amount's digits stand behind the point."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def least(currency: str) -> int:
    """The least amount that can be charged: about 0.50 USD. Estimated where Stripe lists none."""
    return _LEAST.get(currency, 150 if currency in THREE_DECIMAL else 50)


def granularity(currency: str) -> int:
    """What an amount must be divisible by: card networks take two decimals at most."""
    if currency in THREE_DECIMAL:
        return 10
    return 100 if currency in WHOLE_BUT_TWO else 1


def stripe_fee(amount: int, method: str = "card") -> int:
    """What Stripe keeps: of a card payment 2.9% rounded half up and 30 minor units, of a bank
    debit 0.8%, at most 5.00 (ACH) or 6.00 (SEPA)."""
    if method != "card":
        return min(share(amount, 8, 1000), 500 if method == "us_bank_account" else 600)
    return share(amount, 29, 1000) + 30


def dispute_fee(currency: str) -> int:
    """What Stripe takes for a dispute: 15.00, in minor units."""
    return 1500 * 10 if currency in THREE_DECIMAL else 1500


def share(whole: int, part: int, of: int) -> int:
    """What ``part`` of ``of`` is in ``whole``, all in minor units; rounded half up."""
    return int((Decimal(whole * part) / Decimal(of)).quantize(Decimal(1), ROUND_HALF_UP))


def shown(amount: int, currency: str) -> str:
    """``$1,234.56``, ``¥1,235``, ``12.340 KWD``."""
    digits = decimals(currency)
    number = f"{abs(Decimal(amount).scaleb(-digits)):,.{digits}f}"
    sign = "−" if amount < 0 else ""
    symbol = _SYMBOLS.get(currency)
    return f"{sign}{symbol}{number}" if symbol else f"{sign}{number} {currency.upper()}"
