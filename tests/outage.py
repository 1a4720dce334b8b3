"""A database that is away for a while, and back: really, nobody can connect to it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text

from fsm_portal import db
from fsm_portal.config import settings


@contextmanager
def outage() -> Iterator[None]:
    """While it lasts, whoever opens the test's database finds that it cannot be opened."""
    current = db.engine()
    with _file_away(current) if current.dialect.name == "sqlite" else _connections_cut(current):
        yield


@contextmanager
def _file_away(current: Engine) -> Iterator[None]:
    """SQLite's file is moved out of the way."""
    file = settings().data_dir / "portal.sqlite3"
    kept = file.with_suffix(".kept")
    current.dispose()
    file.rename(kept)
    file.mkdir()
    try:
        yield
    finally:
        current.dispose()
        file.rmdir()
        kept.rename(file)


@contextmanager
def _connections_cut(current: Engine) -> Iterator[None]:
    """Every connection is cut, and refused: on PostgreSQL."""
    name = current.url.database
    beside = db.create_engine(
        current.url.set(database="postgres").render_as_string(hide_password=False)
    )
    cut = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
    with beside.connect().execution_options(isolation_level="AUTOCOMMIT") as admin:
        admin.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        admin.execute(cut, {"name": name})
        try:
            yield
        finally:
            admin.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
    beside.dispose()
    current.dispose()
