"""Statements that are given to the driver itself: they behave as any other."""

import pytest
from sqlalchemy import bindparam, func, literal_column, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from fsm_portal import db
from fsm_portal.db import unit_of_work, writing
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import insertion, table_of
from fsm_portal.domain.outbox import OutboxMessage, WorkKind, queueing
from fsm_portal.domain.statement import Statement, one_of, together
from tests import cast

_work = table_of(OutboxMessage)
_company = table_of(Company)

HOW_MANY = Statement(select(func.count().label("many")).select_from(_work))
MOMENTS = Statement(
    select(_work.c.key, _work.c.created_at)
    .where(one_of(_work.c.key, ("one", "two")))
    .order_by(_work.c.key)
)
IMPOSSIBLE = Statement(
    update(_company).where(_company.c.id == bindparam("its_id")).values(slug=literal_column("NULL"))
)


@pytest.fixture
def company(any_database) -> Company:
    return cast.save(cast.bright_heating())


def queue(connection, company: Company, key: str):
    return queueing(connection, company.id, WorkKind.FEES, key, {"payment_id": None})


def test_each_sees_what_those_before_it_did(company):
    with writing() as connection:
        asked = together(
            connection,
            HOW_MANY.with_({}),
            queue(connection, company, "one"),
            queue(connection, company, "one"),
            queue(connection, company, "two"),
            HOW_MANY.with_({}),
        )
    assert [each.affected for each in asked[1:4]] == [1, 0, 1]
    assert [asked[0].first.many, asked[4].first.many] == [0, 2]


def test_values_are_converted_as_in_any_other_statement(company, clock):
    with writing() as connection:
        together(connection, queue(connection, company, "one"), queue(connection, company, "two"))
        found = MOMENTS.ask(connection, {}).rows
    assert [(row.key, row.created_at) for row in found] == [("one", now()), ("two", now())]


def test_what_an_insert_leaves_out_is_filled_in(company):
    """As SQLAlchemy does it: a fixed default, and one that is made anew each time."""
    names = ("name", "email", "country", "currency", "time_zone", "locale", "plan")
    given = {"slug": "another"} | {name: getattr(company, name) for name in names}
    with writing() as connection:
        together(connection, insertion(connection, Company, given))
        made = connection.execute(select(_company).where(_company.c.slug == "another")).one()
    assert (made.invoice_prefix, made.payment_terms_days) == ("INV-", 30)
    assert made.id not in ("", company.id)
    assert made.created_at >= company.created_at


def test_the_first_that_fails_is_raised_and_nothing_is_kept(company):
    with pytest.raises(IntegrityError), writing() as connection:
        together(
            connection,
            queue(connection, company, "one"),
            IMPOSSIBLE.with_({"its_id": company.id}),
            queue(connection, company, "two"),
        )
    with writing() as connection:
        assert HOW_MANY.ask(connection, {}).first.many == 0


def test_it_is_in_the_transaction_of_a_session(company):
    with pytest.raises(RuntimeError), unit_of_work() as session:
        connection = session.connection()
        together(connection, queue(connection, company, "one"))
        raise RuntimeError
    with db.engine().connect() as connection:
        # Without one there, one begins, and ends as any does.
        assert together(connection, queue(connection, company, "two"))[0].affected == 1
        connection.rollback()
        assert HOW_MANY.ask(connection, {}).first.many == 0


def test_a_text_that_depends_on_its_values_is_none(any_database):
    with pytest.raises(TypeError), writing() as connection:
        Statement(select(_work.c.key).where(_work.c.key.in_(["one"]))).ask(connection, {})


def test_a_server_that_went_away_is_met_as_anywhere(postgres_database):
    """SQLAlchemy learns of it, so the next unit of work has another connection."""
    with pytest.raises(OperationalError) as met, writing() as connection:
        number = connection.execute(select(func.pg_backend_pid())).scalar_one()
        with postgres_database.connect() as another:
            another.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})
        HOW_MANY.ask(connection, {})
    assert met.value.connection_invalidated
    with writing() as connection:
        assert HOW_MANY.ask(connection, {}).first.many == 0
