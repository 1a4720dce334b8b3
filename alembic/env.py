"""Runs the migrations: all pending steps in one transaction, on SQLite and PostgreSQL alike."""

import warnings

from alembic import context
from sqlalchemy import Connection, inspect
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from fsm_portal.config import settings
from fsm_portal.db import create_engine
from fsm_portal.domain.audit_entry import keep_audit_log
from fsm_portal.domain.columns import ExactDecimal
from fsm_portal.domain.customer_movement import keep_movements, let_go_of_movements
from fsm_portal.domain.customer_owing import keep_owing, let_go_of_owing
from fsm_portal.domain.invoice_due import keep_due, let_go_of_due
from fsm_portal.domain.paper import keep_papers
from fsm_portal.domain.row_security import keep_companies_apart
from fsm_portal.domain.tables import metadata

# Any number does, as long as nothing else on that database uses it.
_ADVISORY_LOCK = 4_207_001

# Of tables that a step only refers to. One that it copies would lose such an index, and
# tests/house/test_migrations.py would say so; whoever migrates can do nothing about either.
warnings.filterwarnings("ignore", message="Skipped unsupported reflection of expression-based")


def migrate() -> None:
    url = context.config.attributes.get("url") or settings().database
    engine = create_engine(url)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            _migrate_sqlite(connection)
        else:
            _migrate_postgresql(connection)
    engine.dispose()


def _migrate_sqlite(connection: Connection) -> None:
    # Changing a table means copying and dropping it. With foreign keys on, the drop deletes every
    # row that refers to it, without an error. The switch does nothing inside a transaction.
    connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
    # Taking the write lock at once makes a second process wait, then find nothing to do.
    connection = connection.execution_options(writing=True)
    _configure(connection)
    with context.begin_transaction():
        let_go_of_due(connection)
        let_go_of_movements(connection)
        let_go_of_owing(connection)
        context.run_migrations()
        _keep_triggers(connection)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"the migration breaks {len(broken)} references: {broken[:5]}")
    connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")


def _migrate_postgresql(connection: Connection) -> None:
    _configure(connection)
    with context.begin_transaction():
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
        # A table of which a trigger has yet to run cannot be changed.
        connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
        context.run_migrations()
        _keep_triggers(connection)
        keep_companies_apart(connection)


def _keep_triggers(connection: Connection) -> None:
    # A history that does not come so far has nothing to keep.
    tables = inspect(connection).get_table_names()
    if "invoice_due" in tables:
        keep_due(connection, refunds="customer_owing" in tables)
    if "customer_movement" in tables:
        keep_movements(connection)
    if "customer_owing" in tables:
        keep_owing(connection)
    if "audit_entry" in tables:
        keep_audit_log(connection)
    if "paper" in tables:
        keep_papers(connection)


def _configure(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        transactional_ddl=True,
        transaction_per_migration=False,
        compare_type=True,
        render_item=_frozen_type,
        process_revision_directives=_number,
    )


def _frozen_type(kind, item, _autogen_context):
    """Migrations name plain column types: they must not change when our own types do."""
    if kind != "type":
        return False
    if isinstance(item, ExactDecimal):
        return 'sa.Numeric(24, 6).with_variant(sa.String(26), "sqlite")'
    if isinstance(item, AutoString):
        return f"sa.String({item.length})" if item.length else "sa.String()"
    if isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _number(migration_context, _revision, directives):
    """0001, 0002, …: two branches that both add a step collide in git, where people see it."""
    if directives:
        head = migration_context.script.get_current_head() if migration_context.script else None
        directives[0].rev_id = f"{int(head or 0) + 1:04d}"


migrate()
