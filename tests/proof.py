"""After every test that left a payment behind, the books must prove.

A room takes it by importing the two hooks into its conftest. A test that breaks the books on
purpose says so: ``@pytest.mark.breaks_the_books("why")``.
"""

from collections.abc import Collection, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from fsm_portal import db
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.payment import Payment
from fsm_portal.flows.proving import prove

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
    breaches = [each for each in prove(patience=patience).breaches if each.rule not in but_for]
    if breaches:
        lines = "\n".join(f"  {breach}" for breach in breaches[:20])
        pytest.fail(f"the books do not prove:\n{lines}", pytrace=False)


def _has_payments() -> bool:
    # Made by the test or not at all: asking for it would open one on whatever is set.
    if not db.engine.cache_info().currsize:
        return False
    try:
        with db.engine().connect() as connection:
            return connection.execute(select(table_of(Payment).c.id).limit(1)).first() is not None
    except SQLAlchemyError:  # a test of a database that is away or not migrated
        return False
