"""``bin/portal papers verify``: whatever is not as it was issued is named, and ends with 1."""

import sys

import pytest
from sqlalchemy import text

from fsm_portal import command_line, db
from fsm_portal.config import settings
from fsm_portal.db import unit_of_work
from fsm_portal.domain.paper import PaperKind
from fsm_portal.flows.papers import verify
from fsm_portal.flows.papers.paper_of import paper_of
from fsm_portal.flows.papers.verify import verify_papers
from fsm_portal.migrations import migrate
from tests import cast
from tests.invoices import write_invoice
from tests.payments import checkout, received

HARMS = {
    "a byte of a file": ("UPDATE paper_content SET content = :content", "is now"),
    "a hash": ("UPDATE paper SET sha256 = :zeros", "is gone"),
    "a size": ("UPDATE paper SET size = 1", "issued with 1 bytes"),
    "a file is gone": ("DELETE FROM paper_content", "is gone"),
    "a version is gone": ("DELETE FROM paper WHERE version = 1", "a version before is gone"),
}


@pytest.fixture
def issued(company, dana):
    """Two versions of INV-0042's paper."""
    invoice = write_invoice(company, dana)
    first = paper_of(company.id, PaperKind.INVOICE, invoice.id)
    received(checkout(invoice))
    return invoice, first, paper_of(company.id, PaperKind.INVOICE, invoice.id)


def _by_force(engine, statement, **values):
    """As somebody with the database's own tools would."""
    with engine.connect() as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        else:
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
            for table in ("paper", "paper_content"):
                for what in ("update", "delete"):
                    connection.execute(text(f"DROP TRIGGER {table}_no_{what}"))
        connection.execute(text(statement), values)
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = origin"))


def test_what_is_as_it_was_is_counted(any_database, monkeypatch, issued):
    monkeypatch.setattr(verify, "_AT_ONCE", 1)
    _, first, second = issued
    found = verify_papers()
    assert (found.versions, found.files, found.mismatches) == (2, 2, ())
    assert found.size == len(first.content) + len(second.content)


@pytest.mark.breaks_the_books("what was issued is changed by force")
@pytest.mark.parametrize("harm", HARMS)
def test_what_is_not_is_named(postgres_database, issued, harm):
    statement, says = HARMS[harm]
    invoice, first, _ = issued
    values = {"content": first.content[:-1] + b"!", "zeros": "0" * 64}
    used = {name: value for name, value in values.items() if f":{name}" in statement}
    _by_force(postgres_database, statement, **used)
    named = [line for line in verify_papers().mismatches if f"invoice {invoice.id}" in line]
    assert any(says in line and line.startswith("bright-heating, ") for line in named)


@pytest.mark.sqlite
@pytest.mark.breaks_the_books("what was issued is changed by force")
def test_what_sqlite_made_text_of_is_named(database, issued):
    """Its functions give text back, whatever they were given."""
    _by_force(database, "UPDATE paper_content SET content = replace(content, '%PDF', '%pdf')")
    assert all("is now" in line for line in verify_papers().mismatches)
    assert len({line.split(":")[0] for line in verify_papers().mismatches}) == 2


@pytest.fixture
def papers(environment, monkeypatch, capsys):
    """``papers("verify")`` gives the exit status and what was said."""
    settings.cache_clear()
    db.engine.cache_clear()
    migrate()

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["bin/portal", "papers", *arguments])
        capsys.readouterr()
        status = command_line.main()
        said = capsys.readouterr()
        return status, said.out + said.err

    yield run
    db.engine().dispose()
    db.engine.cache_clear()


@pytest.mark.sqlite
def test_the_command(papers):
    company = cast.save(cast.bright_heating())
    invoice = write_invoice(company, cast.save(cast.harbor_view(company)))
    paper_of(company.id, PaperKind.INVOICE, invoice.id)
    status, said = papers("verify")
    assert status == 0 and said.splitlines()[-1] == "Everything is as it was issued."
    assert said.splitlines()[0].startswith("1 versions in 1 files, ")
    with pytest.raises(Exception, match="cannot be changed"), unit_of_work() as session:
        session.connection().execute(text("UPDATE paper_content SET content = x'00'"))
    _by_force(db.engine(), "UPDATE paper_content SET content = x'00'")
    status, said = papers("verify")
    assert status == 1 and "restore what is listed" in said
    assert said.startswith(f"bright-heating, invoice {invoice.id}, version 1: issued as ")
