"""Brands of cards, and what is right or wrong about a number as people type it."""

import re

_BRANDS = (
    ("visa", re.compile(r"4"), (16,), 3),
    ("mastercard", re.compile(r"5[1-5]|2(22[1-9]|2[3-9]|[3-6]|7[01]|720)"), (16,), 3),
    ("amex", re.compile(r"3[47]"), (15,), 4),
    ("discover", re.compile(r"6011|64[4-9]|65"), (16,), 3),
    ("diners", re.compile(r"3(0[0-5]|[689])"), (14, 16), 3),
    ("jcb", re.compile(r"35"), (16,), 3),
    ("unionpay", re.compile(r"62"), (16, 17, 18, 19), 3),
)

_NAMES = {
    "visa": "Visa", "mastercard": "Mastercard", "amex": "American Express", "jcb": "JCB",
    "discover": "Discover", "diners": "Diners Club", "unionpay": "UnionPay",
}  # fmt: skip


def brand_of(number: str) -> str:
    """The brand a number belongs to by its first digits, or ``unknown``."""
    for brand, pattern, _, _ in _BRANDS:
        if pattern.match(number):
            return brand
    return "unknown"


def brand_name(brand: str) -> str:
    """A brand as people know it."""
    return _NAMES.get(brand, "Card")


def lengths_of(brand: str) -> tuple[tuple[int, ...], int]:
    """How many digits a brand's numbers may have, and its security code."""
    for name, _, lengths, code in _BRANDS:
        if name == brand:
            return lengths, code
    return (16,), 3


def passes_luhn(number: str) -> bool:
    """The check digit that catches a mistyped number."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
