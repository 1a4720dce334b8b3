"""The customer's account: who they are, where they are signed in, and the ways to end that."""

from datetime import timedelta

import pytest

from fsm_portal.config import settings
from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.login_link import Purpose
from fsm_portal.domain.session import LoginSession
from fsm_portal.flows.identity import cookie_name, who_is
from fsm_portal.flows.login_links import SignedIn, make_link, use_link
from fsm_portal.gateways.tokens import hash_token
from fsm_portal.live import LiveTab
from fsm_portal.portal.account_page import AccountPage
from fsm_portal.portal.home_page import HomePage
from tests.flows import books
from tests.portal.addresses import HOME
from tests.portal.people import session_cookie

ACCOUNT = "/portal/account/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


def by_own_mail(customer, user_agent=FIREFOX) -> str:
    """The Cookie header of a browser that asked for its link, and used it."""
    with unit_of_work() as session:
        address, _ = make_link(
            session,
            company_id=customer.company_id,
            purpose=Purpose.REQUESTED,
            customer_id=customer.id,
            browser_hash=hash_token("this browser"),
        )
    signed_in = use_link(address.rpartition("/")[2], "this browser", user_agent)
    assert isinstance(signed_in, SignedIn)
    return f"{cookie_name('customer')}={signed_in.cookie}"


def id_of(cookie: str) -> str:
    return who_is(cookie.partition("=")[2]).session_id


def kept(session_id: str, company_id: str) -> LoginSession:
    with reading() as session:
        return session.get_one(LoginSession, (company_id, session_id))


def test_it_says_who_one_is_and_in_which_browsers(clock, dana, tab):
    session_cookie(dana)
    clock.move(hours=2)
    page = tab(None, ACCOUNT, by_own_mail(dana))
    view = page.view(AccountPage)
    assert (view.name, view.person) == ("Harbor View Apartments", "Dana Reyes")
    assert view.email == "dana@harborview.example"
    assert view.company.email == "office@brightheating.example"
    here, other = view.sessions
    assert (here.browser, here.here) == ("Firefox on Linux", True)
    assert (here.signed_in, other.signed_in) == (
        "Signed in 11:00\u202fAM",
        "Signed in 9:00\u202fAM",
    )
    assert (other.browser, other.here, other.seen) == ("A browser", False, "Last seen 9:00\u202fAM")


def test_nobody_elses_sessions_are_there(dana, northwind, other_companys_customer, tab):
    """Tenancy: neither a neighbour's nor those of the same address at another company."""
    session_cookie(northwind)
    session_cookie(other_companys_customer)
    assert len(tab(dana, ACCOUNT).view(AccountPage).sessions) == 1


def test_ending_one_locks_its_tabs_and_leaves_the_others(dana, tab):
    """Case 34."""
    phone = tab(dana, HOME)
    page = tab(dana, ACCOUNT)
    (other,) = [each for each in page.view(AccountPage).sessions if not each.here]
    page.call(AccountPage.sign_out_browser, {"session_id": other.id})
    phone.settle()
    assert phone.var(LiveTab, "signed_out") is True
    assert phone.view(HomePage).loaded is False, "nothing of it stays on the screen"
    page.wait_until(AccountPage, lambda view: len(view.sessions) == 1)
    assert page.var(LiveTab, "signed_out") is False
    phone.call(HomePage.on_load)
    assert phone.var(HomePage, "locked")


def test_somebody_elses_session_is_no_different_from_none(
    dana, northwind, other_companys_customer, maya, tab
):
    """Case 35: ids swapped."""
    page = tab(dana, ACCOUNT)
    cookies = [session_cookie(one) for one in (northwind, other_companys_customer, maya)]
    for session_id in [*map(id_of, cookies), "0" * 32, "", "x" * 5000, None, 5, {}, []]:
        page.call(AccountPage.sign_out_browser, {"session_id": session_id})
    assert [who_is(each.partition("=")[2]) is not None for each in cookies] == [True] * 3
    assert len(page.view(AccountPage).sessions) == 1


def test_signing_in_elsewhere_shows_at_once(dana, tab, server):
    page = tab(dana, ACCOUNT)
    with unit_of_work() as session:
        address, _ = make_link(
            session, company_id=dana.company_id, purpose=Purpose.INVOICE, customer_id=dana.id
        )
    other = tab(None, "/portal/")
    other.post(address.removeprefix(settings().base_url), follow_redirects=False)
    page.wait_until(AccountPage, lambda view: len(view.sessions) == 2)


def test_signing_out_everywhere_locks_every_tab_at_once(dana, northwind, tab):
    """Case 34: this browser's own too, and nobody else's."""
    here, phone, neighbour = tab(dana, ACCOUNT), tab(dana, HOME), tab(northwind, HOME)
    assert here.post("/sign-out/everywhere").status_code == 200
    for page in (here, phone, neighbour):
        page.settle()
    assert (here.var(LiveTab, "signed_out"), phone.var(LiveTab, "signed_out")) == (True, True)
    assert neighbour.var(LiveTab, "signed_out") is False


# ── Last seen ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("minutes", "noted"), [(9, False), (11, True)])
def test_a_visit_is_noted_at_most_every_ten_minutes(clock, dana, tab, minutes, noted):
    cookie = session_cookie(dana)
    session_id, began = id_of(cookie), clock.now
    clock.move(minutes=minutes)
    page = tab(None, HOME, cookie)
    page.navigate(ACCOUNT)
    page.wait_until(AccountPage, lambda view: view.loaded)
    for _ in range(100):
        seen = kept(session_id, dana.company_id).seen_at
        if seen != began or not noted:
            break
        page.settle()
    assert seen == (began + timedelta(minutes=minutes) if noted else began)


# ── Switch company ──────────────────────────────────────────────────────────────────────────


def test_the_other_companies_of_ones_own_mailbox_are_there(dana, other_companys_customer, tab):
    (other,) = tab(None, ACCOUNT, by_own_mail(dana)).view(AccountPage).elsewhere
    assert other.company == "Clearwater Plumbing"
    assert other.key == f"{other_companys_customer.company_id}.{other_companys_customer.id}"


def test_a_session_that_may_be_somebody_elses_learns_of_none(dana, other_companys_customer, tab):
    """An operator's link, or an invoice's that was passed on."""
    assert tab(dana, ACCOUNT).view(AccountPage).elsewhere == []


def test_nobody_gets_the_page(dana, maya, tab):
    """Case 37."""
    for cookie in ("", session_cookie(maya)):
        page = tab(None, ACCOUNT, cookie)
        page.call(AccountPage.sign_out_browser, {"session_id": id_of(session_cookie(dana))})
        assert page.var(AccountPage, "locked")
        assert "Harbor View" not in str(page.frames)
    assert all(one.ended_at is None for one in books.rows(LoginSession))
