"""Migrations keep every row, happen as a whole, and end where the models are."""

import shutil
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from fsm_portal.db import create_engine
from fsm_portal.domain.tables import metadata
from fsm_portal.migrations import assert_no_drift, configuration, migrate

ROOT = Path(__file__).resolve().parent.parent.parent


def test_there_is_one_line_of_migrations():
    heads = ScriptDirectory.from_config(configuration("sqlite://")).get_heads()
    assert len(heads) == 1, "two branches each added a step: rebase one onto the other"


def test_the_migrated_database_is_the_one_that_the_models_describe(tmp_path):
    migrated, modelled = (f"sqlite:///{tmp_path / name}.sqlite3" for name in ("one", "two"))
    migrate(migrated)
    migrate(migrated)
    assert_no_drift(migrated)
    metadata.create_all(create_engine(modelled))
    # Alembic's own comparison looks neither at CHECK constraints nor at indexes on expressions.
    assert _constraints(create_engine(migrated)) == _constraints(create_engine(modelled))


def test_on_postgresql_too(postgres_database):
    metadata.drop_all(postgres_database)
    url = postgres_database.url.render_as_string(hide_password=False)
    migrate(url)
    assert_no_drift(url)


def _constraints(engine: Engine) -> dict[str, list[str]]:
    found = {}
    inspector = inspect(engine)
    for table in inspector.get_table_names():
        if table == "alembic_version":
            continue
        checks = [check["sqltext"] for check in inspector.get_check_constraints(table)]
        keys = [str(key["constrained_columns"]) for key in inspector.get_foreign_keys(table)]
        found[table] = sorted(checks) + sorted(keys) + sorted(_index_statements(engine, table))
    engine.dispose()
    return found


def _index_statements(engine: Engine, table: str) -> list[str]:
    with engine.connect() as connection:
        statement = "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :table"
        rows = connection.execute(text(statement), {"table": table})
        return [row.sql for row in rows if row.sql]


# ── Changing a table that others refer to, with an env.py as ours and a history of its own ──────

FIRST = """
def upgrade():
    op.create_table("parent", sa.Column("id", sa.Integer, primary_key=True),
                    sa.Column("name", sa.String(10)))
    op.create_table("child", sa.Column("id", sa.Integer, primary_key=True),
                    sa.Column("parent", sa.Integer, sa.ForeignKey("parent.id", ondelete="CASCADE")))
"""
WIDER = """
def upgrade():
    with op.batch_alter_table("parent") as table:
        table.alter_column("name", type_=sa.String(20), nullable=False)
"""
ORPHANING = """
def upgrade():
    op.create_table("note", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("DELETE FROM parent")
"""


@pytest.fixture
def history(tmp_path) -> Config:
    """Our way of migrating, over a history of three steps; the first is applied, with rows."""
    folder = tmp_path / "alembic"
    (folder / "versions").mkdir(parents=True)
    shutil.copy(ROOT / "alembic" / "env.py", folder)
    shutil.copy(ROOT / "alembic" / "script.py.mako", folder)
    for number, step in enumerate([FIRST, WIDER, ORPHANING], start=1):
        before = repr(f"{number - 1:04d}") if number > 1 else None
        (folder / "versions" / f"{number:04d}_step.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import op\n"
            f"revision = '{number:04d}'\ndown_revision = {before}\n{step}"
        )
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(folder))
    config.attributes["url"] = f"sqlite:///{tmp_path / 'history.sqlite3'}"
    command.upgrade(config, "0001")
    engine = create_engine(config.attributes["url"])
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO parent VALUES (1, 'one')"))
        connection.execute(text("INSERT INTO child VALUES (1, 1), (2, 1)"))
    engine.dispose()
    return config


def _rows(config: Config, table: str) -> int:
    engine = create_engine(config.attributes["url"])
    with engine.connect() as connection:
        count = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
    engine.dispose()
    return int(count)


def test_changing_a_table_keeps_the_rows_that_refer_to_it(history):
    command.upgrade(history, "0002")
    assert _rows(history, "parent") == 1
    assert _rows(history, "child") == 2


def test_with_foreign_keys_left_on_those_rows_would_be_gone(history):
    """The control: without the guard in env.py the same step deletes them, without an error."""
    env = Path(history.get_main_option("script_location") or "") / "env.py"
    env.write_text(env.read_text().replace("PRAGMA foreign_keys=OFF", "PRAGMA foreign_keys=ON"))
    command.upgrade(history, "0002")
    assert _rows(history, "child") == 0


def test_a_step_that_breaks_references_is_undone_as_a_whole(history):
    with pytest.raises(RuntimeError, match="breaks 2 references"):
        command.upgrade(history, "head")
    assert _rows(history, "parent") == 1
    engine = create_engine(history.attributes["url"])
    # Neither the failing step nor the one before it, which ran in the same transaction.
    assert "note" not in inspect(engine).get_table_names()
    with engine.connect() as connection:
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    assert version == "0001"
    engine.dispose()
