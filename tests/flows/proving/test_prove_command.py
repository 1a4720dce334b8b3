"""``bin/portal prove``: a line for each invariant, the rows that break them, the exit status."""

import sys

import pytest
from sqlalchemy import text

from fsm_portal import command_line, db
from fsm_portal.config import settings
from fsm_portal.db import unit_of_work
from fsm_portal.migrations import migrate
from tests import cast
from tests.invoices import write_invoice
from tests.payments import checkout, received


@pytest.fixture
def prove(environment, monkeypatch, capsys):
    """``prove("--company", "…")`` gives the exit status and what was said."""
    settings.cache_clear()
    db.engine.cache_clear()
    migrate()

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["bin/portal", "prove", *arguments])
        capsys.readouterr()  # what was logged on the way here
        status = command_line.main()
        said = capsys.readouterr()
        return status, said.out + said.err

    yield run
    db.engine().dispose()
    db.engine.cache_clear()


@pytest.fixture
def invoice(prove):
    company = cast.save(cast.bright_heating())
    return write_invoice(company, cast.save(cast.harbor_view(company)))


def test_sound_books(prove, invoice):
    received(checkout(invoice))
    status, said = prove()
    assert status == 0
    assert [line[0] for line in said.splitlines()[-12:-1]] == list("ABCDEFGHIJK")
    assert said.splitlines()[-1] == "The books prove."
    assert prove("--company", "bright-heating")[0] == 0


@pytest.mark.breaks_the_books("a payment that is not posted in full is to be listed")
def test_a_row_that_breaks_them(prove, invoice):
    payment = received(checkout(invoice))
    with unit_of_work() as session:
        session.connection().execute(text("UPDATE payment SET amount = amount + 1"))
    status, said = prove()
    assert status == 1
    assert f"payment {payment.id}" in said and "amount 28001, posted 28000" in said
    assert said.splitlines()[-1] == "The books do not prove."


def test_a_company_that_is_not_there(prove, invoice):
    status, said = prove("--company", "bright-cooling")
    assert status == 1
    assert said.splitlines()[-1] == "There is no company bright-cooling. There are: bright-heating."
