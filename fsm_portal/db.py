"""The database: engine, sessions and ``unit_of_work()``, the only place that commits.

Database work is synchronous; asynchronous callers run it in a thread.
"""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from functools import cache, lru_cache, partial
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy import create_engine as sqlalchemy_engine
from sqlalchemy.exc import InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from fsm_portal.config import settings

# A session can write a row only when every table its keys refer to is known.
from fsm_portal.domain import tables  # noqa: F401
from fsm_portal.domain.company_scope import across_companies
from fsm_portal.domain.scoped_transaction import begin_within_companies, go_within
from fsm_portal.domain.small_letters import as_compared

# What whoever asks is told when the database is away, stays locked or has no tables yet.
UNREACHABLE = (OperationalError, InterfaceError, PoolTimeout)

# One writer at a time in this process: SQLite would make the others spin on SQLITE_BUSY, which
# is unfair (the slowest of 32 waited four times longer without it).
_sqlite_writer = threading.Lock()

# The connection that was used last is used next. In turn, each would meet the others' changes with
# a cache of its own gone cold: a push, which reads what a webhook has just written, took a fifth
# more time with the twenty connections that many opened pages leave behind.
_POOL = {"pool_size": 20, "max_overflow": 20, "pool_use_lifo": True}
# A connection beyond the pool's size is closed after its use, and PostgreSQL starts a process for
# each new one: with 32 webhooks at once that took more than half the time. So it keeps as many as
# there are threads to ask (AnyIO's forty).
_POOL_OF_POSTGRESQL = _POOL | {"pool_size": 40, "max_overflow": 0}

# Seconds after which a connection in the pool is asked whether it still leads anywhere.
_RESTED = 1.0


def create_engine(url: str) -> Engine:
    """An engine for ``url`` (SQLite or PostgreSQL through psycopg 3), set up as we need it."""
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    if not url.startswith("sqlite"):
        engine = sqlalchemy_engine(url, **_POOL_OF_POSTGRESQL)
        event.listen(engine, "checkin", _rests)
        event.listen(engine, "checkout", partial(_is_alive, engine))
        begin_within_companies(engine)
        return engine
    engine = sqlalchemy_engine(url, connect_args={"timeout": 15}, **_POOL)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _rests(_connection: object, record: Any) -> None:
    record.info["rests_since"] = time.monotonic()


def _is_alive(engine: Engine, connection: Any, record: Any, _proxy: object) -> None:
    """Ask a connection that has rested whether its server is still there.

    Before every use (``pool_pre_ping``) it cost a webhook as much as two of its statements. A
    server that went away within this second is met as one that goes away in the middle of a
    statement: that press or delivery fails and is tried again, and the whole pool is made anew.
    """
    if time.monotonic() - record.info.get("rests_since", 0.0) < _RESTED:
        return
    try:
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # Python's sqlite3 would open transactions by itself, and too late: see _begin_sqlite.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        # NORMAL can lose a committed payment at a power cut.
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=15000",
    ):
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("small_letters", 1, _small_letters, deterministic=True)


def _small_letters(text: str | None) -> str | None:
    return None if text is None else as_compared(text)


def _begin_sqlite(connection: Any) -> None:
    # A deferred transaction that reads first and writes later loses updates; take the lock now.
    writing = connection.get_execution_options().get("writing", False)
    begin = "BEGIN IMMEDIATE" if writing else "BEGIN"
    # NORMAL: with the next commit, or with the next checkpoint.
    lasting = connection.get_execution_options().get("lasting", True)
    try:
        if writing:
            connection.connection.driver_connection.execute(
                "PRAGMA synchronous=FULL" if lasting else "PRAGMA synchronous=NORMAL"
            )
        # Not through SQLAlchemy, which would cost five times what this costs.
        connection.connection.driver_connection.execute(begin)
    except sqlite3.OperationalError as error:
        raise OperationalError(begin, None, error) from error


@cache
def engine() -> Engine:
    """The engine of this process."""
    return create_engine(settings().database)


@contextmanager
def unit_of_work(*, lasting: bool = True) -> Iterator[Session]:
    """A session for one change: committed at the end, rolled back whole if anything raises.

    No call to the outside world inside it. Where it is not ``lasting``, a power cut may take it
    back for as long as nothing else was committed after it: for what is worth nothing without
    something that is noted later. Nobody waits for the disk then.
    """
    current = engine()
    on_sqlite = current.dialect.name == "sqlite"
    lock = _sqlite_writer if on_sqlite else nullcontext()
    with lock, Session(current, expire_on_commit=False) as session:
        connection = session.connection(execution_options={"writing": True, "lasting": lasting})
        if not lasting and not on_sqlite:
            connection.exec_driver_sql("SET LOCAL synchronous_commit TO OFF")
        yield session
        session.commit()


@contextmanager
def writing() -> Iterator[Connection]:
    """A unit of work without the ORM, for the recorder: committed at the end or rolled back whole.

    A Session and its way to the connection cost as much as three statements.
    """
    current = engine()
    lock = _sqlite_writer if current.dialect.name == "sqlite" else nullcontext()
    with lock, current.connect() as connection, connection.execution_options(writing=True).begin():
        yield connection


@contextmanager
def reading() -> Iterator[Session]:
    """A session that only reads, at one moment of the database, and never waits for a writer.

    What it read stays readable afterwards: closing detaches rows without emptying them, where a
    rollback would.
    """
    session = _moment.get()
    if session is None:
        with Session(_snapshots_of(engine()), expire_on_commit=False) as session:
            yield session
            _end_of_reading(session)
        return
    go_within(session.connection())
    try:
        yield session
    except Exception:
        # To PostgreSQL the transaction is spoilt; whoever reads next begins another.
        session.rollback()
        raise


@contextmanager
def reading_across_companies() -> Iterator[Session]:
    """``reading()`` for what cannot be asked of one company alone. Whoever uses it says why."""
    with across_companies(), reading() as session:
        yield session
    # Whoever reads on in the same moment is where they were.
    if (shared := _moment.get()) is not None:
        go_within(shared.connection())


@lru_cache(maxsize=1)
def _snapshots_of(current: Engine) -> Engine:
    """The same database, each transaction of it at one moment.

    SQLite reads so anyhow; by PostgreSQL's own default every statement would see the latest.
    """
    if current.dialect.name == "sqlite":
        return current
    return current.execution_options(isolation_level="REPEATABLE READ")


# The session that all reading in this thread shares at present.
_moment: ContextVar[Session | None] = ContextVar("moment", default=None)


@contextmanager
def one_moment() -> Iterator[None]:
    """Every ``reading()`` inside it is of one moment, on one connection.

    For many small reads that belong together: to begin and end each costs as much as reading.
    """
    with Session(_snapshots_of(engine()), expire_on_commit=False) as session:
        token = _moment.set(session)
        try:
            yield
        finally:
            _moment.reset(token)
        _end_of_reading(session)


def _end_of_reading(session: Session) -> None:
    """Nothing was written, and a commit keeps what a rollback would not.

    At a rollback psycopg forgets the statements that PostgreSQL has prepared (3.3), so that every
    read was parsed and planned anew: three times as long. Rows are let go of first: what somebody
    changed on one of them goes nowhere.
    """
    session.expunge_all()
    session.commit()


@contextmanager
def look_ups() -> Iterator[None]:
    """Every ``reading()`` inside it is on one connection; each statement at a moment of its own.

    For a few rows found by their keys, one statement for each fact. On PostgreSQL that is without
    a transaction: two ways to the server less.
    """
    with Session(_alone_on(engine()), expire_on_commit=False) as session:
        token = _moment.set(session)
        try:
            yield
        finally:
            _moment.reset(token)


@lru_cache(maxsize=1)
def _alone_on(current: Engine) -> Engine:
    if current.dialect.name == "sqlite":
        return current
    return current.execution_options(isolation_level="AUTOCOMMIT")


def refresh_statistics(session: Session) -> None:
    """Tell the database how the tables have grown; a fraction of a second.

    On a new one PostgreSQL believes them empty and looks up a foreign key by an index that only
    tells companies apart: 217,000 lines took 60 seconds instead of 6. SQLite takes a company to
    have ten rows: a page of an invoice took 140 ms instead of 10 among 45,000.
    """
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        # https://www.sqlite.org/lang_analyze.html#approx: a part of each index is enough.
        connection.exec_driver_sql("PRAGMA analysis_limit=1000")
    connection.exec_driver_sql("ANALYZE")
