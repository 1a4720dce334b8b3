"""Insert a row unless its key is there: how a fact that comes twice has one effect."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table
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
    table = table_of(model)
    connection = session.connection()
    returning = list(table.primary_key.columns)[-1]
    if connection.dialect.name == "postgresql":
        pg = postgresql.insert(table).values(**values).on_conflict_do_nothing()
        return connection.execute(pg.returning(returning)).first() is not None
    lite = sqlite.insert(table).values(**values).on_conflict_do_nothing()
    return connection.execute(lite.returning(returning)).first() is not None
