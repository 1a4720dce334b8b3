"""What every test may ask for: a database of its own, the cast in it, and a clock to set.

``database`` is a fresh SQLite file, ``postgres_database`` a fresh PostgreSQL database (skipped
where no server is installed), ``any_database`` runs the test once on each.

With ``--postgres`` every ``database`` is one of PostgreSQL: on a server of the tests' own, or on
that of ``FSM_DATABASE_URL``, whose user may create databases. With ``--postgres-rest`` so too, and
only the tests are run that run on SQLite alone without it.
"""

import gc
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import Engine

from fsm_portal import db
from fsm_portal.config import Settings, settings
from fsm_portal.domain import clock as the_clock
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.staff import Staff
from fsm_portal.domain.tables import metadata
from fsm_portal.migrations import migrate
from tests import cast
from tests.contract_run import (  # noqa: F401
    pytest_configure,
    pytest_sessionfinish,
    pytest_terminal_summary,
    pytest_unconfigure,
)
from tests.engines import done_with, engine_at
from tests.postgres_process import (
    PostgresServer,
    given_server,
    postgres_process,
    server_programs,
)
from tests.spare_database import empty_database

# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile("unhurried", hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("unhurried")

GIVEN_SERVER = os.environ.get("FSM_DATABASE_URL", "")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """What a test logged may hold half a character, on purpose: no other process can be told so."""
    report = yield
    report.sections = [
        (name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections
    ]
    return report


def pytest_addoption(parser: pytest.Parser) -> None:
    about = "every test's database is one of PostgreSQL"
    parser.addoption("--postgres", action="store_true", default=False, help=about)
    about = "the same, of the tests that else run on SQLite alone"
    parser.addoption("--postgres-rest", action="store_true", default=False, help=about)


def on_postgres(config: pytest.Config) -> bool:
    return bool(config.getoption("--postgres") or config.getoption("--postgres-rest"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL: nothing twice, and nothing that is about SQLite itself."""
    if not on_postgres(config):
        return
    only_the_rest = config.getoption("--postgres-rest")
    if only_the_rest:
        from tests.flows import stories

        stories.ONE_ORDER_OF = 11
    left = [
        item
        for item in items
        if _is_about_sqlite(item) or (only_the_rest and not _runs_on_sqlite_alone(item))
    ]
    config.hook.pytest_deselected(items=left)
    gone = set(left)
    items[:] = [item for item in items if item not in gone]


def pytest_collection_finish() -> None:
    """What is there by now stays: looking for garbage in it took a fifth of all the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


def _is_about_sqlite(item: pytest.Item) -> bool:
    if item.get_closest_marker("sqlite"):
        return True
    parameters = getattr(item, "callspec", None)
    return parameters is not None and parameters.params.get("any_database") == "database"


def _runs_on_sqlite_alone(item: pytest.Item) -> bool:
    """Whether it has a database, and PostgreSQL is not among those that it names."""
    names = set(getattr(item, "fixturenames", ()))
    return bool(names & {"database", "_a_database"}) and not (
        names & {"any_database", "postgres_database", "postgres"}
    )


@pytest.fixture
def environment(monkeypatch, tmp_path) -> Iterator[pytest.MonkeyPatch]:
    """Settings of this test only: nothing of the developer's FSM_ variables or .env file.

    ``environment.setenv("FSM_...", "...")`` before the first use of ``settings()``, or call
    ``settings.cache_clear()`` after it.
    """
    for name in [name for name in os.environ if name.startswith("FSM_")]:
        monkeypatch.delenv(name)
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    monkeypatch.setenv("FSM_DATA_DIR", str(tmp_path))
    settings.cache_clear()
    yield monkeypatch
    settings.cache_clear()


def _opened() -> Iterator[Engine]:
    """The process's engine for the settings as they are now, closed afterwards."""
    settings.cache_clear()
    db.engine.cache_clear()
    with pytest.MonkeyPatch.context() as at_first:
        # Whatever else a test opens has an engine of its own.
        at_first.setattr(db, "create_engine", engine_at)
        opened = db.engine()
    try:
        yield opened
    finally:
        if db.engine() is not opened:
            db.engine().dispose()
        db.engine.cache_clear()
        settings.cache_clear()
        done_with(opened)


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("template") / "portal.sqlite3"
    engine = db.create_engine(f"sqlite:///{path}")
    metadata.create_all(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def _migrated_template(tmp_path_factory) -> Path:
    """Every migration, one after another, takes a second: once for all tests."""
    path = tmp_path_factory.mktemp("migrated") / "portal.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def database(request, environment, tmp_path) -> Iterator[Engine]:
    """A fresh SQLite database with every table; ``db.unit_of_work()`` works on it."""
    if on_postgres(request.config):
        yield request.getfixturevalue("postgres_database")
        return
    shutil.copy(request.getfixturevalue("_sqlite_template"), tmp_path / "portal.sqlite3")
    yield from _opened()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server with a database that has every table, to make others from."""
    if not GIVEN_SERVER and server_programs() is None:
        pytest.skip("PostgreSQL's server is not installed (Debian: apt install postgresql)")
    with given_server(GIVEN_SERVER) if GIVEN_SERVER else postgres_process() as server:
        server.template = server.create_database()
        engine = db.create_engine(server.url(server.template))
        metadata.create_all(engine)
        engine.dispose()
        yield server


@pytest.fixture
def postgres_database(environment, postgres) -> Iterator[Engine]:
    """A fresh PostgreSQL database with every table; ``db.unit_of_work()`` works on it."""
    name = empty_database(postgres)
    environment.setenv("FSM_DATABASE_URL", postgres.url(name))
    yield from _opened()


@pytest.fixture(params=["database", "postgres_database"], ids=["sqlite", "postgresql"])
def any_database(request) -> Engine:
    """The test runs twice: on SQLite and on PostgreSQL."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def _a_database(request) -> Engine:
    """Whichever database the test asked for, SQLite if it named none."""
    for name in ("any_database", "postgres_database"):
        if name in request.fixturenames:
            return request.getfixturevalue(name)
    return request.getfixturevalue("database")


class StoppedClock:
    """The portal's clock, standing at ``now`` until the test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 16, 14, 0, tzinfo=UTC)

    def move(self, **by: float) -> datetime:
        """``clock.move(minutes=10, seconds=1)``; returns the new time."""
        self.now += timedelta(**by)
        return self.now


@pytest.fixture
def clock(monkeypatch) -> StoppedClock:
    """Monday 16 November 2026, 14:00 UTC, nine in the morning in New York."""
    stopped = StoppedClock()
    monkeypatch.setattr(the_clock, "_source", lambda: stopped.now)
    return stopped


@pytest.fixture
def company(_a_database) -> Company:
    """Bright Heating Co."""
    return cast.save(cast.bright_heating())


@pytest.fixture
def other_company(_a_database) -> Company:
    """Clearwater Plumbing, to whom nothing of Bright Heating may show."""
    return cast.save(cast.clearwater_plumbing())


@pytest.fixture
def maya(company) -> Staff:
    """Maya Ortiz, owner of Bright Heating."""
    return cast.save(cast.maya(company))


@pytest.fixture
def tom(company) -> Staff:
    """Tom Becker, technician at Bright Heating."""
    return cast.save(cast.tom(company))


@pytest.fixture
def harbor_view(company) -> Customer:
    """Harbor View Apartments, customer of Bright Heating; Dana Reyes is its contact."""
    return cast.save(cast.harbor_view(company))


@pytest.fixture
def dana(harbor_view) -> Customer:
    """The same customer by the name of the person who pays."""
    return harbor_view
