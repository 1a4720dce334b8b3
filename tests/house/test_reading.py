"""Reading: a moment of the database, shared where many small reads belong together."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from fsm_portal.db import one_moment, reading, unit_of_work
from fsm_portal.domain.company import Company


def _name(company: Company) -> str:
    with reading() as session:
        return session.get_one(Company, company.id).name


def _rename(company: Company) -> None:
    with unit_of_work() as session:
        session.get_one(Company, company.id).name = "Brighter Heating Co."


def test_all_reads_of_one_moment_see_the_same_without_it_each_sees_the_latest(
    any_database, company
):
    with one_moment():
        before = _name(company)
        _rename(company)
        assert _name(company) == before
    assert _name(company) == "Brighter Heating Co."


def test_a_read_that_fails_spoils_no_other_of_its_moment(any_database, company):
    with one_moment():
        with pytest.raises(DBAPIError), reading() as session:
            session.connection().execute(text("SELECT * FROM no_such_table"))
        assert _name(company) == company.name
