"""The bell, the list of notices, and what somebody is mailed about."""

import pytest
from sqlmodel import select

from fsm_portal.dashboard.noticing.bell import Bell
from fsm_portal.dashboard.noticing.notices_page import NoticesPage
from fsm_portal.dashboard.noticing.notifications_page import NotificationSettings
from fsm_portal.dashboard.overview_page import OverviewPage
from fsm_portal.db import reading
from fsm_portal.domain.notice import NoticeMute
from fsm_portal.domain.role import Role
from fsm_portal.ui.toast import Toast
from tests import cast
from tests.payments import checkout, refused

PATH = "/dashboard/notices/"
SETTINGS = "/dashboard/settings/notifications/"


@pytest.fixture
def lena(company):
    return cast.save(
        cast.maya(company, name="Lena Park", email="lena@brightheating.example", role=Role.OFFICE)
    )


def new_at(page, state) -> int:
    """What the bell of the tab says: its browser counts the same way."""
    read = page.var(Bell, "read")
    return sum(at > read for at in page.view(state).desk.notices)


def muted() -> set[tuple[str, str]]:
    with reading() as session:
        return {(row.staff_id, row.kind.value) for row in session.exec(select(NoticeMute)).all()}


def test_the_bell_rings_on_every_page_until_its_own_reader_has_looked(tab, maya, lena, invoice):
    refused(checkout(invoice))
    mayas, lenas = tab(maya, "/dashboard/"), tab(lena, "/dashboard/")
    for page in (mayas, lenas):
        page.call(Bell.look)
        assert new_at(page, OverviewPage) == 1

    mayas.navigate(PATH)
    view = mayas.view(NoticesPage)
    assert [(row.title, vars(row)["to"]) for row in view.rows] == [
        ("Harbor View Apartments could not pay $280.00", f"/dashboard/invoices/{invoice.id}/")
    ]
    assert mayas.var(NoticesPage, "read_before") < view.rows[0].at
    assert new_at(mayas, NoticesPage) == 0
    # On her other device too, once it asks; and not for her colleague.
    other = tab(maya, "/dashboard/")
    other.call(Bell.look)
    assert new_at(other, OverviewPage) == 0
    lenas.call(Bell.look)
    assert new_at(lenas, OverviewPage) == 1


def test_a_new_one_comes_to_an_open_page_by_itself(tab, maya, company, invoice):
    from fsm_portal import live
    from fsm_portal.domain.topic import company_topic

    page = tab(maya, PATH)
    assert page.view(NoticesPage).rows == []
    refused(checkout(invoice))
    live.ring({company_topic(company.id)})
    page.wait_until(NoticesPage, lambda view: len(view.rows) == 1)
    assert new_at(page, NoticesPage) == 1


def test_a_technician_sees_no_notices(tab, company, invoice):
    refused(checkout(invoice))
    page = tab(cast.save(cast.tom(company)), PATH)
    view = page.view(NoticesPage)
    assert (view.allowed, view.rows, view.desk.notices) == (False, [], [])


def test_everybody_chooses_their_own_mail(tab, maya, lena):
    hers, lenas = tab(maya, SETTINGS), tab(lena, SETTINGS)
    assert [choice.kind for choice in hers.view(NotificationSettings).choices] == [
        "failed_payment", "dispute", "account", "undelivered",
    ]  # fmt: skip
    assert [choice.kind for choice in lenas.view(NotificationSettings).choices] == [
        "failed_payment", "dispute", "undelivered",
    ]  # fmt: skip
    lenas.call(NotificationSettings.save, {"form": {"dispute": True, "account": True}})
    assert lenas.var(Toast, "text") == "Notifications saved"
    assert muted() == {(lena.id, "failed_payment"), (lena.id, "undelivered")}
    again = tab(lena, SETTINGS).view(NotificationSettings)
    assert [choice.by_mail for choice in again.choices] == [False, True, False]
    assert all(choice.by_mail for choice in tab(maya, SETTINGS).view(NotificationSettings).choices)


def test_a_technician_has_nothing_to_choose(tab, company):
    page = tab(cast.save(cast.tom(company)), SETTINGS)
    assert not page.view(NotificationSettings).allowed
    page.call(NotificationSettings.save, {"form": {}})
    assert page.var(Toast, "text") == "Your role is told of nothing that could be mailed."
    assert muted() == set()
