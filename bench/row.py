"""One line of a benchmark's result: what was measured, ours beside the baseline's."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """``ratio`` is ours over the baseline, measured side by side in one run; None where there is

    nothing to compare with. ``goal`` is the ratio that is aimed for. ``ours`` and ``baseline``
    are figures with their units, as they are printed.
    """

    name: str
    ours: str
    baseline: str
    ratio: float | None
    goal: float | None
