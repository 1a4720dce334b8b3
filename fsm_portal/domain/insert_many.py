"""Insert many rows at once, as fast as the driver can: what an import needs."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError

from fsm_portal.domain.company_scope import company_in_scope

_LENGTH = re.compile(r"(?<=^VARCHAR)\(\d+\)| COLLATE .*")


def insert_many(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert ``rows``, which all have the same keys, within the transaction of ``connection``.

    PostgreSQL takes them by COPY; within a company, where row-level security allows none, each
    column as one array. Values go through the same conversions as in any other statement; column
    defaults of the model are not applied. Raises what any statement raises, IntegrityError for one.
    """
    if not rows:
        return
    names = list(rows[0])
    columns = [_values(connection, table, name, rows) for name in names]
    quote = connection.dialect.identifier_preparer.quote
    into = f"{quote(table.name)} ({', '.join(quote(name) for name in names)})"
    if connection.dialect.name != "postgresql":
        marks = ", ".join("?" for _ in names)
        values = list(zip(*columns, strict=True))
        connection.exec_driver_sql(f"INSERT INTO {into} VALUES ({marks})", values)
    elif company_in_scope() is None:
        _copy(connection, f"COPY {into} FROM STDIN", zip(*columns, strict=True))
    else:
        # An array has no order of its own to name. Nor a length: what is longer would be cut, and
        # not refused as by the column.
        types = [_LENGTH.sub("", table.c[name].type.compile(connection.dialect)) for name in names]
        arrays = ", ".join(f"%s::{type_}[]" for type_ in types)
        connection.exec_driver_sql(
            f"INSERT INTO {into} SELECT * FROM unnest({arrays})", (*columns,)
        )


def _copy(connection: Connection, statement: str, values: Iterable[tuple[Any, ...]]) -> None:
    driver: Any = connection.connection.driver_connection
    errors = connection.dialect.loaded_dbapi.Error
    try:
        with driver.cursor().copy(statement) as copy:
            for row in values:
                copy.write_row(row)
    except errors as error:
        # The driver was spoken to directly: callers expect SQLAlchemy's exceptions all the same.
        raise DBAPIError.instance(statement, None, error, errors) from error


def _values(
    connection: Connection, table: Table, name: str, rows: Sequence[Mapping[str, Any]]
) -> list[Any]:
    convert = table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    if convert is None:
        return [row[name] for row in rows]
    return [convert(row[name]) for row in rows]
