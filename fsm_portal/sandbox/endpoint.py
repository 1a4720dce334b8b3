"""What an endpoint of the API is, and finding the one that a request means."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from fsm_portal.sandbox.errors import unknown_url
from fsm_portal.sandbox.params import Shape
from fsm_portal.sandbox.store import Json

_NOTHING = Shape({})


@dataclass(frozen=True)
class Endpoint:
    """``path`` has ``{id}`` where an id stands; the handler gets call, parameters and ids."""

    method: str
    path: str
    handler: Callable[..., Json]
    params: Shape = field(default=_NOTHING)


class Directory:
    """All endpoints, looked up by method and path."""

    def __init__(self, endpoints: Sequence[Endpoint]) -> None:
        self._literal: dict[tuple[str, str], Endpoint] = {}
        self._patterns: list[tuple[re.Pattern[str], Endpoint]] = []
        for endpoint in endpoints:
            if "{" not in endpoint.path:
                self._literal[endpoint.method, endpoint.path] = endpoint
                continue
            pattern = re.sub(r"\\\{\w+\\\}", "([^/]+)", re.escape(endpoint.path))
            self._patterns.append((re.compile(pattern), endpoint))

    def find(self, method: str, path: str) -> tuple[Endpoint, tuple[Any, ...]]:
        """The endpoint and the ids in its path. Raises the 404 of an unknown URL."""
        if literal := self._literal.get((method, path)):
            return literal, ()
        for pattern, endpoint in self._patterns:
            if endpoint.method == method and (match := pattern.fullmatch(path)):
                return endpoint, match.groups()
        raise unknown_url(method, path)
