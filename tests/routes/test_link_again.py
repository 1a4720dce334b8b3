"""A link that signs nobody in any more, opened again by somebody who is signed in already."""

from datetime import timedelta

import pytest

from fsm_portal.domain.login_link import Purpose
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.domain.session import LoginSession
from fsm_portal.flows.identity import cookie_name, who_is
from fsm_portal.flows.login_links import end_session
from tests import cast
from tests.flows import books
from tests.invoices import write_invoice
from tests.routes.test_sign_in import link_for, sign_in_as


@pytest.fixture
def invoice(company, dana):
    return write_invoice(company, dana)


def test_the_button_of_yesterdays_mail_leads_on_to_its_invoice(browser, dana, invoice):
    """Used once and still signed in: no fresh mail is offered to who needs none."""
    path = link_for(dana, invoice_id=invoice.id)
    assert browser.post(path).status_code == 303
    for again in (browser.get(path), browser.post(path)):
        assert (again.status_code, again.headers["location"]) == (
            303,
            f"/portal/invoices/{invoice.id}/",
        )
        assert again.headers["cache-control"] == "no-store"
        assert "set-cookie" not in again.headers
    assert len(books.rows(LoginSession)) == 1, "no second session"
    assert books.rows(OutboxMessage) == []


def test_an_older_and_an_expired_link_lead_on_as_well(clock, browser, dana, invoice):
    older = link_for(dana, invoice_id=invoice.id)
    sign_in_as(browser, dana)
    link_for(dana, invoice_id=invoice.id)
    assert browser.get(older).headers["location"] == f"/portal/invoices/{invoice.id}/"

    short = link_for(dana, purpose=Purpose.OPERATOR, lifetime=timedelta(minutes=5))
    clock.move(minutes=6)
    assert browser.get(short).headers["location"] == "/portal/"


def test_staff_come_back_to_their_dashboard(browser, maya):
    path = link_for(maya)
    browser.post(path)
    assert browser.get(path).headers["location"] == "/dashboard/"


def test_whose_session_has_ended_is_offered_a_fresh_link(browser, dana, invoice):
    path = link_for(dana, invoice_id=invoice.id)
    browser.post(path)
    who = who_is(browser.cookies[cookie_name("customer")])
    end_session(who.company_id, who.session_id)
    answer = browser.get(path)
    assert answer.status_code == 410 and f"{path}/fresh" in answer.text


def test_somebody_else_is_told_who_is_signed_in_and_stays_who_he_is(
    browser, company, dana, northwind_dental
):
    """Case 33: a used link of another customer switches nothing and shows nothing."""
    theirs = link_for(northwind_dental)
    assert browser.post(theirs).status_code == 303
    cookie = sign_in_as(browser, dana)
    for answer in (browser.get(theirs), browser.post(theirs)):
        assert answer.status_code == 410
        assert "Harbor View Apartments is signed in, and stays so" in answer.text
        assert '<a href="/portal/">Go on as Harbor View Apartments</a>' in answer.text
    assert browser.cookies[cookie_name("customer")] == cookie
    assert who_is(cookie).person_id == dana.id


def test_the_same_address_at_another_company_is_somebody_else(
    browser, dana, other_company, invoice
):
    """Case 33: one email may be a customer of several companies."""
    there = cast.save(cast.harbor_view(other_company, name="Harbor View (London)"))
    path = link_for(dana, invoice_id=invoice.id)
    browser.post(path)
    sign_in_as(browser, there)
    answer = browser.get(path)
    assert answer.status_code == 410
    assert "Harbor View (London) is signed in" in answer.text


def test_a_member_of_staff_signed_in_beside_is_no_somebody_else(browser, dana, maya, invoice):
    """The two faces have sessions of their own in one browser."""
    path = link_for(dana, invoice_id=invoice.id)
    browser.post(path)
    sign_in_as(browser, maya)
    assert browser.get(path).headers["location"] == f"/portal/invoices/{invoice.id}/"
