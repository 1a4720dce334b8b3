"""What is asked of the database by somebody who is within no company.

Row-level security is behind nobody's query there, and on PostgreSQL nothing shows it: the queries
name their company too. Whose company an event or a request is within is the same on SQLite.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from fsm_portal.db import engine
from fsm_portal.domain.company_scope import company_in_scope


@contextmanager
def asked_outside() -> Iterator[list[str]]:
    """The statements of this kind, while it lasts. What goes to the driver itself is not heard
    (domain/statement.py)."""
    outside: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if company_in_scope() is None:
            outside.append(statement)

    event.listen(engine(), "before_cursor_execute", hear)
    try:
        yield outside
    finally:
        event.remove(engine(), "before_cursor_execute", hear)
