"""Brings the database to the form that this version of the code expects."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from fsm_portal.config import settings
from fsm_portal.db import create_engine
from fsm_portal.logs import redacted

_ROOT = Path(__file__).resolve().parent.parent
_WHO_OWNS = text(
    "SELECT row_security_active(oid), current_user, pg_get_userbyid(relowner) FROM pg_class"
    " WHERE oid = to_regclass('company')"
)


def configuration(url: str | None = None) -> Config:
    """Alembic's settings for the database at ``url``, by default that of the installation."""
    config = Config(_ROOT / "alembic.ini")
    config.attributes["url"] = url or settings().database
    return config


class DatabaseUnusable(Exception):
    """One line on why the database cannot be worked with, and what to do."""


class NotMigrated(DatabaseUnusable):
    """The database is there, in another form than this version of the code expects."""


def migrate(url: str | None = None) -> None:
    """Applies every pending migration, all or none. Safe to run from several processes at once.

    Creates the folder of a SQLite database that does not exist yet, for this user alone. Raises
    DatabaseUnusable.
    """
    config = configuration(url)
    address = _address(config.attributes["url"])
    if address.get_backend_name() == "sqlite" and address.database:
        folder = Path(address.database).parent
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseUnusable(
                f"The folder {folder} cannot be made ({error.strerror}): see to it, "
                "or to FSM_DATA_DIR, the folder in which the embedded database lies."
            ) from None
    _refuse_newer(_version(address), address)
    command.upgrade(config, "head")


def check_migrated(url: str | None = None) -> None:
    """Raises DatabaseUnusable unless the database answers and is in this version's form."""
    address = _address(url or settings().database)
    if (file := _file(address)) is not None and not file.exists():
        raise NotMigrated(f"There is no database at {file} yet: run bin/portal migrate.")
    version = _version(address)
    _refuse_newer(version, address)
    if version is None:
        raise NotMigrated(
            f"The database {_name(address)} was never migrated: run bin/portal migrate."
        )
    if version != _head():
        raise NotMigrated(
            f"The database {_name(address)} is in the form of an earlier version: "
            "run bin/portal migrate."
        )
    _refuse_stranger(address)


def assert_no_drift(url: str | None = None) -> None:
    """Raises alembic.util.CommandError when tables in code and in the database differ."""
    command.check(configuration(url))


def _address(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        raise DatabaseUnusable(
            "FSM_DATABASE_URL is wrong (the database, where it is not the embedded). "
            "It has to be: postgresql://user:password@host:5432/name."
        ) from None


def _version(address: URL) -> str | None:
    """The migration that was applied last, None where none was. Raises DatabaseUnusable."""
    if address.get_backend_name() == "postgresql":
        # A host that swallows packets would hold us up for two minutes.
        address = address.difference_update_query(["connect_timeout"])
        address = address.update_query_dict({"connect_timeout": "10"})
    engine = create_engine(address.render_as_string(hide_password=False))
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.scalar(text("SELECT version_num FROM alembic_version"))
    except DBAPIError as error:
        raise DatabaseUnusable(_trouble(address, error)) from None
    finally:
        engine.dispose()


def _refuse_stranger(address: URL) -> None:
    """Row-level security shows no row to a role that neither owns the tables nor is theirs."""
    if address.get_backend_name() != "postgresql":
        return
    engine = create_engine(address.render_as_string(hide_password=False))
    try:
        with engine.connect() as connection:
            held, ours, owner = connection.execute(_WHO_OWNS).one()
    finally:
        engine.dispose()
    if held:
        raise DatabaseUnusable(
            f"The tables of {_name(address)} belong to {owner}, and {ours} sees no row of them: "
            f"serve as {owner}, or have an administrator run: GRANT {owner} TO {ours}."
        )


def _trouble(address: URL, error: DBAPIError) -> str:
    cause = redacted(" ".join(str(error.orig).split())).rstrip(".")
    if (file := _file(address)) is not None:
        return (
            f"The database {file} cannot be used ({cause}): see to that file, "
            "or to FSM_DATA_DIR, the folder in which the embedded database lies."
        )
    return (
        f"FSM_DATABASE_URL names a database that cannot be reached ({cause}): "
        "start it, or set postgresql://user:password@host:5432/name."
    )


def _refuse_newer(version: str | None, address: URL) -> None:
    known = {script.revision for script in _scripts().walk_revisions()}
    if version is not None and version not in known:
        raise NotMigrated(
            f"The database {_name(address)} was migrated by a newer version of the portal "
            f"({version}): run that version, or restore a backup from before."
        )


@cache
def _scripts() -> ScriptDirectory:
    """Every migration's file, which are all executed for it: once in a process."""
    return ScriptDirectory.from_config(Config(_ROOT / "alembic.ini"))


def _head() -> str | None:
    return _scripts().get_current_head()


def _file(address: URL) -> Path | None:
    """The file of a SQLite database."""
    if address.get_backend_name() != "sqlite" or not address.database:
        return None
    return Path(address.database)


def _name(address: URL) -> str:
    return str(_file(address) or address.database)
