"""Have the portal's flows work on a database of a measurement."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.paid_checkouts import SECRET
from fsm_portal import db
from fsm_portal.config import settings


def environment(database: Path | str) -> dict[str, str]:
    """The variables with which a portal works on ``database`` and takes the signed events.

    ``database`` is a file of SQLite's, or an address.
    """
    return {
        "FSM_DATABASE_URL": database if isinstance(database, str) else f"sqlite:///{database}",
        "FSM_SECRET_KEY": "a key of the measurement, as long as it has to be",
        "FSM_STRIPE_CONNECT_WEBHOOK_SECRET": SECRET,
        "FSM_WORKER_IN_APP": "false",
        "FSM_REDIS_URL": "",
        "FSM_LOG_LEVEL": "ERROR",
    }


@contextmanager
def portal_on(database: Path | str) -> Iterator[None]:
    """Inside, this process is such a portal."""
    before = os.environ.copy()
    os.environ.update(environment(database))
    settings.cache_clear()
    db.engine.cache_clear()
    try:
        yield
    finally:
        db.engine().dispose()
        os.environ.clear()
        os.environ.update(before)
        settings.cache_clear()
        db.engine.cache_clear()
