"""What of a credit is price and what is tax, rate by rate (docs/decisions/0023)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fsm_portal.domain.money import round_half_up
from fsm_portal.domain.spread import spread


@dataclass(frozen=True)
class Charge:
    """Of one rate ``tax`` on ``base``; of None what is not taxed. Minor units.

    Both are below zero where what is taken off at a rate outweighs what is sold at it.
    """

    tax_rate_id: str | None
    base: int
    tax: int = 0


def summed(charges: Iterable[Charge]) -> list[Charge]:
    """One for each rate."""
    sums: dict[str | None, tuple[int, int]] = {}
    for each in charges:
        base, tax = sums.get(each.tax_rate_id, (0, 0))
        sums[each.tax_rate_id] = base + each.base, tax + each.tax
    return [Charge(rate_id, *of) for rate_id, of in sums.items()]


def taken_back(amount: int, charged: Sequence[Charge], gone: Iterable[Charge]) -> list[Charge]:
    """``amount``, with tax, in proportion to ``charged``, of which ``gone`` was taken back before.

    Exactly ``amount`` in all, and once all is taken back exactly what was charged of each rate:
    every minor unit has its place in a queue (see spread), so after any credits each rate stands
    where one credit of their sum would have brought it. What is more than was charged is untaxed.
    """
    before = {each.tax_rate_id: each for each in summed(gone)}
    kept = [before.get(each.tax_rate_id, Charge(None, 0)) for each in charged]
    whole = [figure for each in charged for figure in (each.base, each.tax)]
    parts, more = _share(
        amount, whole, [figure for each in kept for figure in (each.base, each.tax)]
    )
    taken = [
        Charge(each.tax_rate_id, parts[2 * index], parts[2 * index + 1])
        for index, each in enumerate(charged)
    ]
    return [each for each in summed([*taken, Charge(None, more)]) if each.base or each.tax]


def _share(amount: int, whole: Sequence[int], gone: Sequence[int]) -> tuple[list[int], int]:
    """The part of each figure, and what is left over.

    Figures below zero go back in their own proportion; the others give so much more.
    """
    above, below = _above_zero(whole), _above_zero([-figure for figure in whole])
    of_above = _within(above, _above_zero(gone))
    of_below = _within(below, _above_zero([-figure for figure in gone]))
    total, least = sum(above) - sum(below), sum(below)
    reached = sum(of_above) - sum(of_below) + amount
    less = round_half_up(Decimal(reached * least) / total) if least and total > 0 else 0
    less = min(max(less - sum(of_below), 0), least - sum(of_below))
    given = min(amount + less, sum(above) - sum(of_above))
    up, down = spread(given, above, of_above), spread(less, below, of_below)
    return [more - fewer for more, fewer in zip(up, down, strict=True)], amount + less - given


def _within(whole: Sequence[int], gone: Sequence[int]) -> list[int]:
    """``gone`` with no part above its whole: what is too much of one is of the others.

    A note of an earlier release may say a minor unit too much of a rate.
    """
    kept = [min(of, part) for of, part in zip(whole, gone, strict=True)]
    surplus = min(sum(gone), sum(whole)) - sum(kept)
    more = spread(surplus, whole, kept)
    return [part + extra for part, extra in zip(kept, more, strict=True)]


def _above_zero(figures: Iterable[int]) -> list[int]:
    return [max(figure, 0) for figure in figures]
