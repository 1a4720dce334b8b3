"""A database that is away for a while, and back: really, by moving its file out of the way."""

from collections.abc import Iterator
from contextlib import contextmanager

from fsm_portal import db
from fsm_portal.config import settings


@contextmanager
def outage() -> Iterator[None]:
    """While it lasts, whoever opens the test's SQLite database finds that it cannot be opened."""
    file = settings().data_dir / "portal.sqlite3"
    kept = file.with_suffix(".kept")
    db.engine().dispose()
    file.rename(kept)
    file.mkdir()
    try:
        yield
    finally:
        db.engine().dispose()
        file.rmdir()
        kept.rename(file)
