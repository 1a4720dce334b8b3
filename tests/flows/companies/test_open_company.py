"""An operator adds a company, and it can sign in and be paid."""

import pytest

from fsm_portal.config import settings
from fsm_portal.domain.company import Company
from fsm_portal.flows.companies.open_company import (
    CannotOpen,
    all_companies,
    connect_account,
    open_company,
)
from fsm_portal.flows.login_links import find_people
from fsm_portal.gateways.countries import country_codes

MERIDIAN = {
    "slug": "meridian-electric",
    "name": "Meridian Electric",
    "owner_name": "Sara Lindqvist",
    "owner_email": "sara@meridian.example",
    "currency": "EUR",
    "country": "de",
    "time_zone": "Europe/Berlin",
    "locale": "de_DE",
}


def test_a_new_company_has_an_owner_who_can_be_sent_a_link(database: object) -> None:
    company = open_company(**MERIDIAN)

    assert [c.slug for c in all_companies()] == ["meridian-electric"]
    ((company_id, staff_id, customer_id),) = find_people("Sara@Meridian.example")
    assert (company_id, customer_id) == (company.id, None)
    assert staff_id is not None


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"slug": "Meridian Electric"}, "small letters"),
        ({"slug": ""}, "small letters"),
        ({"name": ""}, "The company's name is empty"),
        ({"name": "  "}, "The company's name is empty"),
        ({"name": "N" * 201}, "at most 200"),
        ({"name": "Two\nlines"}, "one line"),
        ({"owner_name": " "}, "The owner's name is empty"),
        ({"currency": "EURO"}, "ISO 4217.*such as USD"),
        ({"currency": ""}, "ISO 4217"),
        ({"currency": "XAU"}, "ISO 4217"),
        ({"country": "Germany"}, "ISO 3166.*such as US or GB"),
        ({"country": ""}, "ISO 3166"),
        ({"country": "UK"}, "'UK' is not an ISO 3166"),
        ({"country": "EU"}, "'EU' is not an ISO 3166"),
        ({"country": "ZZ"}, "ISO 3166"),
        ({"time_zone": "Berlin"}, "Berlin.*such as America/New_York"),
        ({"time_zone": ""}, "time zone"),
        # A folder of the zone database, and a path that leads out of it.
        ({"time_zone": "America"}, "'America' is not an IANA time zone"),
        ({"time_zone": "../etc/passwd"}, "time zone"),
        ({"time_zone": "localtime"}, "time zone"),
        ({"locale": "xx_YY"}, "xx_YY.*such as en_US"),
        ({"locale": ""}, "locale"),
        ({"owner_email": "sara"}, "not an email"),
        ({"owner_email": "sara@meridian.example, x@y.example"}, "not an email"),
    ],
)
def test_bad_input_is_answered_with_what_to_give_instead(
    database: object, wrong: dict[str, str], says: str
) -> None:
    with pytest.raises(CannotOpen, match=says):
        open_company(**{**MERIDIAN, **wrong})
    assert all_companies() == []


def test_every_mistake_is_named_at_once(database: object) -> None:
    with pytest.raises(CannotOpen) as refused:
        open_company(**{**MERIDIAN, "name": "", "country": "Deutschland", "locale": "German"})
    assert [line.split()[0] for line in str(refused.value).splitlines()] == [
        "The",
        "'Deutschland'",
        "'German'",
    ]


def test_what_is_given_is_written_down_in_its_usual_spelling(database: object) -> None:
    given = {"name": " Meridian Electric ", "currency": "eur", "country": "de", "locale": "de-DE"}
    company = open_company(**{**MERIDIAN, **given})
    assert (company.name, company.currency, company.country, company.locale) == (
        "Meridian Electric",
        "EUR",
        "DE",
        "de_DE",
    )


def test_every_country_of_iso_3166_can_be_given() -> None:
    assert len(country_codes()) == 249
    assert country_codes() >= {"US", "GB", "DE", "AQ", "PS", "TW", "VA", "SS", "CW"}


def test_the_same_slug_twice_is_refused(database: object) -> None:
    open_company(**MERIDIAN)
    with pytest.raises(CannotOpen, match="already"):
        open_company(**MERIDIAN)


def test_with_connect_a_company_is_never_paid_on_the_platforms_own_account(
    company: Company,
) -> None:
    assert settings().stripe_connect
    with pytest.raises(CannotOpen, match="FSM_STRIPE_CONNECT"):
        connect_account(company.slug, "platform")
    with pytest.raises(CannotOpen, match="acct_"):
        connect_account(company.slug, "../v1/accounts")
