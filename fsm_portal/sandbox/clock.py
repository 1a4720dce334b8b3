"""The one clock of the sandbox. Everything that asks for the time asks here.

It runs like any other, and can be moved forward: ``set_ahead`` says by how much. What is between
machines (the time in a webhook's signature) stays on the real one.
"""

import time

_ahead = 0.0


def now() -> int:
    """The present moment in whole seconds since the Unix epoch, as Stripe counts."""
    return int(time.time() + _ahead)


def precise() -> float:
    """The present moment in seconds with a fraction, for timers shorter than a second."""
    return time.time() + _ahead


def real() -> int:
    """What the clock on the wall says, in whole seconds since the Unix epoch."""
    return int(time.time())


def ahead() -> float:
    """How many seconds this clock is ahead of the one on the wall."""
    return _ahead


def set_ahead(seconds: float) -> None:
    """Let this clock be so many seconds ahead."""
    global _ahead
    _ahead = seconds
