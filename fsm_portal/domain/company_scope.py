"""Within which company this event, request or thread reads and writes.

Every query names its company by itself. This is what stands behind it: PostgreSQL shows whoever
is within a company no row of another, whatever the query forgot (see row_security). SQLite has no
such thing. What spans companies by its nature (who it is that signs in, webhooks, the worker, the
command line) is within none.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# The company of nobody: it has no rows.
NOBODY = ""

# Of the task or thread. A task that it starts, and a thread it waits for, begin with the same.
_company: ContextVar[str | None] = ContextVar("company", default=None)


def company_in_scope() -> str | None:
    """The company within which work goes on; None where it may span companies."""
    return _company.get()


def stay_within(company_id: str) -> None:
    """From here on, to the end of this event or request: only rows of ``company_id``.

    For the one place that has found out who it is; ``NOBODY`` where that is nobody.
    """
    _company.set(company_id)


def begin_outside() -> None:
    """A request or a socket begins within no company, whatever the task that it is begun from was
    in: a server may read one from the context of the request before it on the same connection."""
    _company.set(None)


@contextmanager
def within(company_id: str) -> Iterator[None]:
    """Inside it: only rows of ``company_id``."""
    token = _company.set(company_id)
    try:
        yield
    finally:
        _company.reset(token)


@contextmanager
def across_companies() -> Iterator[None]:
    """Inside it: rows of any company, for what cannot be asked of one alone.

    A transaction that is open already stays as it began. Whoever uses it says why.
    """
    token = _company.set(None)
    try:
        yield
    finally:
        _company.reset(token)
