"""A database of PostgreSQL that tests hand on to each other, emptied in between.

To make one takes longer than most tests, to look whether it is as it was a millisecond.
"""

from contextlib import suppress
from functools import cache

import psycopg

from fsm_portal.domain.tables import metadata
from tests.engines import engine_of
from tests.postgres_process import PostgresServer


def empty_database(postgres: PostgresServer) -> str:
    """The last test's database, emptied; a new one, which takes long, if it cannot be used."""
    if postgres.spare and not _emptied(postgres):
        engine_of(postgres.url(postgres.spare)).dispose()
        postgres.spare = ""
    if not postgres.spare:
        postgres.spare = postgres.create_database(postgres.template)
        postgres.at_spare = postgres.connect(postgres.spare)
        postgres.at_spare.execute("SET lock_timeout = '5s'")
        postgres.spare_shape = _shape(postgres.at_spare)
    return postgres.spare


def _emptied(postgres: PostgresServer) -> bool:
    """Whether that was possible: not where the tables have changed, or it was an outage."""
    with suppress(psycopg.OperationalError):
        if _shape(postgres.at_spare) == postgres.spare_shape:
            # In one message, which is one transaction.
            postgres.at_spare.execute("; ".join(_emptying(postgres.is_ours)))
            return True
    postgres.at_spare.close()
    return False


@cache
def _emptying(is_ours: bool) -> list[str]:
    """No trigger may keep rows, or write of those that go to others that have gone."""
    tables = [f'"{table.name}"' for table in reversed(metadata.sorted_tables)]
    emptied = [f"DELETE FROM {table}" for table in tables]
    if is_ours:
        return ["SET session_replication_role = replica", *emptied]
    # On a server where we may not say so, who owns the tables can switch triggers off one by one.
    disabled, enabled = (
        [f"ALTER TABLE {table} {how} TRIGGER USER" for table in tables]
        for how in ("DISABLE", "ENABLE")
    )
    return [*disabled, *emptied, *enabled]


def _shape(connection: psycopg.Connection) -> object:
    """Differs once a test has changed the tables, or what holds or watches them."""
    looks = (
        "SELECT count(*), max(oid::bigint), sum(hashtext(relname)) FROM pg_class",
        "SELECT count(*), max(oid::bigint), sum(ascii(tgenabled::text)) FROM pg_trigger",
        "SELECT count(*), max(oid::bigint), 0 FROM pg_constraint",
        "SELECT count(*), max(oid::bigint), 0 FROM pg_policy",
    )
    return connection.execute(" UNION ALL ".join(looks)).fetchall()
