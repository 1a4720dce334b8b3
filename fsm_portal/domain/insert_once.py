"""Insert a row unless its key is there: how a fact that comes twice has one effect."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Executable, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def table_of(model: type[SQLModel]) -> Table:
    """The Core table behind a model, for statements on the hot path."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def insert_once(session: Session, model: type[SQLModel], values: Mapping[str, Any]) -> bool:
    """Insert ``values`` unless a unique key of ``model`` forbids it; True when it was inserted.

    Asks with RETURNING: psycopg reports a rowcount of -1 for ON CONFLICT, which would make every
    event look like a duplicate. Column defaults of the model are not applied: pass every value.
    """
    connection = session.connection()
    statement = _insert(model, connection.dialect.name, tuple(values))
    return connection.execute(statement, dict(values)).first() is not None


@cache
def _insert(model: type[SQLModel], dialect: str, names: tuple[str, ...]) -> Executable:
    """Made once for each model: building it anew cost a webhook a third of its time."""
    table = table_of(model)
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    returning = list(table.primary_key.columns)[-1]
    return (
        insert(table)
        .values({name: bindparam(name, type_=table.c[name].type) for name in names})
        .on_conflict_do_nothing()
        .returning(returning)
    )
