"""One mailbox at several companies: one letter, a choice, and a session for what was chosen."""

import pytest

from fsm_portal.db import unit_of_work
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.login_link import LoginLink, Purpose
from fsm_portal.domain.session import LoginSession
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.customers.edit_customer import change_address
from fsm_portal.flows.identity import cookie_name, who_is
from fsm_portal.flows.work_outbox import work_one
from tests import cast
from tests.flows import books
from tests.flows.postbox import work_off_everything
from tests.routes.test_access import close_portal
from tests.routes.test_sign_in import DANA, code_in, link_for, path_in


@pytest.fixture
def there(other_company) -> Customer:
    """Dana, as a customer of Clearwater Plumbing."""
    return cast.save(cast.harbor_view(other_company, name="Harbor View (London)"))


@pytest.fixture
def ask(mail_server):
    """``ask(browser)``: ask at /sign-in; the one letter that came."""

    def for_letter(browser, address=DANA):
        before = len(mail_server.letters)
        assert browser.post("/sign-in", data={"email": address}).status_code == 200
        work_off_everything(work_one)
        (letter,) = mail_server.letters[before:]
        return letter

    return for_letter


def key_of(person: Customer | Staff) -> str:
    return f"{person.company_id}.{person.id}"


def signed_in(browser, audience="customer"):
    return who_is(browser.cookies.get(cookie_name(audience)))


def test_one_letter_names_all_and_wears_the_name_of_none(browser, ask, dana, there):
    letter = ask(browser, " DANA@HarborView.example ")
    assert letter["From"].addresses[0].display_name == "Customer portal"
    assert letter["Reply-To"] is None
    text = letter.get_body(("plain",)).get_content()
    assert "Bright Heating Co. and Clearwater Plumbing" in " ".join(text.split())


@pytest.mark.parametrize("chosen", ["dana", "there"])
def test_the_link_leads_to_the_choice_and_that_to_a_session(
    any_database, request, browser, ask, dana, there, chosen
):
    path = path_in(ask(browser))
    page = browser.get(path)
    assert page.status_code == 200 and "Choose a company" in page.text
    for name in ("Bright Heating Co.", "Harbor View Apartments", "Clearwater Plumbing"):
        assert name in page.text
    person = request.getfixturevalue(chosen)
    answer = browser.post(path, data={"account": key_of(person)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/portal/")
    assert signed_in(browser).person_id == person.id


def test_one_link_is_one_session_whatever_is_chosen(browser, ask, dana, there):
    """Invariant G: and each session has a link of its own."""
    path = path_in(ask(browser))
    assert browser.post(path, data={"account": key_of(there)}).status_code == 303
    browser.cookies.delete(cookie_name("customer"))
    assert browser.post(path, data={"account": key_of(dana)}).status_code == 410
    (session,) = books.rows(LoginSession)
    links = {(link.company_id, link.id): link for link in books.rows(LoginLink)}
    its_own = links[session.company_id, session.link_id]
    assert (its_own.customer_id, len(links)) == (there.id, 2)
    assert all(link.used_at is not None for link in links.values())


def test_who_has_chosen_comes_on_to_the_portal_by_the_same_link(browser, ask, dana, there):
    path = path_in(ask(browser))
    browser.post(path, data={"account": key_of(there)})
    assert browser.get(path).headers["location"] == "/portal/"


def test_the_code_leads_to_the_choice_too(browser, ask, dana, there):
    code = code_in(ask(browser))
    page = browser.post("/sign-in/code", data={"code": code})
    assert page.status_code == 200 and "Choose a company" in page.text
    assert books.rows(LoginSession) == [] and "set-cookie" not in page.headers
    answer = browser.post("/sign-in/code", data={"code": code, "account": key_of(there)})
    assert answer.status_code == 303 and signed_in(browser).person_id == there.id
    assert browser.post("/sign-in/code", data={"code": code}).status_code == 422


def test_staff_choose_their_desk(browser, ask, dana, other_company):
    """The same address is staff somewhere."""
    boss = cast.save(cast.priya(other_company, email=DANA))
    path = path_in(ask(browser))
    assert "Priya Nair, staff" in browser.get(path).text
    answer = browser.post(path, data={"account": key_of(boss)})
    assert answer.headers["location"] == "/dashboard/"
    assert signed_in(browser, "staff").person_id == boss.id


def test_with_one_account_there_is_nothing_to_choose(browser, ask, dana, company):
    path = path_in(ask(browser))
    assert not path.endswith("/choose")
    assert "Sign in to Bright Heating Co." in browser.get(path).text


# ── Nothing but one's own ───────────────────────────────────────────────────────────────────


def test_an_account_of_another_address_is_not_found_and_the_link_is_not_used(
    browser, ask, dana, there, northwind_dental, maya
):
    """Case 35, 38: what the form says gives nobody any right."""
    path = path_in(ask(browser))
    for person in (northwind_dental, maya):
        assert browser.post(path, data={"account": key_of(person)}).status_code == 404
    for made_up in ("x", ".", f"{dana.company_id}.", "0" * 65, f"{there.company_id}.{dana.id}"):
        assert browser.post(path, data={"account": made_up}).status_code == 404
    assert books.rows(LoginSession) == []
    assert browser.post(path, data={"account": key_of(dana)}).status_code == 303


@pytest.mark.parametrize("purpose", [Purpose.INVOICE, Purpose.WELCOME, Purpose.OPERATOR])
def test_a_link_that_may_be_passed_on_lets_nobody_choose(browser, dana, there, purpose):
    """An invoice goes on to a bookkeeper, an operator's link is handed over: for one account."""
    path = link_for(dana, purpose=purpose)
    for where in (path, f"{path}/choose"):
        assert "Clearwater" not in browser.get(where).text
        assert browser.post(where, data={"account": key_of(there)}).status_code == 404
    browser.post(path)
    assert signed_in(browser).person_id == dana.id


def test_a_stranger_with_letters_that_look_alike_is_no_second_account(
    any_database, browser, ask, company, other_company
):
    """The Kelvin sign becomes a plain k in whole Unicode: another mailbox all the same."""
    cast.save(cast.harbor_view(company, email="kim@larkspur.example"))
    cast.save(cast.harbor_view(other_company, email="\u212aim@larkspur.example", name="Stranger"))
    path = path_in(ask(browser, "kim@larkspur.example"))
    assert not path.endswith("/choose")


def test_in_another_browser_nobody_learns_which_companies(browsers, ask, dana, there):
    """Case 29."""
    path = path_in(ask(browsers()))
    scanner = browsers()
    for answer in (scanner.get(path), scanner.post(path, data={"account": key_of(dana)})):
        assert answer.status_code == 410
        assert "Bright Heating" not in answer.text and "Clearwater" not in answer.text
    assert books.rows(LoginSession) == []


def test_a_scanner_that_opens_the_choice_spends_nothing(browser, ask, dana, there):
    """Case 28."""
    path = path_in(ask(browser))
    for _ in range(10):
        assert browser.get(path).status_code == browser.head(path).status_code == 200
    assert browser.post(path, data={"account": key_of(dana)}).status_code == 303


def test_an_account_whose_address_has_changed_is_no_choice_any_more(browser, ask, dana, there):
    """Case 34: the new mailbox is somebody else's."""
    path = path_in(ask(browser))
    with unit_of_work() as session:
        change_address(
            session, session.get_one(Customer, (there.company_id, there.id)), "new@x.example"
        )
    assert browser.post(path, data={"account": key_of(there)}).status_code == 404


def test_a_fresh_letter_for_an_old_choice_is_a_choice_again(
    clock, browser, mail_server, ask, dana, there
):
    """Case 30."""
    old = path_in(ask(browser))
    clock.move(minutes=11)
    page = browser.get(old)
    assert page.status_code == 410 and f'action="{old}/fresh"' in page.text
    browser.post(f"{old}/fresh")
    work_off_everything(work_one)
    fresh = path_in(mail_server.letters[-1])
    assert fresh.endswith("/choose") and "Choose a company" in browser.get(fresh).text


# ── Companies without a portal ──────────────────────────────────────────────────────────────


def test_a_company_without_a_portal_is_no_choice(browser, ask, company, dana, there):
    close_portal(company)
    letter = ask(browser)
    assert letter["From"].addresses[0].display_name == "Clearwater Plumbing"
    browser.post(path_in(letter))
    assert signed_in(browser).person_id == there.id


def test_where_none_has_one_the_letter_says_whom_to_ask(browser, mail_server, company, dana):
    """The answer on screen is the same as always; the mailbox is told why."""
    close_portal(company)
    assert "If we know this address" in browser.post("/sign-in", data={"email": DANA}).text
    work_off_everything(work_one)
    (letter,) = mail_server.letters
    text = letter.get_body(("plain",)).get_content()
    assert "no online portal" in text and "office@brightheating.example" in text
    assert "/sign-in/" not in text and books.rows(LoginLink) == []


@pytest.mark.parametrize("purpose", [Purpose.INVOICE, Purpose.REQUESTED, Purpose.WELCOME])
def test_a_link_to_a_portal_that_was_closed_says_whom_to_ask_and_keeps(
    browser, company, dana, purpose
):
    path = link_for(dana, purpose=purpose)
    close_portal(company)
    for answer in (browser.get(path), browser.post(path)):
        assert answer.status_code == 403
        assert "mailto:office@brightheating.example" in answer.text
    assert books.rows(LoginSession) == []
    with unit_of_work() as session:
        session.get_one(Company, company.id).portal_enabled = True
    assert browser.post(path).status_code == 303


def test_staff_of_such_a_company_come_to_their_desk(browser, company, maya):
    close_portal(company)
    assert browser.post(link_for(maya)).headers["location"] == "/dashboard/"
