"""What an open tab of a member of staff shows, once the office has changed who may see what."""

import pytest

from fsm_portal import live
from fsm_portal.dashboard.payments_page import PaymentsPage
from fsm_portal.db import unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.staff import Role, Staff
from fsm_portal.domain.topic import company_topic
from fsm_portal.live import LiveTab
from tests import cast
from tests.payments import checkout, fees_known, received


@pytest.fixture
def tom(company) -> Staff:
    """Tom works in the office, and sees fees."""
    return cast.save(cast.tom(company, role=Role.OFFICE))


def change(person: Staff, **changes: object) -> None:
    with unit_of_work() as session:
        row = session.get_one(Staff, (person.company_id, person.id))
        for name, value in changes.items():
            setattr(row, name, value)


def test_case_34_a_role_taken_away_empties_what_it_showed(tab, maya, tom, company, invoice):
    payment = received(checkout(invoice))
    fees_known(payment, 842, 420)
    office, owner = tab(tom, "/dashboard/payments/"), tab(maya, "/dashboard/payments/")
    assert office.view(PaymentsPage).rows[0].net == "$267.38"

    change(tom, role=Role.TECHNICIAN)
    live.ring({company_topic(company.id)})

    view = office.wait_until(PaymentsPage, lambda view: not view.desk.sees_fees)
    assert [row.net for row in view.rows] == [""]
    assert not view.desk.may_send
    assert office.var(LiveTab, "signed_out") is False
    assert owner.view(PaymentsPage).rows[0].net == "$267.38"


def test_a_role_given_shows_what_it_may_see(tab, company, invoice):
    received(checkout(invoice))
    tom = cast.save(cast.tom(company))
    page = tab(tom, "/dashboard/payments/")
    assert not page.view(PaymentsPage).desk.sees_fees
    change(tom, role=Role.ADMIN)
    live.ring({company_topic(company.id)})
    page.wait_until(PaymentsPage, lambda view: view.desk.sees_fees)


def test_case_34_whoever_is_deactivated_is_shown_nothing_more(tab, tom, company, invoice):
    page = tab(tom, "/dashboard/payments/")
    change(tom, deactivated_at=now())
    received(checkout(invoice))
    live.ring({company_topic(company.id)})
    page.settle()
    assert page.var(LiveTab, "signed_out") is True
    assert not page.view(PaymentsPage).loaded
    assert "$280.00" not in "".join(page.frames)
