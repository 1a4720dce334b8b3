"""Python's cyclic garbage collector, told what a fan-out looks like."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# New objects before the collector looks at the youngest; how often it goes a generation deeper.
# A push to 500 tabs makes tens of thousands of objects that live for a millisecond and form no
# cycles. At Python's own 700 the collector ran through them, and often through the whole app,
# dozens of times a push: that was a third of its CPU time (bench/live.py). Memory is unchanged.
THRESHOLDS = (10_000, 20, 20)


@contextmanager
def patient_collector() -> Iterator[None]:
    """Have the collector wait for more before it starts."""
    before = gc.get_threshold()
    gc.set_threshold(*THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
