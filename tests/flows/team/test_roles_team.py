"""The team: invited by mail, given another role, deactivated; an owner always remains."""

import threading

import pytest
from sqlmodel import select

from fsm_portal.db import reading
from fsm_portal.domain.audit_entry import AuditEntry
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.domain.role import Role
from fsm_portal.domain.session import LoginSession
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.identity import Scope, who_is
from fsm_portal.flows.login_links import LinkState, SignedIn, look_at_link, use_link
from fsm_portal.flows.team.change_member import change_role, deactivate_member
from fsm_portal.flows.team.invite_member import (
    NewMember,
    invite_again,
    invite_member,
    withdraw_invitation,
)
from fsm_portal.flows.team.rules import CannotChangeTeam
from fsm_portal.flows.team.show_team import show_team
from tests import cast
from tests.flows.conftest import staff_identity
from tests.flows.postbox import token_in, work_off_everything
from tests.portal.people import session_cookie

LENA = NewMember("Lena Novak", "lena@brightheating.example", "office")


def lena() -> Staff:
    with reading() as session:
        return session.exec(select(Staff).where(Staff.email == LENA.email)).one()


def reread(member: Staff) -> Staff:
    with reading() as session:
        return session.get_one(Staff, (member.company_id, member.id))


def log_of(company) -> list[tuple[str, str, str]]:
    with reading() as session:
        rows = session.exec(select(AuditEntry).order_by(AuditEntry.at, AuditEntry.id)).all()
        return [(row.name, row.deed, row.words) for row in rows if row.company_id == company.id]


@pytest.fixture
def admin(company):
    ann = cast.tom(company, name="Ann Lee", email="ann@brightheating.example", role=Role.ADMIN)
    return staff_identity(cast.save(ann))


def test_somebody_is_invited_by_mail_and_joins_by_its_link(clock, owner, company, postbox):
    address, topics = invite_member(owner, LENA)
    assert address == LENA.email and topics
    work_off_everything()
    letter = postbox.only_letter(LENA.email)
    assert letter["subject"] == "Bright Heating Co. invites you to its team"
    assert "Your role: Office" in letter["text"] and "Lena Novak" in letter["text"]
    assert lena().is_awaited
    clock.move(hours=71)
    opened = use_link(token_in(letter), None, "Mozilla/5.0 Firefox/140.0")
    assert isinstance(opened, SignedIn)
    assert (opened.audience, opened.path) == ("staff", "/dashboard/")
    who = who_is(opened.cookie)
    assert who is not None and who.role is Role.OFFICE
    assert not lena().is_awaited
    assert [entry[:2] for entry in log_of(company)] == [
        ("Maya Ortiz", "invited to the team"),
        ("Lena Novak", "joined the team"),
    ]


def test_an_expired_invitation_offers_a_fresh_link(clock, owner, postbox):
    invite_member(owner, LENA)
    work_off_everything()
    clock.move(hours=73)
    looked = look_at_link(token_in(postbox.only_letter()), None)
    assert looked.state is LinkState.EXPIRED and looked.email == LENA.email


def test_sent_again_the_letter_before_no_longer_works(clock, owner, postbox):
    invite_member(owner, LENA)
    work_off_everything()
    with pytest.raises(CannotChangeTeam, match="a moment ago"):
        invite_again(owner, lena().id)
    clock.move(minutes=2)
    assert invite_again(owner, lena().id)[0] == LENA.email
    work_off_everything()
    first, second = postbox.letters()
    assert use_link(token_in(first), None, "") is LinkState.SUPERSEDED
    assert isinstance(use_link(token_in(second), None, ""), SignedIn)
    clock.move(minutes=2)
    with pytest.raises(CannotChangeTeam, match="no invitation that is still open"):
        invite_again(owner, lena().id)


def test_a_withdrawn_invitation_leads_nowhere(clock, owner, company, postbox):
    invite_member(owner, LENA)
    work_off_everything()
    withdraw_invitation(owner, lena().id)
    assert use_link(token_in(postbox.only_letter()), None, "") is LinkState.UNKNOWN
    assert log_of(company)[-1][1] == "withdrew invitation"


def test_withdrawn_before_the_letter_left_there_is_none(owner, postbox):
    invite_member(owner, LENA)
    withdraw_invitation(owner, lena().id)
    work_off_everything()
    assert not postbox.letters()
    with reading() as session:
        assert "withdrawn" in str(session.exec(select(OutboxMessage)).one().dead_reason)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (NewMember(" ", LENA.email, "office"), "name"),
        (NewMember("x" * 201, LENA.email, "office"), "name"),
        (NewMember("Lena", "lena", "office"), "email"),
        (NewMember("Lena", "", "office"), "email"),
        (NewMember("Lena", "MAYA@brightheating.example", "office"), "email"),
        (NewMember("Lena", LENA.email, ""), "role"),
        (NewMember("Lena", LENA.email, "king"), "role"),
    ],
)
def test_what_cannot_be_meant_is_refused_beside_its_field(owner, typed, field):
    with pytest.raises(CannotChangeTeam) as refusal:
        invite_member(owner, typed)
    assert refusal.value.field == field


def test_the_second_invitation_of_one_address_is_refused(owner):
    invite_member(owner, LENA)
    with pytest.raises(CannotChangeTeam, match="invited with this address already"):
        invite_member(owner, LENA)


def test_case_34_deactivation_ends_every_session_and_link_at_once(owner, company, postbox):
    tom = cast.save(cast.tom(company))
    cookie = session_cookie(tom).partition("=")[2]
    assert who_is(cookie) is not None
    _, topics = deactivate_member(owner, tom.id)
    assert who_is(cookie) is None
    with reading() as session:
        ended = session.exec(select(LoginSession)).one()
    assert ended.ended_at is not None
    assert f"session:{ended.id}" in topics
    assert log_of(company)[-1] == (
        "Maya Ortiz",
        "deactivated",
        "Tom Becker, tom@brightheating.example",
    )


def test_whoever_was_deactivated_can_come_back_as_somebody_else(owner, company):
    tom = cast.save(cast.tom(company))
    deactivate_member(owner, tom.id)
    invite_member(owner, NewMember("Thomas Becker", "Tom@BrightHeating.example", "office"))
    back = reread(tom)
    assert back.is_awaited and back.role is Role.OFFICE and back.name == "Thomas Becker"


def test_the_last_owner_stays_an_owner(owner, admin, maya, company):
    with pytest.raises(CannotChangeTeam, match="only owner"):
        change_role(owner, maya.id, "admin")
    with pytest.raises(CannotChangeTeam, match="This is you"):
        deactivate_member(owner, maya.id)
    # An owner who was only invited could let nobody in.
    invite_member(owner, NewMember("Lena Novak", LENA.email, "owner"))
    with pytest.raises(CannotChangeTeam, match="only owner"):
        change_role(owner, maya.id, "admin")
    change_role(owner, admin.person_id, "owner")
    change_role(owner, maya.id, "admin")
    assert reread(maya).role is Role.ADMIN


def test_an_admin_makes_and_unmakes_no_owner(owner, admin, maya, company):
    tom = cast.save(cast.tom(company))
    for attempt in (
        lambda: change_role(admin, maya.id, "office"),
        lambda: deactivate_member(admin, maya.id),
        lambda: change_role(admin, tom.id, "owner"),
        lambda: change_role(admin, admin.person_id, "owner"),
        lambda: invite_member(admin, NewMember("Lena", LENA.email, "owner")),
    ):
        with pytest.raises(CannotChangeTeam, match="Only an owner"):
            attempt()
    invite_member(owner, NewMember("Lena", LENA.email, "owner"))
    for touch in (withdraw_invitation, invite_again):
        with pytest.raises(CannotChangeTeam, match="Only an owner"):
            touch(admin, lena().id)
    assert change_role(admin, tom.id, "office")[0] == "Tom Becker is office now"


def test_two_owners_who_demote_each_other_at_once_leave_one(any_database):
    """Case 6's kind of race, about people."""
    company = cast.save(cast.bright_heating())
    two = [
        cast.save(cast.maya(company)),
        cast.save(cast.maya(company, name="Ann Lee", email="ann@brightheating.example")),
    ]
    begin, refused = threading.Barrier(2), []

    def demote(by: Staff, whom: Staff) -> None:
        begin.wait()
        try:
            change_role(staff_identity(by), whom.id, "office")
        except CannotChangeTeam as error:
            refused.append(str(error))

    threads = [threading.Thread(target=demote, args=pair) for pair in (two, two[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    roles = sorted(reread(member).role.value for member in two)
    assert len(refused) == 1
    assert roles == ["office", "owner"]


@pytest.mark.parametrize("role", [Role.OFFICE, Role.TECHNICIAN])
def test_nobody_else_changes_the_team(owner, company, maya, role):
    who = staff_identity(cast.save(cast.tom(company, role=role)))
    for attempt in (
        lambda: invite_member(who, LENA),
        lambda: change_role(who, maya.id, "office"),
        lambda: deactivate_member(who, maya.id),
        lambda: invite_again(who, maya.id),
        lambda: withdraw_invitation(who, maya.id),
    ):
        with pytest.raises(CannotChangeTeam, match="Your role cannot"):
            attempt()
    assert not show_team(Scope("staff", company.id, None, role)).members


def test_case_35_another_companys_member_is_like_none(owner, other_company):
    theirs = cast.save(cast.priya(other_company))
    for staff_id in (theirs.id, "f" * 32, "x", None, 5):
        for attempt in (
            lambda one: change_role(owner, one, "office"),
            lambda one: deactivate_member(owner, one),
            lambda one: invite_again(owner, one),
        ):
            with pytest.raises(CannotChangeTeam, match="not on your team"):
                attempt(staff_id)


def test_the_page_says_who_is_here_invited_and_gone(owner, admin, company, clock):
    tom = cast.save(cast.tom(company))
    deactivate_member(owner, tom.id)
    invite_member(owner, LENA)
    view = show_team(Scope("staff", company.id, None, Role.OWNER))
    assert [(one.name, one.role, one.standing) for one in view.members] == [
        ("Maya Ortiz", "owner", "active"),
        ("Ann Lee", "admin", "active"),
        ("Lena Novak", "office", "invited"),
    ]
    assert view.members[0].fixed == "The only owner"
    assert [one.name for one in view.gone] == ["Tom Becker"]
    assert view.may_make_owners
    view = show_team(Scope("staff", company.id, None, Role.ADMIN))
    assert view.members[0].fixed == "Only an owner can change an owner"
    assert not view.may_make_owners
