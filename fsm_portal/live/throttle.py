"""How many events one socket may send: a burst, then a steady pace."""

import time
from collections.abc import Callable

BURST = 40
PER_SECOND = 20.0


class Throttle:
    """A token bucket per socket, kept as one number: the moment its bucket is full again.

    Events beyond the pace are delayed, not lost: the socket's receive loop waits, so the flood
    stays in the sender's own buffers and everybody else's events go first.
    """

    def __init__(
        self,
        burst: int = BURST,
        per_second: float = PER_SECOND,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._interval = 1.0 / per_second
        self._allowance = burst * self._interval
        self._clock = clock
        self._full_again: dict[str, float] = {}

    def delay(self, sid: str) -> float:
        """Take one token for ``sid``; seconds to wait before its event may be handled."""
        now = self._clock()
        full_again = max(now, self._full_again.get(sid, now)) + self._interval
        self._full_again[sid] = full_again
        return max(0.0, full_again - self._allowance - now)

    def forget(self, sid: str) -> None:
        """Drop what is kept for a socket that has closed."""
        self._full_again.pop(sid, None)
