"""The States of a tab, each made when the tab first uses it.

There is a State for every page and every dialog, and a tab uses a handful of them. Reflex makes
all of them for every tab, and hydrating the tab gives each its own copy of every default: two
kilobytes a State. Here the tree of a tab begins with its root alone. Whoever asks for one of the
others by its path makes it, and a snapshot of the whole tree takes the defaults of those that were
never asked for from one pattern that all tabs share.

Only a State whose defaults say all there is to know of it is left unmade; see ``can_wait``. This
is about the States of a process. On Redis, Reflex itself fetches what an event needs, and keeps
none of them in the process.

Written against Reflex 0.10.1. tests/live/test_states.py holds what is assumed of it.
"""

from collections.abc import ValuesView
from functools import cache
from typing import Any, cast

import reflex as rx
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.token import TOKEN_TYPE, BaseStateToken, StateToken
from reflex.state import BaseState

# What a State may do in its own way that is asked of the whole tree, made or not.
_ASKED_OF_ALL = (
    "__init__",
    "_clean",
    "_init_bookkeeping",
    "_reset_client_storage",
    "dict",
    "get_delta",
    "reset",
)


class SparseStates(StateManagerMemory):
    """Keeps the States of every tab in this process, but only those that it uses."""

    def _get_or_create_state(self, token: StateToken[TOKEN_TYPE]) -> TOKEN_TYPE:
        if isinstance(token, BaseStateToken) and token.cache_key not in self.states:
            self.states[token.cache_key] = sparse_tree(token.cls.get_root_state())
        return super()._get_or_create_state(token)


def keep_sparse(app: rx.App) -> None:
    """Have ``app`` keep only the States that tabs use; call once, before it is served.

    Changes nothing where Redis keeps them.
    """
    if type(app.state_manager) is StateManagerMemory:
        app._state_manager = SparseStates()


def sparse_tree(root: type[BaseState]) -> BaseState:
    """The States of a new tab: its root, and those below it that cannot wait."""
    state = root(_reflex_internal_init=True, init_substates=False)
    state.substates = _Substates(state)
    return state


class _Substates(dict[str, BaseState]):
    """The States below one, by name. All of them are in it; some of them are not made yet."""

    __slots__ = ("_unmade", "_upper")

    def __init__(self, upper: BaseState) -> None:
        self._upper: BaseState | None = upper
        below = {page.get_name(): page for page in type(upper).get_substates()}
        # Shared by all tabs. The made ones are looked up first.
        self._unmade = _defaults_of(frozenset(below.values()))
        for name in below.keys() - self._unmade.keys():
            self[name] = below[name](parent_state=upper, _reflex_internal_init=True)

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self._unmade

    def __missing__(self, name: str) -> BaseState:
        page = self._unmade[name].page
        state = self[name] = page(parent_state=self._upper, _reflex_internal_init=True)
        return state

    def values(self) -> ValuesView[BaseState]:  # type: ignore[override]
        """The made ones, and what stands for the others."""
        return cast(ValuesView[BaseState], ({**self._unmade, **self}).values())

    def clear(self) -> None:
        """The tab is gone for good."""
        super().clear()
        self._unmade, self._upper = {}, None


class _Defaults:
    """Stands for a State that was not made yet, wherever all States of a tab are gone through."""

    def __init__(self, page: type[BaseState]) -> None:
        self.page = page
        self._snapshot = _snapshot(page)
        self.substates: dict[str, BaseState] = {}

    def dict(self, **_: Any) -> dict[str, dict[str, Any]]:
        return {name: values.copy() for name, values in self._snapshot.items()}

    def reset(self) -> None:
        """Nothing has changed yet."""

    def _reset_client_storage(self) -> None:
        """It has nothing yet that came from a browser."""


def can_wait(page: type[BaseState]) -> bool:
    """Whether nobody can tell an unmade State from one that holds its defaults.

    Not where a var is computed, or of another value in each tab. What a browser keeps can wait:
    where it has something, Reflex asks for the State to put it there.
    """
    if page.computed_vars:
        return False
    if any(getattr(page, name) is not getattr(rx.State, name) for name in _ASKED_OF_ALL):
        return False
    if not all(map(can_wait, page.get_substates())):
        return False
    return _snapshot(page) == _snapshot(page)


def _snapshot(page: type[BaseState]) -> dict[str, dict[str, Any]]:
    return page(_reflex_internal_init=True).dict()


@cache
def _defaults_of(pages: frozenset[type[BaseState]]) -> dict[str, _Defaults]:
    return {page.get_name(): _Defaults(page) for page in pages if can_wait(page)}
