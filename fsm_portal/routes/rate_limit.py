"""How often one client may do what costs somebody else something, such as a mail."""

import ipaddress
import time
from collections.abc import Callable

from starlette.requests import Request

# More clients than this at a time are not told apart from new ones.
_MOST_CLIENTS = 20_000


class Allowance:
    """A token bucket for each client: ``burst`` at once, then ``per_minute``, in this process."""

    def __init__(
        self, burst: int, per_minute: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst = float(burst)
        self._per_second = per_minute / 60
        self._clock = clock
        # What each had left when it came last, the one that came last at the end.
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, client: str) -> bool:
        """Whether ``client`` may once more; counts it if so."""
        moment = self._clock()
        left, then = self._left.pop(client, (self._burst, moment))
        left = min(self._burst, left + (moment - then) * self._per_second)
        allowed = left >= 1
        self._left[client] = (left - 1 if allowed else left, moment)
        if len(self._left) > _MOST_CLIENTS:
            del self._left[next(iter(self._left))]
        return allowed


def client_of(request: Request) -> str:
    """The other end of the socket, whatever a header claims; of IPv6 the network, a /64.

    For visitors of a proxy that FSM_TRUSTED_PROXIES names the server has put in theirs.
    """
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
