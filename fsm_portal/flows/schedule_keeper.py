"""Of all processes that work on one database, one keeps the schedule.

Whoever comes first holds a lock for as long as it lives and its connection stands: on PostgreSQL
an advisory lock of a session, on SQLite, whose processes are on one machine, the lock of a file
beside the database. A process that is killed lets go of it with its last breath.
"""

import fcntl
import logging
from contextlib import suppress
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from fsm_portal.db import engine

_log = logging.getLogger(__name__)

# Any number does, as long as nothing else on that database uses it (migrations have 4207001).
_ADVISORY_LOCK = 4_207_002


class ScheduleKeeper:
    """``holds()`` before each round says whether it is this process's turn. Not thread-safe."""

    def __init__(self) -> None:
        self._file: IO[str] | None = None
        self._connection: Connection | None = None

    def holds(self) -> bool:
        """Whether the schedule is ours now, or can be had. Raises SQLAlchemyError, OSError."""
        if engine().dialect.name == "postgresql":
            return self._holds_postgresql()
        path = engine().url.database
        if not path or path == ":memory:":
            return True
        return self._file is not None or self._lock_file(Path(f"{path}.schedule"))

    def let_go(self) -> None:
        """Another process may have it."""
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._connection is not None:
            with suppress(SQLAlchemyError):
                # Back in the pool the lock would stay with the connection.
                self._connection.invalidate()
                self._connection.close()
            self._connection = None

    def _lock_file(self, path: Path) -> bool:
        file = path.open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def _holds_postgresql(self) -> bool:
        if self._connection is not None:
            try:
                self._connection.execute(text("SELECT 1"))
                return True
            except SQLAlchemyError as error:
                # With the connection the lock is gone, and somebody else may have it.
                _log.warning("lost hold of the schedule: %s", type(error).__name__)
                self.let_go()
        connection = engine().connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            ours = connection.scalar(
                text("SELECT pg_try_advisory_lock(:number)"), {"number": _ADVISORY_LOCK}
            )
        except SQLAlchemyError:
            connection.close()
            raise
        if not ours:
            connection.close()
            return False
        self._connection = connection
        return True
