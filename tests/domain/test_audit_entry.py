"""The audit log cannot be edited: the database refuses, whoever asks."""

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.audit_entry import AuditEntry, Deed
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.auditing.write_down import write_down, write_down_for_operator
from fsm_portal.flows.identity import Identity
from tests import cast

_entry = table_of(AuditEntry)


@pytest.fixture
def written(any_database) -> AuditEntry:
    company = cast.save(cast.bright_heating())
    maya: Staff = cast.save(cast.maya(company))
    who = Identity("staff", company.id, maya.id, "s", maya.name, maya.email, maya.role)
    with unit_of_work() as session:
        write_down(
            session, who, Deed.SENT_INVOICE, about="invoice", about_id="x", words="INV-0042\n to D"
        )
    return the_log()[0]


def the_log() -> list[AuditEntry]:
    with reading() as session:
        return list(session.exec(select(AuditEntry)).all())


def test_an_entry_says_who_did_what_about_what(written):
    assert (written.name, written.deed, written.about) == ("Maya Ortiz", "sent invoice", "invoice")
    assert written.words == "INV-0042 to D"


def test_nobody_changes_or_removes_an_entry(written):
    row = {column.name: getattr(written, column.name) for column in _entry.columns}
    statements = [
        update(_entry).values(name="Somebody else"),
        delete(_entry),
        insert(_entry).values(**row),
    ]
    with unit_of_work() as session:
        on_sqlite = session.connection().dialect.name == "sqlite"
    if on_sqlite:
        names = ", ".join(f'"{name}"' for name in row)
        statements += [
            text("UPDATE OR REPLACE audit_entry SET words = ''"),
            # Deletes what stands there without asking the trigger on DELETE.
            text(f"INSERT OR REPLACE INTO audit_entry ({names}) SELECT {names} FROM audit_entry"),
            text(f"REPLACE INTO audit_entry ({names}) SELECT {names} FROM audit_entry"),
        ]
    else:
        statements += [text("TRUNCATE audit_entry"), text("TRUNCATE company CASCADE")]
    for statement in statements:
        with pytest.raises(DBAPIError), unit_of_work() as session:
            session.connection().execute(statement)
        assert [(one.id, one.name, one.words) for one in the_log()] == [
            (written.id, "Maya Ortiz", "INV-0042 to D")
        ]


def test_a_deed_that_is_rolled_back_leaves_no_entry(written):
    with pytest.raises(ZeroDivisionError), unit_of_work() as session:
        write_down_for_operator(session, written.company_id, Deed.CHANGED_ROLE)
        1 / 0  # noqa: B018
    assert len(the_log()) == 1


def test_what_is_too_long_is_cut(written):
    with unit_of_work() as session:
        write_down_for_operator(session, written.company_id, Deed.CHANGED_ROLE, words="w" * 5000)
    assert sorted(len(one.words) for one in the_log()) == [13, 300]


def test_every_deed_fits_its_column():
    assert all(len(deed.value) <= 32 for deed in Deed)
