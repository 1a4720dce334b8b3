"""The migrations build the same database as the models."""

from pathlib import Path

from sqlalchemy import text

from fsm_portal.db import create_engine
from fsm_portal.domain.tables import metadata
from fsm_portal.migrations import assert_no_drift, migrate


def test_migrated_database_has_every_table_and_index_of_the_models(tmp_path: Path) -> None:
    migrated = f"sqlite:///{tmp_path / 'migrated.sqlite3'}"
    modelled = f"sqlite:///{tmp_path / 'modelled.sqlite3'}"
    migrate(migrated)
    assert_no_drift(migrated)
    metadata.create_all(create_engine(modelled))

    assert _names(migrated) - {("table", "alembic_version")} == _names(modelled)


def _names(url: str) -> set[tuple[str, str]]:
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
        )
        found = {(row.type, row.name) for row in rows}
    engine.dispose()
    return found
