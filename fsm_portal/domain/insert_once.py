"""Insert a row unless its key is there: how a fact that comes twice has one effect."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def table_of(model: type[SQLModel]) -> Table:
    """The Core table behind a model, for statements on the hot path."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def connection_of(session: Session | Connection) -> Connection:
    """The connection to run Core statements on, inside whichever of the two is at hand."""
    return session if isinstance(session, Connection) else session.connection()


def insert_once(
    session: Session | Connection, model: type[SQLModel], values: Mapping[str, Any]
) -> bool:
    """Insert ``values`` unless a unique key of ``model`` forbids it; True when it was inserted.

    Column defaults of the model are not applied: pass every value.
    """
    connection = connection_of(session)
    on_postgresql = connection.dialect.name == "postgresql"
    result = connection.execute(_insert(model, on_postgresql, tuple(values)), dict(values))
    # psycopg reports a rowcount of -1 for ON CONFLICT, which would make every event a duplicate.
    return result.first() is not None if on_postgresql else result.rowcount == 1


@cache
def _insert(model: type[SQLModel], on_postgresql: bool, names: tuple[str, ...]) -> Executable:
    """Made once for each model: building it anew cost a webhook a third of its time."""
    table = table_of(model)
    values = {name: bindparam(name, type_=table.c[name].type) for name in names}
    if on_postgresql:
        key = list(table.primary_key.columns)[-1]
        return postgresql.insert(table).values(values).on_conflict_do_nothing().returning(key)
    return sqlite.insert(table).values(values).on_conflict_do_nothing()
