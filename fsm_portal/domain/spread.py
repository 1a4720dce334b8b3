"""How money that goes back is spread over what it was paid for."""

from collections.abc import Sequence
from fractions import Fraction


def spread(amount: int, allocated: Sequence[int], gone: Sequence[int]) -> list[int]:
    """``amount`` in proportion to ``allocated``, of which ``gone`` went back before.

    All in minor units. Nobody gets back more than was allocated, and where refunds follow one
    another each invoice ends where one refund of the sum would have brought it: every cent has its
    place in a queue that depends on the allocations only (Webster's method, which is house
    monotone). So the order in which refunds become known does not matter.

    Raises ValueError where less than ``amount`` is left, or a part has gone back more than whole.
    """
    left = [whole - part for whole, part in zip(allocated, gone, strict=True)]
    if amount < 0 or any(part < 0 for part in left) or amount > sum(left):
        raise ValueError(f"cannot give {amount} back of {sum(left)}")
    if len(left) == 1:  # most payments are for one invoice
        return [amount]
    if not any(left):  # credit that was put to invoices and taken off them again is such
        return [0] * len(left)
    total, target = sum(allocated), sum(gone) + amount
    # The queue up to a point just short of the target, in one go …
    low, high = 0, 4 * target + 4
    while low + 1 < high:
        middle = (low + high) // 2
        if sum(_up_to(middle, total, allocated, gone)) <= target:
            low = middle
        else:
            high = middle
    reached = _up_to(low, total, allocated, gone)
    # … and the last few cents one by one: the next is whose (n + 1/2) / allocated is smallest.
    for _ in range(target - sum(reached)):
        following = min(
            (index for index, whole in enumerate(allocated) if reached[index] < whole),
            key=lambda index: (Fraction(2 * reached[index] + 1, allocated[index]), index),
        )
        reached[following] += 1
    return [now - before for now, before in zip(reached, gone, strict=True)]


def _up_to(quarters: int, total: int, allocated: Sequence[int], gone: Sequence[int]) -> list[int]:
    """Each part when ``quarters`` / 4 of ``total`` minor units have gone back in proportion."""
    return [
        max(before, min(whole, (quarters * whole + 2 * total) // (4 * total)))
        for whole, before in zip(allocated, gone, strict=True)
    ]
