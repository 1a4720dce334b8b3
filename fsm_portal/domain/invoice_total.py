"""What an invoice comes to: lines, discounts, tax per rate on the summed base. Minor units.

A discount lessens what is taxed (docs/decisions/0015): a line's own that line, one on the whole
each rate's base in proportion.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fsm_portal.domain.discount import NO_DISCOUNT, Discount
from fsm_portal.domain.money import round_half_up, split
from fsm_portal.domain.tax_rate import PARTS


@dataclass(frozen=True)
class TaxAmount:
    """One rate's share: ``amount`` is ``base`` times the rate, rounded once."""

    tax_rate_id: str
    rate_ppm: int
    base: int
    amount: int


@dataclass(frozen=True)
class InvoiceTotal:
    """``subtotal`` is what the lines come to less ``discount``, the one on the whole."""

    subtotal: int
    taxes: tuple[TaxAmount, ...]
    tax: int
    total: int
    discount: int = 0


def line_amount(quantity: Decimal, unit_price: Decimal, discount: int = 0) -> int:
    """Minor units of one line: quantity times unit price (minor units), half-up, less discount."""
    return round_half_up(quantity * unit_price) - discount


def tax_on(base: int, rate_ppm: int) -> int:
    """Tax in minor units on ``base``, half-up, away from zero for credits."""
    return round_half_up(Decimal(base * rate_ppm) / PARTS)


def add_up(
    lines: Sequence[tuple[int, str | None]],
    rates: Mapping[str, int],
    discount: Discount = NO_DISCOUNT,
) -> InvoiceTotal:
    """Add up ``(amount, tax_rate_id)`` lines; ``rates`` gives each id's parts per million.

    Tax is taken per rate on the summed base: rounding per line differs from it in most
    invoices of twenty lines. ``discount`` is on the whole. Raises ValueError where it is more
    than the lines come to.
    """
    bases: dict[str | None, int] = {}
    for amount, rate_id in lines:
        bases[rate_id] = bases.get(rate_id, 0) + amount
    whole = sum(bases.values())
    taken_off = discount.of(whole)
    if taken_off:
        if taken_off > whole:
            raise ValueError("a discount is no more than what it is taken off")
        bases = _less(bases, taken_off)
    taxes = tuple(
        TaxAmount(rate_id, rates[rate_id], base, tax_on(base, rates[rate_id]))
        for rate_id, base in bases.items()
        if rate_id is not None
    )
    subtotal = whole - taken_off
    tax = sum(part.amount for part in taxes)
    return InvoiceTotal(subtotal, taxes, tax, subtotal + tax, taken_off)


def _less(bases: Mapping[str | None, int], discount: int) -> dict[str | None, int]:
    """Each base less its share of ``discount``, to the minor unit, what is not taxed included.

    A base that is itself below zero has no share: there is no price to lessen.
    """
    shares = split(discount, [max(base, 0) for base in bases.values()])
    return {
        rate_id: base - share for (rate_id, base), share in zip(bases.items(), shares, strict=True)
    }
