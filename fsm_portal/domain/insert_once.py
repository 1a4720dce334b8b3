"""Insert a row unless its key is there: how a fact that comes twice has one effect."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

from fsm_portal.domain.statement import Call, Statement, together


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
    """Insert ``values`` unless a unique key of ``model`` forbids it; True when it was inserted."""
    connection = connection_of(session)
    return together(connection, insertion(connection, model, values))[0].affected == 1


def insertion(connection: Connection, model: type[SQLModel], values: Mapping[str, Any]) -> Call:
    """The same, to be asked together with others; its answer counts what was inserted."""
    on_postgresql = connection.dialect.name == "postgresql"
    return _insert(model, on_postgresql, tuple(values)).with_(values)


@cache
def _insert(model: type[SQLModel], on_postgresql: bool, names: tuple[str, ...]) -> Statement:
    """Made once for each model: building it anew cost a webhook a third of its time."""
    table = table_of(model)
    values = {name: bindparam(name, type_=table.c[name].type) for name in names}
    insert = postgresql.insert(table) if on_postgresql else sqlite.insert(table)
    return Statement(insert.values(values).on_conflict_do_nothing())
