"""What an invoice comes to: lines, tax per rate on the summed base, total. Integer minor units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fsm_portal.domain.money import round_half_up
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
    subtotal: int
    taxes: tuple[TaxAmount, ...]
    tax: int
    total: int


def line_amount(quantity: Decimal, unit_price: Decimal) -> int:
    """Minor units of one line: quantity times unit price (minor units), half-up."""
    return round_half_up(quantity * unit_price)


def tax_on(base: int, rate_ppm: int) -> int:
    """Tax in minor units on ``base``, half-up, away from zero for credits."""
    return round_half_up(Decimal(base * rate_ppm) / PARTS)


def add_up(lines: Sequence[tuple[int, str | None]], rates: Mapping[str, int]) -> InvoiceTotal:
    """Add up ``(amount, tax_rate_id)`` lines; ``rates`` gives each id's parts per million.

    Tax is taken per rate on the summed base: rounding per line differs from it in most
    invoices of twenty lines.
    """
    bases: dict[str, int] = {}
    for amount, rate_id in lines:
        if rate_id is not None:
            bases[rate_id] = bases.get(rate_id, 0) + amount
    taxes = tuple(
        TaxAmount(rate_id, rates[rate_id], base, tax_on(base, rates[rate_id]))
        for rate_id, base in bases.items()
    )
    subtotal = sum(amount for amount, _ in lines)
    tax = sum(part.amount for part in taxes)
    return InvoiceTotal(subtotal, taxes, tax, subtotal + tax)
