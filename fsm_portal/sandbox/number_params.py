"""Readers of numbers: whole ones, amounts of money, currencies, moments."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from fsm_portal.sandbox.params import Shape, refuse, shown, string

# Eighteen digits fit into what a database calls an integer.
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_INTEGER_CODE = "parameter_invalid_integer"


@dataclass(frozen=True)
class Integer:
    """A whole number; bounds as Stripe words them."""

    least: int | None = None
    most: int | None = None

    def read(self, raw: Any, name: str) -> int:
        text = string(raw, name)
        if not _INTEGER.fullmatch(text):
            raise refuse(f"Invalid integer: {shown(text)}", name, _INTEGER_CODE)
        number = int(text)
        if self.least is not None and number < self.least:
            raise refuse(self._bound("greater", self.least, number), name, _INTEGER_CODE)
        if self.most is not None and number > self.most:
            raise refuse(self._bound("less", self.most, number), name, _INTEGER_CODE)
        return number

    @staticmethod
    def _bound(side: str, bound: int, number: int) -> str:
        return f"This value must be {side} than or equal to {bound} (it currently is '{number}')."


@dataclass(frozen=True)
class Minor(Integer):
    """An amount of money in minor units: a whole number, zero or more.

    The upper bound keeps hostile numbers small; Stripe's own limit on a total is checked by the
    resource, with its own code.
    """

    def read(self, raw: Any, name: str) -> int:
        text = string(raw, name)
        if not _INTEGER.fullmatch(text):
            raise refuse(f"Invalid integer: {shown(text)}", name, _INTEGER_CODE)
        if int(text) < 0:
            raise refuse("Invalid non-negative integer", name, _INTEGER_CODE)
        if int(text) > 10**12:
            raise refuse(self._bound("less", 10**12, int(text)), name, _INTEGER_CODE)
        return int(text)


@dataclass(frozen=True)
class MinorDecimal:
    """An amount in minor units with up to twelve decimals (``unit_amount_decimal``)."""

    def read(self, raw: Any, name: str) -> Decimal:
        text = string(raw, name)
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        exponent = number.as_tuple().exponent
        fits = number.is_finite() and isinstance(exponent, int) and exponent >= -12
        if not fits or not 0 <= number <= 10**12:
            raise refuse(f"Invalid decimal: {shown(text)}", name, "parameter_invalid_decimal")
        return number


@dataclass(frozen=True)
class Currency:
    """A three-letter ISO 4217 code in any case; lower case afterwards."""

    def read(self, raw: Any, name: str) -> str:
        text = string(raw, name).lower()
        if not re.fullmatch(r"[a-z]{3}", text):
            raise refuse(f"Invalid currency: {shown(text)}", name)
        return text


@dataclass(frozen=True)
class Moments:
    """A ``created`` filter: one timestamp, or bounds ``gt``, ``gte``, ``lt``, ``lte``."""

    def read(self, raw: Any, name: str) -> dict[str, int]:
        if isinstance(raw, str):
            return {"eq": Integer().read(raw, name)}
        bounds = Shape({bound: Integer() for bound in ("gt", "gte", "lt", "lte")})
        return bounds.read(raw, name)


@dataclass(frozen=True)
class Share:
    """A plain number from 0 to ``most``, with decimals."""

    most: float

    def read(self, raw: Any, name: str) -> float:
        text = string(raw, name)
        if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text) or float(text) > self.most:
            raise refuse(f"Invalid number: {shown(text)}; must be from 0 to {self.most}", name)
        return float(text)
