"""A PostgreSQL server of the tests' own: a private directory, a socket in it, gone afterwards.

    with postgres_process() as postgres:
        url = postgres.create_database()

It listens on no network port. ``postgres`` refuses to run as root, so as root it runs as the
package's own user.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

_numbers = count(1)


def server_programs() -> Path | None:
    """The folder with ``initdb`` and ``postgres``, the newest if there are several, or None."""
    found = shutil.which("initdb")
    if found and (Path(found).parent / "postgres").exists():
        return Path(found).parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = sorted(versions, key=lambda path: int(path.parts[-3]))
    return newest[-1].parent if newest else None


class PostgresServer:
    """A running server. ``address`` is that of its databases, with their name left out."""

    # Whether we are its superuser.
    is_ours = False

    def __init__(self, address: Callable[[str], str]) -> None:
        self.url = address
        # What others are made like, and one that tests hand on to each other.
        self.template = "template0"
        self.spare = ""
        self.at_spare: psycopg.Connection[Any]
        self.spare_shape: object = None
        self.made: list[str] = []

    def connect(self, database: str = "postgres") -> psycopg.Connection[Any]:
        return psycopg.connect(self.url(database), autocommit=True)

    def create_database(self, template: str = "template0") -> str:
        """Make a new database like ``template``; returns its name."""
        # Two runs may share a server that they were given.
        name = f"portal_{os.getpid()}_{next(_numbers)}"
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'")
        self.made.append(name)
        return name


class PostgresProcess(PostgresServer):
    """A server of the tests' own, in a directory of its own."""

    is_ours = True

    def __init__(self, directory: Path, process: subprocess.Popen[bytes]) -> None:
        super().__init__(lambda name: f"postgresql://postgres@/{name}?host={directory}")
        self.directory = directory
        self.process = process


@contextmanager
def given_server(url: str) -> Iterator[PostgresServer]:
    """The server of ``url``; the databases that were made on it are gone in the end."""
    parts = urlsplit(url.replace("postgresql+psycopg://", "postgresql://", 1))
    server = PostgresServer(lambda name: urlunsplit(parts._replace(path=f"/{name}")))
    try:
        yield server
    finally:
        with server.connect() as connection:
            for name in server.made:
                connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            for name in server.made:
                connection.execute(f"DROP ROLE IF EXISTS {name}_within_company")


@contextmanager
def postgres_process(durable: bool = False) -> Iterator[PostgresProcess]:
    """Start a server and stop it at the end. Raises FileNotFoundError where none is installed."""
    programs = server_programs()
    if programs is None:
        raise FileNotFoundError("PostgreSQL's server programs are not installed")
    user = _user()
    # Not in pytest's own directories: they are closed to the user that the server runs as.
    directory = Path(tempfile.mkdtemp(prefix="portal-pg-"))
    try:
        if user:
            os.chown(directory, user["user"], user["group"])
        data = directory / "data"
        initdb = [programs / "initdb", "-D", data, "-U", "postgres", "-E", "UTF8"]
        options = ["--locale=C.UTF-8", "--auth=trust", "--no-sync"]
        subprocess.run([*initdb, *options], check=True, capture_output=True, cwd=directory, **user)
        settings = ["listen_addresses=", f"unix_socket_directories={directory}"]
        if not durable:
            settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        with (directory / "log").open("wb") as log:
            process = subprocess.Popen(
                [programs / "postgres", "-D", data]
                + [part for setting in settings for part in ("-c", setting)],
                stdout=log,
                stderr=log,
                cwd=directory,
                # Its own session: a Ctrl-C in the terminal is ours to handle, not the server's.
                start_new_session=True,
                **user,
            )
        try:
            server = PostgresProcess(directory, process)
            _wait_until_ready(server)
            yield server
        finally:
            process.send_signal(signal.SIGQUIT)
            process.wait(timeout=60)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _user() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise FileNotFoundError("no user to run PostgreSQL as: root may not")


def _wait_until_ready(server: PostgresProcess) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            server.connect().close()
            return
        except psycopg.OperationalError:
            if server.process.poll() is not None or time.monotonic() > deadline:
                log = (server.directory / "log").read_text(errors="replace")
                raise RuntimeError(f"PostgreSQL did not start:\n{log}") from None
            time.sleep(0.05)
