"""The database knows how many rows there are, or it takes the wrong index."""

import pytest
from sqlalchemy import text

from fsm_portal.db import refresh_statistics, unit_of_work


@pytest.mark.sqlite
def test_sqlite_has_counted(database, invoice):
    with unit_of_work() as session:
        refresh_statistics(session)
        counted = session.connection().execute(text("SELECT tbl FROM sqlite_stat1")).scalars()
        assert "invoice" in set(counted)


def test_postgresql_has_counted(postgres_database, invoice):
    with unit_of_work() as session:
        refresh_statistics(session)
        rows = text("SELECT reltuples FROM pg_class WHERE relname = 'invoice'")
        assert session.connection().execute(rows).scalar_one() == 1
