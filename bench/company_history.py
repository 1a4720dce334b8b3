"""Companies with ten years behind them, up to a million invoices, written by the database itself.

One statement a table: rows are put together where they are kept, without indexes, triggers and a
journal meanwhile. PostgreSQL gets them by COPY, from what SQLite has.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlmodel import select

from bench.company_columns import CUSTOMERS, DAYS
from bench.company_tables import OF_CUSTOMERS, OF_INVOICES, Table
from bench.portal_on import portal_on
from fsm_portal import db
from fsm_portal.domain.clock import today
from fsm_portal.domain.company import Company
from fsm_portal.domain.staff import Staff
from fsm_portal.domain.tables import metadata
from fsm_portal.flows.identity import Identity
from tests import cast

_KEPT = """
    SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL
"""
_INDEXES = """
    SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""
# As domain/customer_owing.py keeps it.
_OWING = """
    INSERT INTO customer_owing (company_id, customer_id, currency, owed)
    SELECT company_id, customer_id, currency, sum(due) FROM invoice_due
    WHERE due > 0 AND NOT voided GROUP BY company_id, customer_id, currency
"""


def write_companies(database: Path, counts: Sequence[int]) -> dict[int, Identity]:
    """A company with each of so many issued invoices, in a new SQLite file; by that, its owner.

    Some minutes for a million, and 9 GB.
    """
    with portal_on(database):
        metadata.create_all(db.engine())
        owners: dict[int, Identity] = {}
        values: list[dict[str, Any]] = []
        for count in counts:
            about = {"slug": f"heating-{count}", "stripe_account_id": f"acct_{count}"}
            company = cast.save(cast.bright_heating(**about))
            owner = cast.save(cast.maya(company))
            owners[count] = owner_of(owner)
            values.append(_values(company, owner.id, count))
        db.engine().dispose()
        _fill(database, values)
        count_rows()
    return owners


def owner_of(member: Staff) -> Identity:
    return Identity(
        audience="staff",
        company_id=member.company_id,
        person_id=member.id,
        session_id="",
        name=member.name,
        email=member.email,
        role=member.role,
    )


def owners_of(database: Path | str) -> dict[int, Identity]:
    """Of a database that was written before."""
    with portal_on(database), db.reading() as session:
        found = session.exec(
            select(Company.slug, Staff).where(Staff.company_id == Company.id)
        ).all()
        return {int(slug.rpartition("-")[2]): owner_of(member) for slug, member in found}


def _values(company: Company, staff_id: str, count: int) -> dict[str, Any]:
    first = today(company.time_zone) - timedelta(days=DAYS + 1)
    return {
        "count": count,
        "company": company.id,
        "account": company.stripe_account_id,
        "staff": staff_id,
        # Noon, so that it is the same day wherever the company is.
        "first": f"{first} 17:00:00",
    }


def copy_to_postgresql(database: Path, address: str) -> None:
    """All that ``database`` holds, to an empty database of PostgreSQL's."""
    with portal_on(address):
        metadata.create_all(db.engine())
        with db.engine().begin() as connection:
            indexes = connection.execute(text(_INDEXES)).all()
            for name, _ in indexes:
                connection.exec_driver_sql(f"DROP INDEX {name}")
            # Neither triggers nor foreign keys: all is there already.
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            connection.exec_driver_sql("SET LOCAL timezone = 'UTC'")
            driver: Any = connection.connection.driver_connection
            with closing(sqlite3.connect(database)) as source:
                for table in metadata.sorted_tables:
                    _copy(source, driver, table.name, [column.name for column in table.columns])
            for _, sql in indexes:
                connection.exec_driver_sql(sql)
        count_rows()


def _copy(source: sqlite3.Connection, driver: Any, table: str, names: list[str]) -> None:
    columns = ", ".join(f'"{name}"' for name in names)
    with driver.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in source.execute(f"SELECT {columns} FROM {table}"):
            copy.write_row(row)


def count_rows() -> None:
    """As an installation does every night."""
    with db.unit_of_work() as session:
        db.refresh_statistics(session)


def _fill(database: Path, companies: Sequence[dict[str, Any]]) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-800000"):
            connection.execute(f"PRAGMA {pragma}")
        with _bare(connection):
            connection.execute("BEGIN")
            for values in companies:
                for tables, many in ((OF_CUSTOMERS, CUSTOMERS), (OF_INVOICES, ":count")):
                    for table in tables:
                        _insert(connection, table, many, values)
            connection.execute(_OWING)
            connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL")


def _insert(
    connection: sqlite3.Connection, table: Table, many: str, values: dict[str, Any]
) -> None:
    name, columns, among = table
    statement = (
        "WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers"
        f" WHERE n < {many} - 1)"
        # A word that a customer has twice is one.
        f" INSERT OR IGNORE INTO {name} ({', '.join(columns)})"
        f" SELECT {', '.join(columns.values())} FROM numbers WHERE {among or '1'}"
    )
    used = {key: value for key, value in values.items() if re.search(rf":{key}\b", statement)}
    connection.execute(statement, used)


@contextmanager
def _bare(connection: sqlite3.Connection) -> Iterator[None]:
    """Without indexes and triggers inside; they are made again from what is there then."""
    kept = connection.execute(_KEPT).fetchall()
    for name, sql in kept:
        what = "TRIGGER" if sql.startswith("CREATE TRIGGER") else "INDEX"
        connection.execute(f"DROP {what} {name}")
    yield
    for _, sql in kept:
        connection.execute(sql)
