"""Signing in: a link by mail, one press, one session."""

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from sqlalchemy import text
from sqlalchemy import update as sqlalchemy_update

from fsm_portal.config import settings
from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.login_link import LoginLink, Purpose
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.domain.session import LoginSession
from fsm_portal.domain.staff import Staff
from fsm_portal.domain.tables import metadata
from fsm_portal.domain.topic import session_topic
from fsm_portal.flows import login_links
from fsm_portal.flows.access.end_access import end_customers_access
from fsm_portal.flows.identity import cookie_name, sessions_alive, who_is
from fsm_portal.flows.login_links import make_link, use
from fsm_portal.flows.work_outbox import work_one
from fsm_portal.gateways.tokens import hash_token
from fsm_portal.routes import asking
from fsm_portal.routes.asking import BROWSER_COOKIE
from fsm_portal.routes.rate_limit import Allowance
from tests import cast
from tests.flows import books
from tests.flows.postbox import work_off_everything
from tests.flows.unguarded import drop_guards
from tests.gateways.mail_server import MailServer
from tests.invoices import write_invoice

DANA = "dana@harborview.example"


def link_for(person, **how) -> str:
    """The path of a new link, as it came with an invoice unless told otherwise."""
    who = {"staff_id": person.id} if isinstance(person, Staff) else {"customer_id": person.id}
    how.setdefault("purpose", Purpose.INVOICE)
    with unit_of_work() as session:
        address, _ = make_link(session, company_id=person.company_id, **who, **how)
    return address.removeprefix(settings().base_url)


def sign_in_as(browser, person) -> str:
    """Press Continue on a new link; the session cookie's value."""
    assert browser.post(link_for(person)).status_code == 303
    audience = "staff" if isinstance(person, Staff) else "customer"
    return browser.cookies[cookie_name(audience)]


@pytest.fixture
def ask(mail_server: MailServer) -> Callable[..., str]:
    """``ask(browser, address)``: ask for a link; the path of the one that came by mail."""

    def for_link(browser, address: str = DANA, **headers: str) -> str:
        answer = browser.post("/sign-in", data={"email": address}, headers=headers)
        assert answer.status_code == 200
        work_off_everything(work_one)
        letter = mail_server.letters[-1]
        assert letter["To"].addresses[0].addr_spec == address
        return path_in(letter)

    return for_link


def path_in(letter) -> str:
    plain = letter.get_body(("plain",)).get_content()
    (path,) = set(re.findall(rf"{settings().base_url}(/sign-in/\S+)", plain))
    return path


def code_in(letter) -> str:
    (code,) = re.findall(r"^(\d{6})\r?$", letter.get_body(("plain",)).get_content(), re.MULTILINE)
    return code


# ── Looking changes nothing ─────────────────────────────────────────────────────────────────


def test_a_mail_scanner_spends_nothing(browser, dana):
    """Case 28: GET and HEAD, ten times each; a person's press works afterwards."""
    path = link_for(dana)
    for _ in range(10):
        assert browser.get(path).status_code == 200
        assert browser.head(path).status_code == 200
    assert not browser.cookies
    (link,) = books.rows(LoginLink)
    assert (link.used_at, books.rows(LoginSession)) == (None, [])

    assert browser.post(path).status_code == 303
    assert who_is(browser.cookies[cookie_name("customer")]).name == "Harbor View Apartments"


def test_the_page_names_who_signs_in_where_and_keeps_the_address_to_itself(browser, dana):
    page = browser.get(link_for(dana))
    assert "Harbor View Apartments" in page.text and "Bright Heating Co." in page.text
    assert "d***@harborview.example" in page.text and DANA not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert 'method="post"' in page.text.lower()


def test_one_press_opens_one_session_that_scripts_cannot_read(browser, dana):
    answer = browser.post(link_for(dana))
    assert (answer.status_code, answer.headers["location"]) == (303, "/portal/")
    (cookie,) = answer.headers.get_list("set-cookie")
    assert cookie.startswith(f"{cookie_name('customer')}=")
    for wanted in ("HttpOnly", "SameSite=lax", "Path=/", "expires="):
        assert wanted in cookie
    assert "Secure" not in cookie  # on loopback there is no https


def test_on_https_the_cookie_is_secure(secrets, browsers, dana):
    secrets.setenv("FSM_BASE_URL", "https://pay.brightheating.example")
    settings.cache_clear()
    answer = browsers().post(link_for(dana))
    assert "Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize("path", ["/portal/invoices/{}/", "/portal/"])
def test_the_link_of_an_invoice_leads_to_it(browser, company, dana, path):
    invoice = write_invoice(company, dana)
    about = {"invoice_id": invoice.id} if "{}" in path else {}
    answer = browser.post(link_for(dana, **about))
    assert answer.headers["location"] == path.format(invoice.id)


def test_staff_come_to_their_dashboard(browser, maya):
    assert browser.post(link_for(maya)).headers["location"] == "/dashboard/"
    assert browser.get("/").headers["location"] == "/dashboard/"


# ── Once ────────────────────────────────────────────────────────────────────────────────────


def test_a_used_link_offers_a_fresh_one(browsers, dana):
    path = link_for(dana)
    browsers().post(path)
    late = browsers()
    for answer in (late.get(path), late.post(path)):
        assert answer.status_code == 410
        assert "already been used" in answer.text and f"{path}/fresh" in answer.text
    assert cookie_name("customer") not in late.cookies


def press_at_once(browsers, path, times=10):
    together = Barrier(times)

    def press(browser):
        together.wait(10)
        return browser.post(path).status_code

    with ThreadPoolExecutor(times) as threads:
        return sorted(threads.map(press, [browsers() for _ in range(times)]))


def all_look_before_any_acts(monkeypatch, times=10, wait=0.5):
    """Where that can be: each has seen the link unused before one of them uses it."""
    seen, state = Barrier(times), use.state_of

    def state_and_wait(*about):
        found = state(*about)
        with suppress(BrokenBarrierError):
            seen.wait(wait)
        return found

    monkeypatch.setattr(use, "state_of", state_and_wait)


def test_ten_presses_in_the_same_moment_are_one_session(any_database, monkeypatch, browsers, dana):
    """Invariant G."""
    path = link_for(dana)
    all_look_before_any_acts(monkeypatch)
    assert press_at_once(browsers, path) == [303] + [410] * 9
    assert len(books.rows(LoginSession)) == 1


def test_control_without_the_guard_every_press_is_a_session(
    postgres_database, monkeypatch, browsers
):
    """Invariant G's control: the condition on the update, and the key behind it, are the guard."""
    drop_guards(postgres_database)
    dana = cast.save(cast.harbor_view(cast.save(cast.bright_heating())))
    path = link_for(dana)
    all_look_before_any_acts(monkeypatch, wait=10)
    monkeypatch.setattr(use, "update", _UpdateThatDoesNotAsk)
    assert press_at_once(browsers, path) == [303] * 10
    assert len(books.rows(LoginSession)) == 10


def test_a_link_that_ends_between_the_look_and_the_press_signs_nobody_in(
    postgres_database, monkeypatch, browser, dana
):
    """The customer's address is changed in that very moment."""
    path, state = link_for(dana), use.state_of

    def state_then_change(*about):
        found = state(*about)
        with unit_of_work() as session:
            end_customers_access(session, dana.company_id, dana.id)
        return found

    monkeypatch.setattr(use, "state_of", state_then_change)
    assert browser.post(path).status_code == 410
    assert books.rows(LoginSession) == []


class _UpdateThatDoesNotAsk:
    """An UPDATE that forgets "where it has not been used"."""

    def __init__(self, table) -> None:
        self.table = table

    def where(self, *conditions):
        kept = [condition for condition in conditions if "used_at" not in str(condition)]
        return sqlalchemy_update(self.table).where(*kept)


# ── In time ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("seconds", "status"), [(599, 303), (601, 410)])
def test_a_requested_link_is_good_for_ten_minutes(clock, browser, ask, dana, seconds, status):
    """Case 30."""
    path = ask(browser)
    clock.move(seconds=seconds)
    assert browser.post(path).status_code == status


@pytest.mark.parametrize(("hours", "status"), [(71.99, 303), (72.01, 410)])
def test_an_invoices_link_is_good_for_three_days(clock, browser, dana, hours, status):
    """Case 30."""
    path = link_for(dana)
    clock.move(hours=hours)
    assert browser.post(path).status_code == status


def test_a_newer_link_takes_the_place_of_an_older_one(browser, ask, dana):
    """Case 30."""
    older, newer = ask(browser), ask(browser)
    answer = browser.get(older)
    assert (answer.status_code, "A newer link has been sent" in answer.text) == (410, True)
    assert browser.post(newer).status_code == 303


def test_links_of_two_invoices_do_not_push_each_other_out(browser, company, dana):
    """Case 30: each mail's button works."""
    first, second = (write_invoice(company, dana, number=number) for number in ("A-1", "A-2"))
    paths = [link_for(dana, invoice_id=invoice.id) for invoice in (first, second)]
    assert [browser.post(path).status_code for path in paths] == [303, 303]


def test_a_fresh_link_is_one_click_away_and_goes_to_the_same_address(
    clock, browser, mail_server, company, dana
):
    """Case 30."""
    invoice = write_invoice(company, dana)
    old = link_for(dana, invoice_id=invoice.id)
    clock.move(days=4)
    assert browser.get(old).status_code == 410
    answer = browser.post(f"{old}/fresh")
    assert answer.status_code == 200
    # As its page had said before: whose it is, and where the letter goes.
    for said in (company.name, "on its way to <strong>d***@harborview.example</strong>"):
        assert said in answer.text
    assert "If we know" not in answer.text and DANA not in answer.text
    work_off_everything(work_one)
    (letter,) = mail_server.letters
    assert letter["To"].addresses[0].addr_spec == DANA
    answer = browser.post(path_in(letter))
    assert answer.headers["location"] == f"/portal/invoices/{invoice.id}/"


def test_an_unknown_link_is_not_found_and_causes_no_mail(browser, dana):
    for path in ("/sign-in/made-up", "/sign-in/" + "a" * 3_000, "/sign-in/%00", "/sign-in/%ff"):
        assert browser.get(path).status_code == browser.post(path).status_code == 404
        answer = browser.post(f"{path}/fresh")
        assert answer.status_code == 200 and "If we know this address" in answer.text
    assert books.rows(OutboxMessage) == [] and books.rows(LoginSession) == []


# ── In the right browser ────────────────────────────────────────────────────────────────────


def test_a_scanner_that_submits_the_form_gets_no_session(browsers, ask, dana):
    """Case 29: the link was asked for in a browser, and the scanner is not that browser."""
    asking, scanner = browsers(), browsers()
    path = ask(asking)
    assert scanner.get(path).status_code == 410
    assert scanner.post(path).status_code == 410
    scanner.cookies.set(BROWSER_COOKIE, "made-up")
    assert "asked for in another browser" in scanner.post(path).text
    assert books.rows(LoginSession) == []

    assert asking.get(path).status_code == 200
    assert asking.post(path).status_code == 303


def test_someone_elses_link_names_the_account_and_switches_only_by_a_press(
    browser, company, dana, northwind_dental, rung
):
    """Case 33."""
    cookie = sign_in_as(browser, dana)
    attackers = link_for(northwind_dental)
    page = browser.get(attackers)
    assert "Northwind Dental Group" in page.text and "Harbor View Apartments" in page.text
    assert who_is(cookie).name == "Harbor View Apartments"

    browser.post(attackers)
    assert who_is(browser.cookies[cookie_name("customer")]).name == "Northwind Dental Group"
    assert who_is(cookie) is None  # not two people in one browser
    assert [topic for rings in rung for topic in rings if topic.startswith("session:")]


def test_the_same_person_at_another_company_is_another_account(browser, dana, other_company):
    """Case 33: one address, two companies; the page says which session ends."""
    sign_in_as(browser, dana)
    dana_there = cast.save(cast.harbor_view(other_company, name="Harbor View Ltd."))
    page = browser.get(link_for(dana_there)).text
    assert "Sign in to Clearwater Plumbing" in page and "Harbor View Ltd." in page
    assert "Harbor View Apartments is signed in now" in page
    assert "is signed in now" not in browser.get(link_for(dana)).text


def test_staff_and_customer_in_two_windows_of_one_browser_both_stay(browser, maya, dana):
    """A newcomer tries both sides in one browser."""
    office = sign_in_as(browser, maya)
    page = browser.get(link_for(dana)).text
    assert "is signed in now" not in page
    customer = sign_in_as(browser, dana)
    assert (who_is(office).name, who_is(customer).name) == ("Maya Ortiz", "Harbor View Apartments")

    browser.post("/sign-out")
    assert who_is(office) is None and who_is(customer) is None


def test_another_sites_page_cannot_press_the_button(browser, dana, northwind_dental):
    """Case 33: a form on a foreign page that posts to the attacker's own link."""
    cookie = sign_in_as(browser, dana)
    answer = browser.post(link_for(northwind_dental), headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert who_is(cookie).name == "Harbor View Apartments"
    assert browser.post("/sign-out", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert who_is(cookie) is not None


# ── Signed out ──────────────────────────────────────────────────────────────────────────────


def test_signing_out_ends_the_session_everywhere(browser, browsers, dana, rung):
    """Case 34: a copy of the cookie is worth nothing, and open tabs are told."""
    cookie = sign_in_as(browser, dana)
    session_id = who_is(cookie).session_id
    answer = browser.post("/sign-out")
    assert answer.status_code == 200 and cookie_name("customer") not in browser.cookies
    assert session_topic(session_id) in rung[-1]
    copy = browsers()
    copy.cookies.set(cookie_name("customer"), cookie)
    assert copy.get("/").headers["location"] == "/sign-in"
    assert (who_is(cookie), sessions_alive([session_id])) == (None, {})


def test_signing_out_twice_or_without_a_session_is_harmless(browser, dana):
    assert browser.post("/sign-out").status_code == 200
    sign_in_as(browser, dana)
    assert browser.post("/sign-out").status_code == browser.post("/sign-out").status_code == 200


def test_a_deactivated_member_of_staff_is_out_at_once(browser, maya, mail_server):
    """Case 34: session, old links and fresh ones alike."""
    cookie, unused = sign_in_as(browser, maya), link_for(maya)
    session_id = who_is(cookie).session_id
    with unit_of_work() as session:
        session.get_one(Staff, (maya.company_id, maya.id)).deactivated_at = now()

    assert (who_is(cookie), sessions_alive([session_id])) == (None, {})
    assert browser.get(unused).status_code == browser.post(unused).status_code == 404
    browser.post(f"{unused}/fresh")
    browser.post("/sign-in", data={"email": maya.email})
    work_off_everything(work_one)
    assert mail_server.letters == []


def test_a_session_ends_by_itself(clock, browser, dana):
    cookie = sign_in_as(browser, dana)
    clock.move(days=29, hours=23)
    assert who_is(cookie) is not None
    clock.move(hours=2)
    assert who_is(cookie) is None


# ── Asking for a link ───────────────────────────────────────────────────────────────────────


def test_the_answer_is_the_same_for_unknown_addresses(browsers, dana):
    """Case 51, invariant I."""
    known = browsers().post("/sign-in", data={"email": DANA})
    unknown = browsers().post("/sign-in", data={"email": "nobody@harborview.example"})
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    assert set(known.headers) == set(unknown.headers)


def test_it_takes_as_long_too(monkeypatch, browsers, dana):
    """Invariant I: only for an address that is known a mail is queued, or a try at a code kept."""
    monkeypatch.setattr(asking, "ANSWERS_AFTER", 0.3)
    for email in (DANA, "nobody@harborview.example"):
        browser = browsers()
        for path, form in (
            ("/sign-in", {"email": email}),
            ("/access/bright-heating", {"email": email}),
            ("/sign-in/code", {"code": "123456"}),
        ):
            began = time.monotonic()
            browser.post(path, data=form)
            assert time.monotonic() - began >= 0.3, (email, path)


@pytest.mark.parametrize("typed", ["", "dana", "@" * 300, None])
def test_what_is_no_address_is_said_so(browser, typed):
    answer = browser.post("/sign-in", data={} if typed is None else {"email": typed})
    assert answer.status_code == 422
    assert "such as name@example.com" in answer.text


@pytest.mark.parametrize("typed", ["<script>@x.example", "a@b\x00", "ä@b", "'@--", "a@b" * 80])
def test_a_strange_address_is_an_unknown_one(any_database, browser, dana, typed):
    answer = browser.post("/sign-in", data={"email": typed})
    assert answer.status_code == 200
    assert "<script>" not in answer.text
    assert books.rows(OutboxMessage) == []


def test_headers_do_not_decide_where_a_link_leads(browser, ask, dana):
    """Case 31: the configured address is in the mail, whatever Host and its friends say."""
    evil = {
        "Host": "evil.example",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "Origin": "https://evil.example",
        "Forwarded": "host=evil.example",
    }
    assert browser.post(ask(browser, **evil)).status_code == 303


def test_one_browser_gets_three_mails_in_ten_minutes(clock, browser, mail_server, dana):
    """Case 51."""
    for _ in range(5):
        browser.post("/sign-in", data={"email": DANA})
        work_off_everything(work_one)
    assert len(mail_server.letters) == 3
    clock.move(minutes=10)
    browser.post("/sign-in", data={"email": DANA})
    work_off_everything(work_one)
    assert len(mail_server.letters) == 4


@pytest.mark.parametrize("where", ["/sign-in", "/access/bright-heating"])
def test_a_double_click_is_one_mail(browser, mail_server, dana, where):
    """The browser throws the first answer away, and its cookie: so that came with the form."""
    browser.get(where)
    known_as = browser.cookies[BROWSER_COOKIE]
    for _ in range(2):
        browser.post(where, data={"email": DANA})
    assert browser.cookies[BROWSER_COOKIE] == known_as
    work_off_everything(work_one)
    assert len(mail_server.letters) == 1
    browser.post(where, data={"email": DANA})
    work_off_everything(work_one)
    assert len(mail_server.letters) == 2, "asked again once it has left, it is sent again"


def test_one_address_gets_ten_mails_in_ten_minutes(clock, browsers, mail_server, dana):
    """Case 51: however many browsers ask."""
    for _ in range(20):
        browsers().post("/sign-in", data={"email": DANA})
    work_off_everything(work_one)
    assert len(mail_server.letters) == 10
    clock.move(minutes=10)
    browsers().post("/sign-in", data={"email": DANA})
    work_off_everything(work_one)
    assert len(mail_server.letters) == 11


def test_a_stranger_who_types_the_address_ends_nothing_and_takes_no_turn(browsers, ask, dana):
    own, stranger = browsers(), browsers()
    path = ask(own)
    for _ in range(3):
        ask(stranger)
    stranger.post("/sign-in", data={"email": DANA})
    assert own.get(path).status_code == 200
    newer = ask(own)
    assert own.post(path).status_code == 410
    assert own.post(newer).status_code == 303


def test_a_thousand_requests_from_one_client_are_capped(monkeypatch, browsers, dana):
    """Case 51: whichever addresses they name and whoever they claim to be."""
    monkeypatch.setattr(asking, "_asking", Allowance(burst=5, per_minute=1))
    asked = []
    monkeypatch.setattr(login_links, "request_link", lambda email, *_: asked.append(email))
    one = browsers("203.0.113.9")
    answers = [
        one.post(
            "/sign-in",
            data={"email": f"guest{number}@hotel.example"},
            headers={"X-Forwarded-For": f"192.0.2.{number % 250}"},
        )
        for number in range(100)
    ]
    assert len(asked) == 5
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 95
    assert len({answer.text for answer in answers[5:]}) == 1
    assert answers[-1].headers["retry-after"] == "60"
    assert browsers("203.0.113.10").post("/sign-in", data={"email": DANA}).status_code == 200


def test_asking_for_fresh_links_is_capped_too(monkeypatch, browser, dana):
    """Case 51."""
    monkeypatch.setattr(asking, "_asking", Allowance(burst=1, per_minute=1))
    path = link_for(dana)
    assert [browser.post(f"{path}/fresh").status_code for _ in range(2)] == [200, 429]


# ── What is stored ──────────────────────────────────────────────────────────────────────────


def test_the_database_holds_hashes_only(any_database, browser, ask, dana):
    """Case 32: with all of it in hand nobody can sign in."""
    unused = ask(browser).rpartition("/")[2]
    used = link_for(dana).rpartition("/")[2]
    browser.post(f"/sign-in/{used}")
    own = [browser.cookies[name] for name in (cookie_name("customer"), BROWSER_COOKIE)]

    dump = everything_stored()
    assert hash_token(unused) in dump and hash_token(used) in dump
    for secret in (unused, used, *own, *own[0].split(".")[1:]):
        assert secret not in dump
    # A hash is no token either.
    assert browser.post(f"/sign-in/{hash_token(unused)}").status_code == 404


def everything_stored() -> str:
    with reading() as session:
        connection = session.connection()
        return "\n".join(
            str(tuple(row))
            for table in metadata.sorted_tables
            for row in connection.execute(text(f'SELECT * FROM "{table.name}"'))
        )
