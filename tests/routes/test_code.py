"""The six digits of a letter, typed in the browser that asked for it: and nowhere else."""

import logging
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from fsm_portal.config import settings
from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.login_link import LoginLink, Purpose
from fsm_portal.domain.session import LoginSession
from fsm_portal.flows.access.end_access import end_customers_access
from fsm_portal.flows.identity import cookie_name, who_is
from fsm_portal.flows.login_links import code as codes
from fsm_portal.flows.login_links import use_code
from fsm_portal.flows.work_outbox import work_one
from fsm_portal.gateways.tokens import hash_code, hash_token
from fsm_portal.routes import asking
from fsm_portal.routes.rate_limit import Allowance
from tests.flows import books
from tests.flows.postbox import work_off_everything
from tests.routes.test_sign_in import DANA, code_in, everything_stored, link_for, path_in

WHERE = "/sign-in/code"


@pytest.fixture(autouse=True)
def as_often_as_one_likes(monkeypatch):
    """The limit of one client is not what these are about."""
    monkeypatch.setattr(asking, "_trying", Allowance(burst=10_000, per_minute=10_000))
    monkeypatch.setattr(asking, "_asking", Allowance(burst=10_000, per_minute=10_000))


@pytest.fixture
def letter(mail_server):
    """``letter(browser)``: ask in a browser; the letter that came."""

    def ask_for_it(browser, address=DANA):
        assert browser.post("/sign-in", data={"email": address}).status_code == 200
        work_off_everything(work_one)
        return mail_server.letters[-1]

    return ask_for_it


def type_in(browser, code, **more):
    return browser.post(WHERE, data={"code": code, **more})


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_it_signs_in_where_it_was_asked_for(any_database, browser, letter, dana):
    code = code_in(letter(browser))
    answer = type_in(browser, f" {code[:3]} {code[3:]} ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/portal/")
    assert who_is(browser.cookies[cookie_name("customer")]).name == "Harbor View Apartments"


def test_the_letter_asked_for_afresh_leads_to_its_invoice(
    clock, browser, mail_server, company, dana
):
    """Case 30: the invoice's old link was opened; the code brings its reader there too."""
    from tests.invoices import write_invoice

    invoice = write_invoice(company, dana)
    old = link_for(dana, invoice_id=invoice.id)
    clock.move(days=4)
    browser.post(f"{old}/fresh")
    work_off_everything(work_one)
    answer = type_in(browser, code_in(mail_server.letters[0]))
    assert answer.headers["location"] == f"/portal/invoices/{invoice.id}/"


def test_it_is_of_no_use_in_any_other_browser(browsers, letter, dana):
    """Case 29: whoever reads the mail or listens at the phone does not have the browser."""
    asked_in, other, asked_for_another = browsers(), browsers(), browsers()
    code = code_in(letter(asked_in))
    letter(asked_for_another, "maya@brightheating.example")
    for browser in (other, asked_for_another):
        assert type_in(browser, code).status_code == 422
    other.cookies.set(asking.BROWSER_COOKIE, "made-up")
    assert type_in(other, code).status_code == 422
    assert books.rows(LoginSession) == []
    assert type_in(asked_in, code).status_code == 303


def test_the_code_of_another_link_is_wrong(browsers, letter, dana, northwind_dental):
    """Two letters that one browser asked for: it is the newest whose code is typed."""
    one = browsers()
    first, second = letter(one), letter(one, northwind_dental.email)
    assert type_in(one, code_in(first)).status_code == 422
    assert type_in(one, code_in(second)).status_code == 303
    assert who_is(one.cookies[cookie_name("customer")]).name == "Northwind Dental Group"


def test_link_and_code_are_one_key(browsers, letter, dana):
    """Invariant G: whichever comes first, the other is used."""
    one, two = browsers(), browsers()
    first, second = letter(one), letter(two)
    assert one.post(path_in(first)).status_code == 303
    assert type_in(one, code_in(first)).status_code == 422
    assert type_in(two, code_in(second)).status_code == 303
    assert two.post(path_in(second)).status_code == 303  # on to the portal: signed in already
    assert type_in(two, code_in(second)).status_code == 422
    assert len(books.rows(LoginSession)) == 2


def test_a_newer_letter_ends_the_older_ones_code(browser, letter, dana):
    """Case 30."""
    older, newer = code_in(letter(browser)), code_in(letter(browser))
    if older != newer:
        assert type_in(browser, older).status_code == 422
    assert type_in(browser, newer).status_code == 303


@pytest.mark.parametrize(("seconds", "status"), [(599, 303), (601, 422)])
def test_it_lives_as_long_as_its_link(clock, browser, letter, dana, seconds, status):
    """Case 30."""
    code = code_in(letter(browser))
    clock.move(seconds=seconds)
    assert type_in(browser, code).status_code == status


def test_after_five_wrong_ones_the_right_one_is_wrong_too(any_database, browser, letter, dana):
    """Case 51: a million codes cannot be tried. The letter's link still works."""
    sent = letter(browser)
    code = code_in(sent)
    answers = [type_in(browser, wrong(code)) for _ in range(5)]
    last = type_in(browser, code)
    assert {answer.status_code for answer in [*answers, last]} == {422}
    assert {answer.text for answer in answers} == {last.text}
    assert browser.post(path_in(sent)).status_code == 303


def test_tries_at_the_same_moment_are_counted_one_by_one(postgres_database, browser, letter, dana):
    """Case 51: fifty guesses at once are five."""
    code = code_in(letter(browser))
    browser_hash = hash_token(browser.cookies[asking.BROWSER_COOKIE])
    with ThreadPoolExecutor(16) as threads:
        found = list(
            threads.map(lambda _: use_code(browser_hash, wrong(code), "a test"), range(50))
        )
    assert found == [None] * 50
    assert the_link().code_tries == 5


def test_new_codes_are_no_new_tries_without_end(clock, browsers, letter, dana):
    """Case 51: whoever asks again and again gets twenty tries a day, then only links work."""
    for _ in range(4):
        stranger = browsers()
        code = code_in(letter(stranger))
        for _ in range(5):
            type_in(stranger, wrong(code))
    owner = browsers()
    sent = letter(owner)
    type_in(owner, wrong(code_in(sent)))
    assert type_in(owner, code_in(sent)).status_code == 422
    assert owner.post(path_in(sent)).status_code == 303

    clock.move(days=1, minutes=1)
    tomorrow = browsers()
    assert type_in(tomorrow, code_in(letter(tomorrow))).status_code == 303


def test_one_client_tries_ten_codes_a_minute(monkeypatch, browser, letter, dana):
    """Case 51."""
    monkeypatch.setattr(asking, "_trying", Allowance(burst=10, per_minute=10))
    code = code_in(letter(browser))
    assert [type_in(browser, "12345").status_code for _ in range(11)] == [422] * 10 + [429]
    assert type_in(browser, code).status_code == 429


def test_whether_the_address_is_known_does_not_show(browsers, letter, dana):
    """Case 51, invariant I: neither at the first wrong code nor at the sixth."""
    known, unknown = browsers(), browsers()
    code = code_in(letter(known))
    unknown.post("/sign-in", data={"email": "nobody@harborview.example"})
    for _ in range(6):
        one, other = type_in(known, wrong(code)), type_in(unknown, wrong(code))
        assert (one.status_code, one.text, set(one.headers)) == (
            other.status_code,
            other.text,
            set(other.headers),
        )


@pytest.mark.parametrize(
    "typed",
    ["", "12345", "1234567", "abcdef", "１２３４５６", "-12345", "1e5000", "\x00" * 6, None],
)
def test_what_is_no_code_is_a_wrong_one_and_no_try(browser, letter, dana, typed):
    letter(browser)
    answer = browser.post(WHERE, data={} if typed is None else {"code": typed})
    assert answer.status_code == 422
    assert the_link().code_tries == 0


def test_looking_at_the_page_of_codes_does_nothing(browser, letter, dana):
    """Case 28: there is nothing to GET."""
    letter(browser)
    assert browser.get(WHERE).status_code == 404  # nobody has a link of that name
    assert the_link().code_tries == 0


def test_another_sites_form_cannot_type_it(browser, letter, dana):
    """Case 33: the attacker's own code, posted from a foreign page."""
    code = code_in(letter(browser))
    answer = browser.post(WHERE, data={"code": code}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403 and books.rows(LoginSession) == []


def test_a_changed_address_ends_it(browser, letter, dana):
    """Case 34."""
    code = code_in(letter(browser))
    with unit_of_work() as session:
        end_customers_access(session, dana.company_id, dana.id)
    assert type_in(browser, code).status_code == 422


@pytest.mark.parametrize("purpose", [Purpose.INVOICE, Purpose.WELCOME, Purpose.OPERATOR])
def test_links_that_nobody_asked_for_have_none(browser, dana, purpose):
    link_for(dana, purpose=purpose, code="123456")
    assert the_link().code_hash is None


def test_a_dump_of_the_database_gives_no_code_away(any_database, browser, letter, dana):
    """Case 32: all million codes are tried against what is stored, with all that is stored."""
    code = code_in(letter(browser))
    link = the_link()
    dump = everything_stored()
    assert not re.search(rf"(?<!\d){code}(?!\d)", dump)
    secret = settings().secret_key.get_secret_value()
    assert link.code_hash == hash_code(code, link.token_hash, secret)
    for guess in (hash_token(code), hash_code(code, link.token_hash, "k" * 64)):
        assert guess not in dump


def test_no_log_has_it(browser, letter, dana, caplog):
    """Case 48."""
    with caplog.at_level(logging.DEBUG):
        code = code_in(letter(browser))
        type_in(browser, wrong(code))
        type_in(browser, code)
    # The mail server of the test is chatty about the letters that it takes.
    assert not [
        each for each in caplog.records if code in each.getMessage() and each.name[:4] != "mail"
    ]


def test_the_subject_does_not_have_it_either(browser, letter, dana):
    """Mail servers log subjects, and phones show them while they are locked."""
    sent = letter(browser)
    assert code_in(sent) not in sent["Subject"]


def test_control_without_its_limit_a_code_is_found(monkeypatch, browser, letter, dana):
    """The control of case 51: it is the count that keeps the thousandth guess from being right."""
    monkeypatch.setattr(codes, "MOST_TRIES", 10**6)
    monkeypatch.setattr(codes, "MOST_TRIES_A_DAY", 10**6)
    code = int(code_in(letter(browser)))
    guesses = [f"{(code + step) % 10**6:06d}" for step in range(-30, 1)]
    assert [type_in(browser, guess).status_code for guess in guesses] == [422] * 30 + [303]


def the_link() -> LoginLink:
    with reading() as session:
        return session.exec(select(LoginLink)).one()
