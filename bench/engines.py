"""The two engines of a measurement: new databases, copies of them, and the bare driver to each."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from bench.raw_writes import Raw, RawDatabase, RawPostgres
from tests.postgres_process import PostgresServer, postgres_process, server_programs


class Databases(Protocol):
    """Databases of one engine. What they give out is what ``portal_on`` takes."""

    name: str

    def new(self) -> Path | str: ...

    def copy(self, of: Path | str) -> Path | str: ...

    def raw(self, database: Path | str) -> Raw: ...


class OnSqlite:
    """Files in one folder."""

    name = "SQLite"

    def __init__(self, folder: Path) -> None:
        self._folder, self._made = folder, 0

    def new(self) -> Path:
        self._made += 1
        return self._folder / f"{self._made}.sqlite3"

    def copy(self, of: Path | str) -> Path:
        return Path(shutil.copy(of, self.new()))

    def raw(self, database: Path | str) -> Raw:
        return RawDatabase(Path(database))


class OnPostgresql:
    """Databases of one server, whose commits reach the disk as in production."""

    name = "PostgreSQL"

    def __init__(self, server: PostgresServer) -> None:
        self._server = server

    def new(self) -> str:
        return self._server.url(self._server.create_database())

    def copy(self, of: Path | str) -> str:
        template = str(of).partition("?")[0].rpartition("/")[2]
        return self._server.url(self._server.create_database(template))

    def raw(self, database: Path | str) -> Raw:
        return RawPostgres(str(database))


@contextmanager
def engines(folder: Path) -> Iterator[list[Databases]]:
    """SQLite, and PostgreSQL where its server is installed."""
    if server_programs() is None:
        yield [OnSqlite(folder)]
        return
    with postgres_process(durable=True) as server:
        yield [OnSqlite(folder), OnPostgresql(server)]
