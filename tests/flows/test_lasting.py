"""A letter's link waits for no disk: the note that its letter left makes both last."""

from sqlalchemy import text

from fsm_portal.db import engine, unit_of_work


def _how(lasting: bool) -> str:
    with unit_of_work(lasting=lasting) as session:
        on_sqlite = engine().dialect.name == "sqlite"
        asked = (
            "PRAGMA synchronous"
            if on_sqlite
            else "SELECT CASE source WHEN 'session' THEN setting ELSE 'as the server does' END"
            " FROM pg_settings WHERE name = 'synchronous_commit'"
        )
        return str(session.connection().execute(text(asked)).scalar_one())


def test_only_what_need_not_last_is_not_waited_for(any_database, company):
    on_sqlite = engine().dialect.name == "sqlite"
    waits, does_not = ("2", "1") if on_sqlite else ("as the server does", "off")
    # One after the other on the same connection: nothing of it is left behind.
    assert [_how(lasting) for lasting in (True, False, True)] == [waits, does_not, waits]
