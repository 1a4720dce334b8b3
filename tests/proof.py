"""After every test that left a payment behind, the books must prove.

A room takes it by importing the two hooks into its conftest. A test that breaks the books on
purpose says so: ``@pytest.mark.breaks_the_books("why")``.
"""

from collections.abc import Collection, Iterator
from datetime import timedelta
from functools import cache

import pytest
from sqlalchemy import URL, Engine, create_engine, event, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from fsm_portal import db
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.payment import Payment
from fsm_portal.flows.proving import prove_on

_MARK = "breaks_the_books"
# Most tests have no worker, and move the clock as they like: whatever is queued may wait.
_PATIENCE = timedelta(days=3650)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{_MARK}(why): the books of this test do not prove")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    result = yield
    if item.get_closest_marker(_MARK) is None and _has_payments():
        must_prove()
    return result


def must_prove(patience: timedelta = _PATIENCE, but_for: Collection[str] = ()) -> None:
    """Fail, with the rows that break them, unless the books prove, ``but_for`` these rules."""
    current = db.engine()
    on_sqlite = current.dialect.name == "sqlite"
    beside = _any_sqlite() if on_sqlite else _beside(current.url)
    with beside.connect() as connection:
        report = prove_on(connection, patience=patience)
    breaches = [each for each in report.breaches if each.rule not in but_for]
    if breaches:
        lines = "\n".join(f"  {breach}" for breach in breaches[:20])
        pytest.fail(f"the books do not prove:\n{lines}", pytrace=False)


# What a test has its own engine do, or say, is nothing to the proof. Nor would the proof's hundred
# statements be written once for all tests.
@cache
def _any_sqlite() -> Engine:
    """Connected to whichever the test has just now."""
    engine = create_engine("sqlite://", poolclass=NullPool)

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: object, _record: object, _args: object, _options: object) -> object:
        current = db.engine()
        arguments, options = current.dialect.create_connect_args(current.url)
        return current.dialect.connect(*arguments, **options)

    return engine


@cache
def _beside(url: URL) -> Engine:
    """A connection that lasts: to each the server gives a process, which has all to learn."""
    return create_engine(url, pool_size=1, max_overflow=0, pool_pre_ping=True)


def _has_payments() -> bool:
    # Made by the test or not at all: asking for it would open one on whatever is set.
    if not db.engine.cache_info().currsize:
        return False
    try:
        with db.engine().connect() as connection:
            return connection.execute(select(table_of(Payment).c.id).limit(1)).first() is not None
    except SQLAlchemyError:  # a test of a database that is away or not migrated
        return False
