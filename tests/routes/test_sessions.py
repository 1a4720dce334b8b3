"""Sessions of a customer: gone over to another company, signed out everywhere, shut out."""

import pytest

from fsm_portal.config import settings
from fsm_portal.db import unit_of_work
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.login_link import LoginLink, Purpose
from fsm_portal.domain.session import LoginSession
from fsm_portal.domain.topic import session_topic
from fsm_portal.flows.customers.edit_customer import change_address
from fsm_portal.flows.identity import closed_to, cookie_name, sessions_alive, who_is
from fsm_portal.flows.work_outbox import work_one
from tests import cast
from tests.flows import books
from tests.flows.postbox import work_off_everything
from tests.invoices import write_invoice
from tests.routes.test_access import close_portal
from tests.routes.test_choose import key_of
from tests.routes.test_sign_in import DANA, link_for, path_in, sign_in_as


@pytest.fixture
def there(other_company) -> Customer:
    """Dana, as a customer of Clearwater Plumbing."""
    return cast.save(cast.harbor_view(other_company, name="Harbor View (London)"))


@pytest.fixture
def by_own_mail(mail_server):
    """``by_own_mail(browser)``: Dana asks at Bright Heating and opens the link; her cookie."""

    def sign_in(browser):
        browser.post("/access/bright-heating", data={"email": DANA})
        work_off_everything(work_one)
        assert browser.post(path_in(mail_server.letters[-1])).status_code == 303
        return browser.cookies[cookie_name("customer")]

    return sign_in


# ── Switch company ──────────────────────────────────────────────────────────────────────────


def test_a_switch_opens_the_other_session_and_ends_this_one(
    any_database, browser, by_own_mail, dana, there, rung
):
    before = by_own_mail(browser)
    old = who_is(before)
    answer = browser.post("/switch", data={"account": key_of(there)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/portal/")
    assert who_is(browser.cookies[cookie_name("customer")]).person_id == there.id
    assert who_is(before) is None
    assert session_topic(old.session_id) in frozenset().union(*rung)


def test_a_switch_is_no_way_to_stay_for_ever(clock, browser, by_own_mail, dana, there):
    """It ends when the session would have ended that the letter opened."""
    by_own_mail(browser)
    clock.move(days=settings().session_days - 1)
    browser.post("/switch", data={"account": key_of(there)})
    assert who_is(browser.cookies[cookie_name("customer")]).person_id == there.id
    clock.move(days=1, minutes=1)
    assert who_is(browser.cookies[cookie_name("customer")]) is None


def test_every_session_has_a_used_link_of_its_own(browser, by_own_mail, dana, there):
    """Invariant G."""
    by_own_mail(browser)
    for person in (there, dana, there):
        browser.post("/switch", data={"account": key_of(person)})
    sessions, links = books.rows(LoginSession), books.rows(LoginLink)
    assert len({one.link_id for one in sessions}) == len(sessions) == len(links) == 4
    assert len([one for one in sessions if one.ended_at is None]) == 1


@pytest.mark.parametrize("purpose", [Purpose.INVOICE, Purpose.WELCOME, Purpose.OPERATOR])
def test_a_session_of_a_link_that_may_be_passed_on_switches_nowhere(browser, dana, there, purpose):
    """The bookkeeper who was handed an invoice's mail is not let into the other affairs."""
    browser.post(link_for(dana, purpose=purpose))
    cookie = browser.cookies[cookie_name("customer")]
    answer = browser.post("/switch", data={"account": key_of(there)})
    assert answer.headers["location"] == "/sign-in"
    assert who_is(cookie).person_id == dana.id


def test_nobody_switches_to_a_stranger_or_to_a_desk(
    browser, by_own_mail, dana, there, northwind_dental, other_company
):
    """Case 35, 38. Staff sign in by a letter of their own."""
    by_own_mail(browser)
    desk = cast.save(cast.priya(other_company, email=DANA))
    for key in (key_of(northwind_dental), key_of(desk), key_of(dana), "x", "", "0" * 65):
        assert browser.post("/switch", data={"account": key}).headers["location"] == "/sign-in"
    assert len(books.rows(LoginSession)) == 1


def test_without_a_session_there_is_nothing_to_switch(browser, there):
    answer = browser.post("/switch", data={"account": key_of(there)})
    assert answer.headers["location"] == "/sign-in" and books.rows(LoginSession) == []


def test_another_sites_page_cannot_switch(browser, by_own_mail, dana, there):
    """Case 33."""
    by_own_mail(browser)
    where = {"Sec-Fetch-Site": "cross-site"}
    for path in ("/switch", "/sign-out/everywhere"):
        answer = browser.post(path, data={"account": key_of(there)}, headers=where)
        assert answer.status_code == 403


@pytest.mark.parametrize("whose", ["dana", "there"])
def test_a_changed_address_ends_the_way_over(request, browser, by_own_mail, dana, there, whose):
    """Case 34: of either account."""
    by_own_mail(browser)
    person = request.getfixturevalue(whose)
    with unit_of_work() as session:
        row = session.get_one(Customer, (person.company_id, person.id))
        change_address(session, row, "new@x.example")
    assert (
        browser.post("/switch", data={"account": key_of(there)}).headers["location"] == "/sign-in"
    )


def test_a_company_without_a_portal_is_not_switched_to(
    browser, by_own_mail, dana, there, other_company
):
    by_own_mail(browser)
    close_portal(other_company)
    assert (
        browser.post("/switch", data={"account": key_of(there)}).headers["location"] == "/sign-in"
    )


# ── Sign out everywhere ─────────────────────────────────────────────────────────────────────


def test_signing_out_everywhere_ends_all_of_ones_own_sessions(
    any_database, browsers, dana, there, northwind_dental, rung
):
    """Case 34: every browser and every tab, and nobody else's."""
    one, two, other, elsewhere = (browsers() for _ in range(4))
    own = [sign_in_as(one, dana), sign_in_as(two, dana)]
    ids = [who_is(cookie).session_id for cookie in own]
    neighbour, abroad = sign_in_as(other, northwind_dental), sign_in_as(elsewhere, there)
    answer = one.post("/sign-out/everywhere")
    assert answer.status_code == 200 and "signed out everywhere" in answer.text
    assert "Bright Heating Co." in answer.text
    assert [who_is(cookie) for cookie in own] == [None, None]
    assert sessions_alive(ids) == {}
    assert {session_topic(each) for each in ids} <= rung[-1]
    assert cookie_name("customer") not in one.cookies
    assert who_is(neighbour) is not None and who_is(abroad) is not None


def test_staff_in_the_same_browser_stay(browser, dana, maya):
    office = sign_in_as(browser, maya)
    sign_in_as(browser, dana)
    browser.post("/sign-out/everywhere")
    assert who_is(office) is not None


def test_signing_out_everywhere_without_a_session_is_harmless(browser, dana):
    answer = browser.post("/sign-out/everywhere")
    assert answer.status_code == 200 and "Bright Heating" not in answer.text


def test_whoever_signs_out_stays_with_the_company_they_come_from(any_database, browser, dana, maya):
    """Staff and customer of one company, in one browser; of two companies it is neither's page."""
    sign_in_as(browser, maya)
    sign_in_as(browser, dana)
    assert "Bright Heating Co." in browser.post("/sign-out").text
    assert "Bright Heating Co." not in browser.post("/sign-out").text


def test_whoever_leaves_two_companies_at_once_is_with_neither(browser, maya, there):
    sign_in_as(browser, maya)
    sign_in_as(browser, there)
    left = browser.post("/sign-out").text
    assert "You are signed out" in left
    assert "Bright Heating" not in left and "Clearwater" not in left


# ── Companies without a portal ──────────────────────────────────────────────────────────────


def test_a_customer_of_a_closed_portal_is_nobody_and_told_whom_to_ask(
    any_database, browser, company, dana
):
    invoice = write_invoice(company, dana)
    cookie = sign_in_as(browser, dana)
    session_id = who_is(cookie).session_id
    close_portal(company)
    assert (who_is(cookie), sessions_alive([session_id])) == (None, {})
    assert closed_to(cookie).email == "office@brightheating.example"
    for path in ("/", f"/documents/invoices/{invoice.id}.pdf", "/documents/receipts/x.pdf"):
        answer = browser.get(path)
        assert answer.status_code == 403
        assert "Bright Heating Co. has no online portal at the moment" in answer.text


def test_nobody_else_is_told_anything(browser, company, maya, dana):
    close_portal(company)
    office = sign_in_as(browser, maya)
    assert who_is(office) is not None and closed_to(office) is None
    assert closed_to(None) is None and closed_to("x") is None


def test_a_customer_of_a_closed_portal_can_sign_out(browser, company, dana):
    sign_in_as(browser, dana)
    close_portal(company)
    assert browser.post("/sign-out").status_code == 200
    (session,) = books.rows(LoginSession)
    assert session.ended_at is not None


def test_an_ended_session_is_told_nothing_of_a_closed_portal(browser, company, dana):
    cookie = sign_in_as(browser, dana)
    browser.post("/sign-out")
    close_portal(company)
    assert closed_to(cookie) is None
