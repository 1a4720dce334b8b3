"""Engines that the tests of a process have in common.

With one of its own each test would write every statement anew, a third of all its time. Those of
PostgreSQL keep their connections from test to test: to each the server gives a process, which has
everything to learn.
"""

from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Dialect, Engine, event, make_url
from sqlalchemy.util import LRUCache

from fsm_portal.db import create_engine

# What is asked of a database, as SQLAlchemy has written it.
_STATEMENTS: LRUCache[Any, Any] = LRUCache(4000)
_ANY_SQLITE = "sqlite:///any"
_OF_CONNECTIONS = ("connect", "checkout", "checkin", "reset", "invalidate", "close")


@cache
def engine_of(database: str) -> Engine:
    """The engine of a database of PostgreSQL; of SQLite one for all, to wherever its url says."""
    engine = create_engine(database)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "do_connect")
        def connect(dialect: Dialect, _record: object, _given: object, options: Any) -> Any:
            arguments, own = dialect.create_connect_args(engine.url)
            return dialect.connect(*arguments, **{**options, **own})

    return engine


# How many listen at the connections of each engine that a test has.
_HEARD: WeakKeyDictionary[Engine, int] = WeakKeyDictionary()


def engine_at(url: str) -> Engine:
    """An engine for one test: what it listens for, no other hears. ``done_with`` it in the end.

    But for what becomes of connections ("connect", "checkout"): those who listen for that have to
    stop before their test ends.
    """
    on_sqlite = url.startswith("sqlite")
    shared = engine_of(_ANY_SQLITE if on_sqlite else url)
    if on_sqlite:
        shared.url = make_url(url)
    engine = shared.execution_options(compiled_cache=_STATEMENTS)
    _HEARD[engine] = _listeners(engine)
    return engine


def done_with(engine: Engine) -> None:
    """No connection, and nobody who listens at them, that the next test should not be given."""
    if engine.dialect.name == "sqlite" or engine.pool.checkedout():
        engine.dispose()
    assert _listeners(engine) == _HEARD[engine], "what this test listens for, the next would hear"


def _listeners(engine: Engine) -> int:
    return sum(len(getattr(engine.pool.dispatch, name)) for name in _OF_CONNECTIONS)
