"""The shared access link of a company: an address is typed, and only a mailbox learns anything."""

import pytest

from fsm_portal.config import settings
from fsm_portal.db import unit_of_work
from fsm_portal.domain.company import Company, Plan
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.flows.identity import cookie_name, who_is
from fsm_portal.flows.work_outbox import work_one
from fsm_portal.routes import asking
from fsm_portal.routes.asking import BROWSER_COOKIE
from fsm_portal.routes.rate_limit import Allowance
from tests import cast
from tests.flows import books
from tests.flows.postbox import work_off_everything
from tests.routes.test_sign_in import DANA, code_in, path_in

WHERE = "/access/bright-heating"


def ask_there(browser, address=DANA, where=WHERE):
    return browser.post(where, data={"email": address})


def close_portal(company, **how):
    with unit_of_work() as session:
        row = session.get_one(Company, company.id)
        for name, value in (how or {"portal_enabled": False}).items():
            setattr(row, name, value)
        session.add(row)


def test_the_page_is_the_companys_own(browser, company):
    page = browser.get(WHERE)
    assert page.status_code == 200
    assert "Sign in to Bright Heating Co." in page.text
    assert f'action="{WHERE}"' in page.text
    assert company.brand_color in page.text
    assert page.headers["cache-control"] == "no-store"
    assert list(browser.cookies) == [BROWSER_COOKIE], "it says which browser asks, and no more"


@pytest.mark.parametrize("typed", ["/access/bright-heating/", "/access/Bright-Heating"])
def test_typed_off_a_van_it_is_the_same_page(browser, company, typed):
    page = browser.get(typed)
    assert page.status_code == 200 and f'action="{WHERE}"' in page.text


def test_a_customer_of_the_company_gets_a_link(browser, mail_server, dana):
    assert ask_there(browser).status_code == 200
    work_off_everything(work_one)
    (letter,) = mail_server.letters
    assert letter["From"].addresses[0].display_name == "Bright Heating Co."
    assert browser.post(path_in(letter)).headers["location"] == "/portal/"


@pytest.mark.parametrize("address", ["maya@brightheating.example", "nobody@x.example"])
def test_nobody_else_gets_any_mail_and_the_answer_is_the_same(browsers, maya, dana, address):
    """Case 51: staff sign in elsewhere, and strangers learn nothing."""
    known, unknown = ask_there(browsers()), ask_there(browsers(), address)
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    assert len(books.rows(OutboxMessage)) == 1


def test_a_customer_of_another_company_gets_no_mail_of_this_one(browser, other_company, company):
    """Tenancy: the address is known, but not here."""
    cast.save(cast.harbor_view(other_company))
    assert ask_there(browser).status_code == 200
    assert books.rows(OutboxMessage) == []


def test_one_address_at_two_companies_signs_in_where_it_was_asked(
    browser, mail_server, other_company, dana
):
    there = cast.save(cast.harbor_view(other_company))
    ask_there(browser, where="/access/clearwater-plumbing")
    work_off_everything(work_one)
    (letter,) = mail_server.letters
    assert letter["From"].addresses[0].display_name == "Clearwater Plumbing"
    browser.post(path_in(letter))
    assert who_is(browser.cookies[cookie_name("customer")]).person_id == there.id


def test_two_customers_with_one_address_choose_between_them(browser, mail_server, company, dana):
    second = cast.save(cast.harbor_view(company, name="Harbor View Garage"))
    ask_there(browser)
    work_off_everything(work_one)
    (letter,) = mail_server.letters
    path = path_in(letter)
    page = browser.get(path).text
    assert "Harbor View Apartments" in page and "Harbor View Garage" in page
    browser.post(path, data={"account": f"{company.id}.{second.id}"})
    assert who_is(browser.cookies[cookie_name("customer")]).person_id == second.id


@pytest.mark.parametrize("slug", ["nobody", "bright heating", "%00", "%ff", "x" * 3000])
def test_an_unknown_company_is_not_found(any_database, browser, dana, slug):
    for answer in (
        browser.get(f"/access/{slug}"),
        browser.post(f"/access/{slug}", data={"email": DANA}),
        browser.post(f"/access/{slug}/code", data={"code": "123456"}),
    ):
        assert answer.status_code == 404
    assert books.rows(OutboxMessage) == []


@pytest.mark.parametrize("typed", ["", "dana", "@" * 300, None])
def test_what_is_no_address_is_said_so(browser, dana, typed):
    answer = browser.post(WHERE, data={} if typed is None else {"email": typed})
    assert answer.status_code == 422 and "such as name@example.com" in answer.text


def test_asking_here_counts_with_asking_anywhere(monkeypatch, browser, dana):
    """Case 51."""
    monkeypatch.setattr(asking, "_asking", Allowance(burst=2, per_minute=1))
    answers = [ask_there(browser), browser.post("/sign-in", data={"email": DANA})]
    assert [each.status_code for each in [*answers, ask_there(browser)]] == [200, 200, 429]


def test_a_scanner_that_opens_the_link_asks_for_nothing(browser, dana):
    """Case 28."""
    for _ in range(10):
        assert browser.get(WHERE).status_code == browser.head(WHERE).status_code == 200
    assert books.rows(OutboxMessage) == []


def test_headers_do_not_decide_where_the_link_leads(browser, mail_server, dana):
    """Case 31."""
    evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Origin": "null"}
    browser.post(WHERE, data={"email": DANA}, headers=evil)
    work_off_everything(work_one)
    assert "evil.example" not in mail_server.letters[0].as_string()
    assert settings().base_url in mail_server.letters[0].get_body(("plain",)).get_content()


def test_the_code_of_the_letter_signs_in_too(browser, mail_server, dana):
    ask_there(browser)
    work_off_everything(work_one)
    code = code_in(mail_server.letters[0])
    answer = browser.post(f"{WHERE}/code", data={"code": code})
    assert (answer.status_code, answer.headers["location"]) == (303, "/portal/")


# ── Companies without a portal ──────────────────────────────────────────────────────────────

CLOSED = ({"portal_enabled": False}, {"plan": Plan.STARTER})


@pytest.mark.parametrize("how", CLOSED)
def test_without_a_portal_the_page_says_whom_to_ask(browser, company, dana, how):
    close_portal(company, **how)
    for answer in (
        browser.get(WHERE),
        ask_there(browser),
        browser.post(f"{WHERE}/code", data={"code": "123456"}),
    ):
        assert answer.status_code == 403
        assert "Bright Heating Co. has no online portal at the moment" in answer.text
        assert "mailto:office@brightheating.example" in answer.text
        assert "tel:+12125550142" in answer.text
    assert books.rows(OutboxMessage) == []


@pytest.mark.parametrize("plan", [Plan.PRO, Plan.ENTERPRISE])
def test_pro_and_above_have_one(browser, company, plan):
    close_portal(company, plan=plan)
    assert browser.get(WHERE).status_code == 200
