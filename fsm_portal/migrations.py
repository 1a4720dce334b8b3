"""Brings the database to the form that this version of the code expects."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url

from fsm_portal.config import settings

_ROOT = Path(__file__).resolve().parent.parent


def configuration(url: str | None = None) -> Config:
    """Alembic's settings for the database at ``url``, by default that of the installation."""
    config = Config(_ROOT / "alembic.ini")
    config.attributes["url"] = url or settings().database
    return config


def migrate(url: str | None = None) -> None:
    """Applies every pending migration, all or none. Safe to run from several processes at once.

    Creates the folder of a SQLite database that does not exist yet.
    """
    config = configuration(url)
    address = make_url(config.attributes["url"])
    if address.get_backend_name() == "sqlite" and address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    command.upgrade(config, "head")


def assert_no_drift(url: str | None = None) -> None:
    """Raises alembic.util.CommandError when tables in code and in the database differ."""
    command.check(configuration(url))
