"""The team's page: its dialogs, and what an open tab of somebody else shows meanwhile."""

from time import monotonic

import pytest

from fsm_portal.dashboard.invoices_page import InvoicesPage
from fsm_portal.dashboard.settings.changing_member import ChangingMember
from fsm_portal.dashboard.settings.inviting_member import InvitingMember
from fsm_portal.dashboard.settings.team_page import TeamPage
from fsm_portal.db import reading
from fsm_portal.domain.role import May, Role
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.team.role_words import MAY_WORDS, ROLE_WORDS
from fsm_portal.live import LiveTab
from fsm_portal.ui.toast import Toast
from tests import cast
from tests.fake_browser import PATIENCE

PATH = "/dashboard/settings/team/"
LENA = {"member_name": "Lena Novak", "member_email": "lena@x.example", "role": "office"}


@pytest.fixture
def tom(company) -> Staff:
    return cast.save(cast.tom(company, role=Role.OFFICE))


def names(view) -> list[str]:
    return [one.name for one in view.members]


def role_of(member: Staff) -> Role:
    with reading() as session:
        return session.get_one(Staff, (member.company_id, member.id)).role


def test_somebody_invited_stands_there_at_once_in_every_tab(tab, maya):
    page, other = tab(maya, PATH), tab(maya, PATH)
    page.call(InvitingMember.ask)
    page.call(InvitingMember.invite, {"form": LENA})
    assert page.var(Toast, "text") == "Invitation on its way to lena@x.example"
    assert page.var(InvitingMember, "about") == ""
    view = other.wait_until(TeamPage, lambda view: len(view.members) == 2)
    assert names(view) == ["Maya Ortiz", "Lena Novak"]
    assert view.members[1].standing == "invited"


def test_what_is_wrong_is_said_beside_its_field_and_the_dialog_stays(tab, maya):
    page = tab(maya, PATH)
    page.call(InvitingMember.ask)
    page.call(InvitingMember.invite, {"form": {**LENA, "member_email": "lena"}})
    assert page.var(InvitingMember, "field") == "email"
    assert "name@example.com" in page.var(InvitingMember, "problem")
    assert page.var(InvitingMember, "about") == "new"
    assert names(page.view(TeamPage)) == ["Maya Ortiz"]


def test_case_34_whoever_is_deactivated_sees_it_in_the_open_tab_at_once(tab, maya, tom, invoice):
    theirs = tab(tom, "/dashboard/invoices/")
    assert theirs.view(InvoicesPage).rows
    page = tab(maya, PATH)
    page.call(ChangingMember.ask, {"staff_id": tom.id, "question": "deactivate", "role": "office"})
    page.call(ChangingMember.deactivate)
    assert page.var(Toast, "text") == "Tom Becker is signed out everywhere"
    theirs.settle()
    assert theirs.var(LiveTab, "signed_out") is True
    assert not theirs.view(InvoicesPage).loaded
    assert [one.name for one in page.view(TeamPage).gone] == ["Tom Becker"]


def test_a_role_that_is_changed_changes_what_is_open(tab, maya, tom, invoice):
    theirs = tab(tom, "/dashboard/invoices/")
    assert May.SEND_INVOICES.value in theirs.view(InvoicesPage).desk.may
    page = tab(maya, PATH)
    page.call(ChangingMember.ask, {"staff_id": tom.id, "question": "role", "role": "office"})
    assert page.var(ChangingMember, "role") == "office"
    page.call(ChangingMember.change, {"form": {"role": "technician"}})
    assert page.var(Toast, "text") == "Tom Becker is technician now"
    view = theirs.wait_until(InvoicesPage, lambda view: not view.desk.may_send)
    assert list(view.desk.may) == [May.COMPLETE_JOBS.value]
    assert role_of(tom) is Role.TECHNICIAN


def test_the_only_owner_is_told_why_not(tab, maya):
    page = tab(maya, PATH)
    page.call(ChangingMember.ask, {"staff_id": maya.id, "question": "role", "role": "owner"})
    page.call(ChangingMember.change, {"form": {"role": "office"}})
    assert "only owner" in page.var(ChangingMember, "problem")
    assert role_of(maya) is Role.OWNER


def test_an_invitation_is_withdrawn(tab, maya):
    page = tab(maya, PATH)
    page.call(InvitingMember.ask)
    page.call(InvitingMember.invite, {"form": LENA})
    lena = page.view(TeamPage).members[1]
    page.call(InvitingMember.again, {"staff_id": lena.id})
    assert "a moment ago" in page.var(Toast, "text")
    page.call(ChangingMember.ask, {"staff_id": lena.id, "question": "withdraw", "role": lena.role})
    page.call(ChangingMember.withdraw)
    assert page.var(Toast, "text") == "Invitation withdrawn"
    assert names(page.view(TeamPage)) == ["Maya Ortiz"]


def test_when_somebody_was_here_last_is_seen(tab, maya, tom, clock):
    assert not tab(maya, PATH).view(TeamPage).members[1].seen.startswith("Last here")
    theirs = tab(tom, "/dashboard/")
    clock.move(hours=1)
    theirs.navigate("/dashboard/invoices/")
    theirs.settle()

    page = tab(maya, PATH)
    ends = monotonic() + PATIENCE
    # It is written while nobody waits for it.
    while "Last here 10:00" not in page.view(TeamPage).members[1].seen:
        assert monotonic() < ends
        page.navigate(PATH)


@pytest.mark.parametrize("role", [Role.OFFICE, Role.TECHNICIAN])
def test_whoever_may_not_manage_the_team_is_shown_nobody(tab, company, role):
    view = tab(cast.save(cast.tom(company, role=role)), PATH).view(TeamPage)
    assert view.loaded and not view.allowed
    assert not view.members and not view.gone


def test_each_right_and_role_has_words():
    assert set(MAY_WORDS) == set(May)
    assert set(ROLE_WORDS) == set(Role)
