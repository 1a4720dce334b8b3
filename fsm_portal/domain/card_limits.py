"""What one card payment can be: the least and the most that Stripe takes, and in which steps."""

from dataclasses import dataclass

# https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts, minor units.
LEAST = {
    "USD": 50, "AED": 200, "AUD": 50, "BGN": 100, "BRL": 50, "CAD": 50, "CHF": 50, "CZK": 1500,
    "DKK": 250, "EUR": 50, "GBP": 30, "HKD": 400, "HUF": 17500, "INR": 50, "JPY": 50, "MXN": 1000,
    "MYR": 200, "NOK": 300, "NZD": 50, "PLN": 200, "RON": 200, "SEK": 300, "SGD": 50, "THB": 1000,
}  # fmt: skip
# In Stripe's own minor units: eight digits.
MOST = 99_999_999


@dataclass(frozen=True)
class CardLimits:
    """In minor units: an amount is a multiple of ``step`` from ``least`` to ``most``.

    Where Stripe publishes no least amount, ``least`` is one step: its refusal says the rest.
    """

    least: int
    most: int
    step: int
