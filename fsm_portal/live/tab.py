"""One open page of one browser, and how tabs that see the same are put together."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol, TypeVar, cast

import reflex as rx

# Page, scope and params. Tabs with equal keys see the same view: it is read and encoded once.
Key = tuple[type[rx.State], Hashable, Hashable]


class Page(Protocol):
    """A page State with a push-only ``view``."""

    @classmethod
    def load_view(cls, scope: Any, params: Any) -> Any: ...


@dataclass(eq=False, slots=True)
class Tab:
    """Which view a page shows, and through whose eyes.

    ``scope`` is kept in step with what the tab's session may see.
    """

    sid: str
    page: type[rx.State]
    topics: frozenset[str]
    scope: Hashable
    params: Hashable
    session_id: str
    failures: int = 0
    served_at: float = 0.0

    @property
    def key(self) -> Key:
        return self.page, self.scope, self.params


def grouped(tabs: Iterable[Tab]) -> dict[Key, list[Tab]]:
    """``tabs`` by what they see."""
    groups: dict[Key, list[Tab]] = defaultdict(list)
    for tab in tabs:
        groups[tab.key].append(tab)
    return groups


def by_present_scope(
    groups: Mapping[Key, list[Tab]], alive: Mapping[str, Hashable]
) -> tuple[list[Tab], dict[Key, list[Tab]]]:
    """Who has no session any more, and everybody else by what they may see at this moment.

    A tab was opened through the eyes that its person had then; a role may have changed since.
    """
    over: list[Tab] = []
    present: dict[Key, list[Tab]] = defaultdict(list)
    for (page, scope, params), tabs in groups.items():
        unchanged = []
        for tab in tabs:
            scope_now = alive.get(tab.session_id)
            if scope_now is None:
                over.append(tab)
            elif scope_now == scope:
                unchanged.append(tab)
            else:
                present[page, scope_now, params].append(tab)
        if unchanged:
            present[page, scope, params] += unchanged
    return over, present


def read_view(key: Key, through: Callable[[Any], AbstractContextManager[object]]) -> Any:
    """The view, or the exception it came to: one that cannot be read holds up no other."""
    page, scope, params = key
    try:
        with through(scope):
            return cast(Page, page).load_view(scope, params)
    except Exception as error:
        return error


K = TypeVar("K")
V = TypeVar("V")


def batches(mapping: dict[K, V], size: int) -> Iterator[dict[K, V]]:
    """``mapping`` in parts of ``size`` items at most."""
    items = iter(mapping.items())
    while batch := dict(islice(items, size)):
        yield batch
