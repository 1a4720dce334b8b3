"""A new company signs itself up: one form, one letter, and the same answer for every address."""

from datetime import timedelta

import pytest
from sqlmodel import select

from fsm_portal.config import settings
from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain import clock
from fsm_portal.domain.company import Company
from fsm_portal.domain.staff import Role, Staff
from fsm_portal.flows.identity import cookie_name, who_is
from fsm_portal.flows.prune import prune
from fsm_portal.flows.settings.company import COMPANY
from fsm_portal.flows.settings.keep import keep
from fsm_portal.flows.signing_up.setup import STEPS, go_on, put_away, setup_of
from fsm_portal.gateways.places import country_of, currency_of, locale_of, time_zone_of
from fsm_portal.routes import asking
from fsm_portal.routes import sign_up as route
from fsm_portal.routes.rate_limit import Allowance
from tests.flows.postbox import work_off_everything
from tests.routes.test_sign_in import code_in, path_in

ANA = "ana@silveroak.example"
TYPED = {
    "name": "Ana Díaz",
    "email": ANA,
    "company": "Silver Oak Landscaping",
    "country": "US",
}


@pytest.fixture(autouse=True)
def open_to_all(environment, monkeypatch):
    """The operator lets companies sign up; the limit of one client is a test's of its own."""
    environment.setenv("FSM_SIGN_UP", "true")
    settings.cache_clear()
    monkeypatch.setattr(route, "_signing_up", Allowance(burst=10_000, per_minute=10_000))
    monkeypatch.setattr(asking, "_asking", Allowance(burst=10_000, per_minute=10_000))


@pytest.fixture
def sign_up(mail_server):
    """``sign_up(browser, ...)``: send the form; the letter that came of it."""

    def send(browser, **typed):
        form = TYPED | typed
        seen = len(mail_server.letters)
        answer = browser.post("/sign-up", data=form)
        assert answer.status_code == 200, answer.text
        assert "Look into your mail" in answer.text
        work_off_everything()
        letters = mail_server.letters[seen:]
        assert len(letters) == 1
        return letters[0]

    return send


def companies() -> list[Company]:
    with reading() as session:
        return list(session.exec(select(Company).order_by(Company.slug)).all())


def staff_of(company: Company) -> list[Staff]:
    with reading() as session:
        return list(session.exec(select(Staff).where(Staff.company_id == company.id)).all())


def identity_in(browser):
    return who_is(browser.cookies.get(cookie_name("staff")))


def test_a_company_signs_up_confirms_by_mail_and_checks_what_was_guessed(browser, sign_up):
    letter = sign_up(browser, country="GB")
    assert letter["Subject"] == "Confirm your email address"
    (company,) = companies()
    assert (company.name, company.slug) == ("Silver Oak Landscaping", "silver-oak-landscaping")
    assert (company.currency, company.time_zone) == ("GBP", "Europe/London")
    assert company.locale == "en_GB"
    assert not company.can_take_payments
    (owner,) = staff_of(company)
    assert (owner.name, owner.email, owner.role) == ("Ana Díaz", ANA, Role.OWNER)

    path = path_in(letter)
    page = browser.get(path)
    assert "Silver Oak Landscaping" in page.text and identity_in(browser) is None
    pressed = browser.post(path)
    assert (pressed.status_code, pressed.headers["location"]) == (303, "/dashboard/welcome/")
    who = identity_in(browser)
    assert (who.name, who.role) == ("Ana Díaz", Role.OWNER)

    with reading() as session:
        texts = COMPANY.texts(session.get_one(Company, company.id))
    keep(who, COMPANY, texts, texts)
    with reading() as session:
        assert setup_of(session, session.get_one(Company, company.id)).done == ("company",)


def test_the_code_of_the_letter_does_it_too(browser, sign_up):
    letter = sign_up(browser)
    answer = browser.post("/sign-in/code", data={"code": code_in(letter)})
    assert answer.status_code == 303 and identity_in(browser).email == ANA


def test_a_known_address_has_the_same_answer_and_a_letter_that_says_so(
    browsers, sign_up, company, maya
):
    """Case 51: nobody learns from the page who has an account."""
    new, known = browsers(), browsers()
    of_new = new.post("/sign-up", data=TYPED).text.replace(ANA, "…")
    of_known = known.post("/sign-up", data=TYPED | {"email": maya.email}).text
    assert of_new == of_known.replace(maya.email, "…")
    work_off_everything()
    letter = sign_up(known, email=maya.email.upper(), company="Another One")
    assert letter["Subject"] == "You have an account already"
    assert "Bright Heating" not in letter.get_body(("plain",)).get_content()
    known.post(path_in(letter))
    assert identity_in(known).person_id == maya.id
    assert [each.slug for each in companies()] == ["bright-heating", "silver-oak-landscaping"]


def test_whoever_signs_up_again_before_confirming_has_one_company(browsers, sign_up):
    sign_up(browsers(), company="Silver Oka", country="US")
    ana = browsers()
    letter = sign_up(ana, company="Silver Oak Landscaping", country="CA")
    (company,) = companies()
    assert (company.name, company.currency) == ("Silver Oak Landscaping", "CAD")
    ana.post(path_in(letter))
    # From here on it is hers, and nobody overwrites it by signing up.
    sign_up(browsers(), company="Mine Now")
    assert [each.name for each in companies()] == ["Silver Oak Landscaping"]


def test_a_customer_of_somebody_may_have_a_company_too(browser, sign_up, company, dana):
    letter = sign_up(browser, email=dana.email, company="Harbor Cleaning")
    assert letter["Subject"] == "Confirm your email address"
    assert "harbor-cleaning" in [each.slug for each in companies()]


def test_two_companies_of_one_name_have_addresses_of_their_own(browsers, sign_up):
    sign_up(browsers())
    sign_up(browsers(), email="bo@silveroak.example")
    first, second = companies()
    assert first.slug == "silver-oak-landscaping"
    assert second.slug.startswith("silver-oak-landscaping-")


@pytest.mark.parametrize(
    ("field", "odd"),
    [
        ("name", ""),
        ("name", "Buy now https://evil.example"),
        ("company", "   "),
        ("company", "x" * 101),
        ("company", "www.evil.example"),
        ("email", "ana@"),
        ("email", "ana@silveroak.example, bo@x.example"),
        ("email", ""),
        ("country", "XX"),
        ("country", ""),
    ],
)
def test_a_mistake_is_said_beside_its_field_and_nothing_typed_is_lost(
    browser, mail_server, field, odd
):
    answer = browser.post("/sign-up", data=TYPED | {field: odd})
    assert answer.status_code == 422
    assert f'id="{field}-wrong"' in answer.text
    for name in {"name", "email", "company"} - {field}:
        assert TYPED[name] in answer.text
    assert companies() == []


def test_what_was_typed_stays_text(browser):
    """Case 43."""
    answer = browser.post("/sign-up", data=TYPED | {"name": '"><script>x</script>', "email": "x"})
    assert "<script>x" not in answer.text and "&lt;script&gt;x" in answer.text


def test_where_the_operator_does_not_want_it_there_is_no_such_page(browser, environment):
    for name, value in (("FSM_SIGN_UP", "false"), ("FSM_SIGN_UP", "")):
        if value:
            environment.setenv(name, value)
        else:
            environment.delenv(name)
        settings.cache_clear()
        assert browser.get("/sign-up").status_code == 404
        assert browser.post("/sign-up", data=TYPED).status_code == 404
        assert "/sign-up" not in browser.get("/sign-in").text
    assert companies() == []


def test_without_connect_there_is_room_for_one(browser, environment, sign_up):
    environment.setenv("FSM_STRIPE_CONNECT", "false")
    settings.cache_clear()
    assert "/sign-up" in browser.get("/sign-in").text
    sign_up(browser)
    assert browser.get("/sign-up").status_code == 404


def test_one_client_does_not_fill_the_house(browser, mail_server, monkeypatch):
    """Case 51."""
    monkeypatch.setattr(route, "_signing_up", Allowance(burst=5, per_minute=1))
    answers = [
        browser.post("/sign-up", data=TYPED | {"email": f"a{each}@b.example"}).status_code
        for each in range(8)
    ]
    assert answers == [200] * 5 + [429] * 3
    assert len(companies()) == 5


def test_one_address_is_not_mailed_again_and_again(browsers, mail_server):
    for _ in range(8):
        browsers().post("/sign-up", data=TYPED)
    work_off_everything()
    assert len(mail_server.letters) == 3


def test_what_nobody_confirmed_is_forgotten_after_a_week(browsers, sign_up, monkeypatch):
    ana = browsers()
    ana.post(path_in(sign_up(ana)))
    sign_up(browsers(), email="bo@nowhere.example", company="Nobody Came")
    assert prune().sign_ups == 0
    later = clock.now() + timedelta(days=400)  # also her session has long been pruned
    monkeypatch.setattr(clock, "_source", lambda: later)
    assert prune().sign_ups == 1
    assert [each.name for each in companies()] == ["Silver Oak Landscaping"]


def test_the_walk_goes_step_by_step_and_ends(browser, sign_up):
    browser.post(path_in(sign_up(browser)))
    who = identity_in(browser)
    visited, part = [], "company"
    while part:
        visited.append(part)
        part, topics = go_on(who, part)
        assert topics == {f"company:{who.company_id}"}
    assert visited == [part for part, _ in STEPS]
    with reading() as session:
        assert not setup_of(session, session.get_one(Company, who.company_id)).active
    with unit_of_work() as session:
        session.get_one(Company, who.company_id).set_up_at = None
    put_away(who)
    (company,) = companies()
    assert company.set_up_at is not None


@pytest.mark.parametrize(
    ("header", "guess"),
    [
        ("en-GB,en;q=0.9", ("GB", "GBP", "Europe/London", "en_GB")),
        ("de", ("DE", "EUR", "Europe/Berlin", "de_DE")),
        ("fr-CA,fr;q=0.8", ("CA", "CAD", "America/Toronto", "fr_CA")),
        ("", ("US", "USD", "America/New_York", "en_US")),
        ("*;q=0.1, xx-YY, %%%", ("US", "USD", "America/New_York", "en_US")),
        ("ja-JP", ("JP", "JPY", "Asia/Tokyo", "ja_JP")),
    ],
)
def test_what_is_guessed_from_a_browsers_language(header, guess):
    country = country_of(header)
    assert (
        country,
        currency_of(country),
        time_zone_of(country),
        locale_of(country, header),
    ) == guess


def test_every_country_has_a_currency_and_a_zone():
    from fsm_portal.flows.companies.company_details import currency, time_zone
    from fsm_portal.gateways.countries import country_codes

    for code in country_codes():
        assert currency(currency_of(code)) and time_zone(time_zone_of(code))
