"""A discount: so much of a price, or so many percent of it. Kept as it was given."""

import re
from dataclasses import dataclass
from decimal import Decimal

from fsm_portal.domain.money import parse_amount, round_half_up
from fsm_portal.domain.tax_rate import PARTS

_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)\s*%")


@dataclass(frozen=True)
class Discount:
    """One of the two: ``amount`` in minor units, or ``ppm`` in parts per million (10% is 100000).

    Neither is none at all.
    """

    amount: int = 0
    ppm: int | None = None

    def of(self, price: int) -> int:
        """What it takes off ``price``, both in minor units; never below zero.

        Half a minor unit is rounded up, away from zero. More than the price is for whoever
        checks what was typed to refuse.
        """
        if self.ppm is None:
            return self.amount
        return max(round_half_up(Decimal(price * self.ppm) / PARTS), 0)


NO_DISCOUNT = Discount()


def parse_discount(text: str, currency: str) -> Discount:
    """What a person typed: ``10%``, or ``15.00`` in major units of ``currency``; empty is none.

    Raises ValueError with a sentence that can be shown.
    """
    typed = text.strip()
    if not typed:
        return NO_DISCOUNT
    if "%" in typed:
        percent = _PERCENT.fullmatch(typed)
        ppm = int(Decimal(percent[1]) * (PARTS // 100)) if percent else 0
        if not 0 < ppm <= PARTS:
            raise ValueError("Enter a part of the price such as 10%, at most 100%.")
        return Discount(ppm=ppm)
    try:
        return Discount(parse_amount(typed, currency))
    except ValueError:
        raise ValueError("Enter a discount such as 10% or 15.00.") from None
