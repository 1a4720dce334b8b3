"""The pool of connections to PostgreSQL, whose server ends them when it is started anew."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from fsm_portal import db


def its_connection() -> int:
    """The server's number of the connection that the next unit of work gets."""
    with db.writing() as connection:
        number: int = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    return number


def ended_by_the_server(number: int) -> None:
    with db.create_engine(str(db.settings().database)).connect() as another:
        another.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})


def test_a_connection_that_rested_is_asked_first(postgres_database, monkeypatch):
    monkeypatch.setattr(db, "_RESTED", 0.0)
    before = its_connection()
    ended_by_the_server(before)
    assert its_connection() != before


def test_one_that_was_busy_a_moment_ago_is_not_and_one_press_fails(postgres_database, monkeypatch):
    """The control, and the price: a server that went away this second costs one press."""
    monkeypatch.setattr(db, "_RESTED", 3600.0)
    before = its_connection()
    ended_by_the_server(before)
    with pytest.raises(OperationalError):
        its_connection()
    assert its_connection() != before
