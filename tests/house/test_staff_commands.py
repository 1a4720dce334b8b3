"""bin/portal staff: the team of a company, for whoever runs the installation."""

import pytest
from sqlmodel import select

from fsm_portal.db import reading
from fsm_portal.domain.audit_entry import AuditEntry
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.domain.staff import Role, Staff
from tests import cast
from tests.house.test_command_line import migrated, portal  # noqa: F401

SLUG = "bright-heating"
LENA = "lena@brightheating.example"


@pytest.fixture
def maya(migrated):  # noqa: F811
    return cast.save(cast.maya(cast.save(cast.bright_heating())))


def member(email: str) -> Staff:
    with reading() as session:
        return session.exec(select(Staff).where(Staff.email == email)).one()


def test_somebody_is_added_listed_promoted_and_deactivated(portal, maya):  # noqa: F811
    status, out, _ = portal("staff", "add", SLUG, LENA, "--name", "Lena Novak")
    assert status == 0 and f"a letter to {LENA}" in out
    assert member(LENA).is_awaited and member(LENA).role is Role.OFFICE
    listed = portal("staff", "list", SLUG)[1].splitlines()
    assert listed[0].split() == ["Lena", "Novak", LENA, "office", "invited"]
    assert listed[1].split()[-1] == "owner"
    assert portal("staff", "role", SLUG, LENA, "admin")[1] == "Lena Novak is admin now\n"
    assert portal("staff", "deactivate", SLUG, LENA)[1] == "Lena Novak is signed out everywhere\n"
    with reading() as session:
        assert session.exec(select(OutboxMessage)).one().kind == "team_mail"
        log = session.exec(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.name, entry.deed) for entry in log] == [
        ("Operator", "invited to the team"),
        ("Operator", "changed role"),
        ("Operator", "deactivated"),
    ]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("add", "nobody", LENA, "--name", "Lena"), "no company"),
        (("add", SLUG, "lena", "--name", "Lena"), "not an email address"),
        (("add", SLUG, "Maya@brightheating.example", "--name", "M"), "is on your team"),
        (("add", SLUG, LENA, "--name", "Lena", "--role", "king"), "king"),
        (("role", SLUG, LENA, "admin"), "Nobody on the team"),
        (("role", SLUG, "maya@brightheating.example", "admin"), "only owner"),
        (("deactivate", SLUG, "maya@brightheating.example"), "only owner"),
        (("list", "nobody"), "no company"),
    ],
)
def test_whatever_cannot_be_is_one_line(portal, maya, command, words):  # noqa: F811
    status, out, complaint = portal("staff", *command)
    assert status != 0 and out == ""
    assert words in complaint and complaint.count("\n") == 1
    assert member("maya@brightheating.example").role is Role.OWNER
