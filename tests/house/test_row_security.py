"""On PostgreSQL a query that forgets its company still meets no row of another's.

Queries here forget on purpose. What the product's own do is in tests/dashboard and tests/portal,
whose pages all run so with ``--postgres``.
"""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import (
    Column,
    Engine,
    MetaData,
    String,
    Table,
    event,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError

from fsm_portal import migrations, threads
from fsm_portal.db import create_engine, one_moment, reading, unit_of_work, writing
from fsm_portal.domain.company import Company
from fsm_portal.domain.company_scope import (
    NOBODY,
    across_companies,
    company_in_scope,
    stay_within,
    within,
)
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.customer_word import CustomerWord
from fsm_portal.domain.insert_many import insert_many
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.row_security import (
    _NAME,
    POLICY,
    company_column,
    keep_companies_apart,
)
from fsm_portal.domain.scoped_transaction import go_within
from fsm_portal.domain.statement import Statement, together
from fsm_portal.domain.tables import metadata
from fsm_portal.migrations import DatabaseUnusable, check_migrated
from tests import cast
from tests.postgres_process import PostgresProcess

# Tables of which a company has no rows, and why. There is none.
NOBODYS: dict[str, str] = {}
_customer = table_of(Customer)
_WORD = {"word": "larkspur", "called": "larkspur elementary"}
# As a careless hand would write it.
_FORGETFUL = select(_customer.c.company_id)


@pytest.fixture
def two(postgres_database, company, other_company, harbor_view) -> tuple[str, str]:
    """Bright Heating and Clearwater Plumbing, each with one customer."""
    cast.save(cast.harbor_view(other_company))
    return company.id, other_company.id


def _seen() -> set[str]:
    with reading() as session:
        return set(session.connection().scalars(_FORGETFUL))


def test_every_table_with_a_company_has_its_policy(postgres_database):
    """Of whatever is added to the models: it cannot be forgotten."""
    with postgres_database.connect() as connection:
        held = connection.scalars(
            text(
                "SELECT relname FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid"
                f" WHERE polname = '{POLICY}' AND relrowsecurity AND polcmd = '*'"
            )
        ).all()
        free = connection.scalars(
            text(
                "SELECT table_name FROM information_schema.role_table_grants"
                " WHERE grantee LIKE '%_within_company' AND NOT table_name = ANY (:held)"
            ),
            {"held": held},
        ).all()
    assert {table.name for table in metadata.sorted_tables if not company_column(table)} == set(
        NOBODYS
    )
    assert sorted(held) == sorted(metadata.tables.keys() - NOBODYS.keys())
    assert not free, "open to whoever is within a company, and no policy holds it"


def test_to_keep_them_apart_again_changes_nothing(postgres_database):
    """But for a copy of a database under another name, which is given a role of its own."""
    policies = text("SELECT array_agg(oid ORDER BY oid) FROM pg_policy")
    # Not committed: the database is handed on to other tests.
    with postgres_database.connect() as connection:
        keep_companies_apart(connection)
        before = connection.scalar(policies)
        keep_companies_apart(connection)
        assert connection.scalar(policies) == before


def test_a_query_that_forgets_its_company_shows_no_row_of_another(two):
    bright, clearwater = two
    assert _seen() == {bright, clearwater}, "outside of a company it shows both"
    with within(bright):
        assert _seen() == {bright}
        with reading() as session:
            assert session.connection().scalars(select(table_of(Company).c.id)).all() == [bright]
    with within(NOBODY):
        assert _seen() == set()
    assert _seen() == {bright, clearwater}


def test_nothing_of_another_company_can_be_changed_or_written(two):
    bright, clearwater = two
    rename = update(_customer).values(name="Renamed").returning(_customer.c.company_id)
    with within(bright), unit_of_work() as session:
        assert session.connection().scalars(rename).all() == [bright]
    foreign = cast.larkspur_elementary(Company(id=clearwater)).model_dump()
    refused = pytest.raises(ProgrammingError, match="row-level security")
    with refused, within(bright), writing() as connection:
        connection.execute(insert(_customer).values(foreign))
    # Over to somebody else's books.
    with refused, within(bright), writing() as connection:
        connection.execute(update(_customer).values(company_id=clearwater))
    with refused, within(bright), writing() as connection:
        insert_many(connection, _customer, [foreign])
    with within(clearwater), writing() as connection:
        insert_many(connection, _customer, [foreign])
    words = [{"company_id": clearwater, "customer_id": foreign["id"]} | _WORD]
    with within(clearwater), writing() as connection:
        insert_many(connection, table_of(CustomerWord), words)
    for whose in (within(clearwater), across_companies()):
        # By one way as by the other: nothing is cut.
        with pytest.raises(DataError, match="too long"), whose, writing() as connection:
            insert_many(connection, table_of(CustomerWord), [words[0] | {"word": "x" * 41}])
    with within(clearwater):
        assert _seen() == {clearwater}
    assert _names(clearwater) == {"Harbor View Apartments", "Larkspur Elementary"}


def _names(company_id: str) -> set[str]:
    with reading() as session:
        asked = select(_customer.c.name).where(_customer.c.company_id == company_id)
        return set(session.connection().scalars(asked))


@pytest.mark.parametrize(
    "statement",
    ["DROP TABLE customer", "TRUNCATE customer", f"DROP POLICY {POLICY} ON customer"],
)
def test_who_is_within_a_company_owns_nothing(two, statement):
    with within(two[0]), pytest.raises(ProgrammingError, match=r"owner|denied"), writing() as ours:
        ours.exec_driver_sql(statement)


def _as_a_connection_sees_it() -> tuple[str, str | None]:
    with reading() as session:
        asked = "SELECT current_user, current_setting('app.company', true)"
        user, company = session.connection().exec_driver_sql(asked).one()
    return user, company or None


def test_whoever_has_the_connection_next_is_not_within_it(two):
    """However its last use ended. The pool hands out what it was given last."""
    bright, clearwater = two
    ours = _as_a_connection_sees_it()
    with within(bright):
        assert _as_a_connection_sees_it() == (_as_a_connection_sees_it()[0], bright)
    assert _as_a_connection_sees_it() == ours
    with within(bright), pytest.raises(ZeroDivisionError), unit_of_work():
        _ = 1 / 0
    assert _as_a_connection_sees_it() == ours
    with within(bright), pytest.raises(IntegrityError), writing() as connection:
        row = connection.execute(select(_customer)).mappings().first()
        connection.execute(insert(_customer).values(dict(row)))
    assert _as_a_connection_sees_it() == ours
    with within(bright), writing() as connection:
        asked = Statement(_FORGETFUL).with_({})
        assert [a.first.company_id for a in together(connection, *[asked] * 3)] == [bright] * 3
    with within(bright), pytest.raises(ProgrammingError), writing() as connection:
        together(connection, *[Statement(text("SELECT nothing")).with_({})] * 3)
    assert _as_a_connection_sees_it() == ours
    assert _seen() == {bright, clearwater}


def test_a_moment_that_is_shared_goes_from_company_to_company(two):
    """As a round of the live push does, which serves tabs of several."""
    bright, clearwater = two
    with one_moment():
        assert _seen() == {bright, clearwater}
        for company_id in (bright, clearwater, bright):
            with within(company_id):
                assert _seen() == {company_id}
                with across_companies():
                    assert _seen() == {bright, clearwater}
        with within(bright):
            with pytest.raises(ProgrammingError), reading() as session:
                session.connection().exec_driver_sql("SELECT nothing")
            assert _seen() == {bright}, "in the transaction that follows on the spoilt one, too"
        assert _seen() == {bright, clearwater}


def test_each_event_is_within_its_own_company_and_so_are_its_threads(two):
    async def one_event(company_id: str) -> list[set[str]]:
        stay_within(company_id)
        await asyncio.sleep(0)
        return [
            await asyncio.to_thread(_seen),
            await threads.at_stripe(_seen),
            await asyncio.create_task(asyncio.to_thread(_seen)),
        ]

    async def both() -> None:
        bright, clearwater = two
        one, other = await asyncio.gather(one_event(bright), one_event(clearwater))
        assert one == [{bright}] * 3
        assert other == [{clearwater}] * 3
        assert company_in_scope() is None
        # The threads that served them serve whoever comes next.
        assert await asyncio.to_thread(_seen) == {bright, clearwater}
        assert await threads.at_stripe(_seen) == {bright, clearwater}

    asyncio.run(both())
    with within(two[0]), ThreadPoolExecutor(1) as pool:
        assert pool.submit(company_in_scope).result() is None


def test_where_no_role_may_be_made_all_works_without_and_the_log_says_what_to_run(postgres, caplog):
    """The line it logs is what an administrator runs; the next migration does the rest."""
    tables = MetaData()
    for name, column in {"company": "id", "thing": "company_id"}.items():
        Table(name, tables, Column(column, String(32)))
    name = postgres.create_database()
    with postgres.connect() as administrator:
        administrator.execute(f"CREATE ROLE {name}_plain")
        administrator.execute(f"ALTER DATABASE {name} OWNER TO {name}_plain")
        try:
            _without_and_with(postgres, name, tables, administrator, caplog)
        finally:
            administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")
            administrator.execute(f"DROP ROLE {name}_plain, {name}_within_company")


def test_no_two_databases_of_a_server_share_a_role(postgres):
    """However long their names are, and however many bytes a letter has."""
    names = ("portal", "x" * 48, "x" * 60 + "_1", "x" * 60 + "_2", "é" * 31)
    asked = f"SELECT {_NAME.replace('current_database()', '%(name)s::text')}"
    with postgres.connect() as connection:
        roles = [connection.execute(asked, {"name": each}).fetchone()[0] for each in names]
    assert roles[0] == "portal_within_company"
    assert len(set(roles)) == len(names)
    assert max(len(role.encode()) for role in roles) <= 63


def test_tables_in_a_schema_of_the_users_own_name_are_found_within_a_company(postgres):
    """As PostgreSQL's manual has it since 15: to the second role "$user" is another schema."""
    tables = MetaData()
    for name, column in {"company": "id", "thing": "company_id"}.items():
        Table(name, tables, Column(column, String(32)))
    name = postgres.create_database()
    with postgres.connect() as administrator, postgres.connect(name) as there:
        administrator.execute(f"CREATE ROLE {name}_plain CREATEROLE")
        there.execute(f"CREATE SCHEMA AUTHORIZATION {name}_plain")
        # Nor may it hand on what it may do in the other.
        there.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        engine = _engine_as(postgres.url(name), f"{name}_plain")
        try:
            _in_a_schema_of_its_own(engine, tables)
        finally:
            engine.dispose()
            there.close()
            administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")
            administrator.execute(f"DROP ROLE {name}_plain, {name}_within_company")


def _in_a_schema_of_its_own(engine: Engine, tables: MetaData) -> None:
    with engine.begin() as connection:
        tables.create_all(connection)
        connection.execute(text("INSERT INTO thing VALUES ('one'), ('other')"))
        keep_companies_apart(connection, tables)
    count = text("SELECT count(*) FROM thing")
    with within("one"), engine.connect() as connection:
        assert connection.scalar(count) == 1
    with engine.connect() as connection:
        assert connection.scalar(count) == 2
        with within("one"):
            go_within(connection)
            assert connection.scalar(count) == 1
        go_within(connection)
        assert connection.scalar(count) == 2


def test_where_the_role_may_not_look_into_the_schema_all_works_without(postgres, caplog):
    """The administrator owns it, and has let in the portal's role alone."""
    tables = MetaData()
    for name, column in {"company": "id", "thing": "company_id"}.items():
        Table(name, tables, Column(column, String(32)))
    name = postgres.create_database()
    with postgres.connect() as administrator, postgres.connect(name) as there:
        administrator.execute(f"CREATE ROLE {name}_plain CREATEROLE")
        there.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        there.execute(f"GRANT ALL ON SCHEMA public TO {name}_plain")
        try:
            _without_and_with(postgres, name, tables, there, caplog)
        finally:
            there.close()
            administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")
            administrator.execute(f"DROP ROLE {name}_plain, {name}_within_company")


def _without_and_with(postgres, name, tables, administrator, caplog) -> None:
    count = text("SELECT count(*) FROM thing")
    engine = _engine_as(postgres.url(name), f"{name}_plain")
    with engine.begin() as connection:
        tables.create_all(connection)
        connection.execute(text("INSERT INTO thing VALUES ('one'), ('other')"))
        keep_companies_apart(connection, tables)
    with within("one"), engine.connect() as connection:
        assert connection.scalar(count) == 2
    off, again = (record.getMessage() for record in caplog.records)
    assert "docs/running.md" in again
    to_run = re.search(r"server run: (.*); and then", off)
    assert to_run is not None, off
    administrator.execute(to_run[1])
    with engine.begin() as connection:
        keep_companies_apart(connection, tables)
    engine.dispose()
    engine = _engine_as(postgres.url(name), f"{name}_plain")
    with within("one"), engine.connect() as connection:
        assert connection.scalar(count) == 1
    with engine.connect() as connection:
        assert connection.scalar(count) == 2
    engine.dispose()


def test_who_would_see_no_row_at_all_is_refused_at_the_start(
    postgres, postgres_database, monkeypatch
):
    """A role that the tables do not belong to, and how it may serve all the same."""
    if not isinstance(postgres, PostgresProcess):
        pytest.skip("a role without a password gets in on a server of the tests' own alone")
    stranger = f"{postgres_database.url.database}_stranger"
    url = postgres_database.url.set(username=stranger).render_as_string()
    # Made from the models, it has all but the note of it.
    monkeypatch.setattr(migrations, "_version", lambda _: migrations._head())
    with postgres.connect() as administrator:
        administrator.execute(f"CREATE ROLE {stranger} LOGIN")
        try:
            with pytest.raises(DatabaseUnusable) as refused:
                check_migrated(url)
            administrator.execute(str(refused.value).partition("run: ")[2].rstrip("."))
            check_migrated(url)
        finally:
            administrator.execute(f"DROP ROLE {stranger}")


def _engine_as(url: str, role: str) -> Engine:
    """An engine that is signed in as ``role``, which has no password."""
    engine = create_engine(url)

    @event.listens_for(engine, "connect")
    def as_another(connection, _record) -> None:
        connection.execute(f"SET SESSION AUTHORIZATION {role}")
        connection.commit()

    return engine
