"""The one clock of the sandbox. Everything that asks for the time asks here."""

import time


def now() -> int:
    """The present moment in whole seconds since the Unix epoch, as Stripe counts."""
    return int(time.time())


def precise() -> float:
    """The present moment in seconds with a fraction, for timers shorter than a second."""
    return time.time()
