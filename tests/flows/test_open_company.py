"""An operator adds a company, and it can sign in and be paid."""

import pytest

from fsm_portal.config import settings
from fsm_portal.domain.company import Company
from fsm_portal.flows.login_links import find_people
from fsm_portal.flows.open_company import CannotOpen, all_companies, connect_account, open_company

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
        ({"currency": "EURO"}, "ISO 4217"),
        ({"time_zone": "Berlin"}, "Berlin"),
        ({"locale": "xx_YY"}, "xx_YY"),
        ({"owner_email": "sara"}, "not an email"),
    ],
)
def test_bad_input_is_answered_with_what_to_give_instead(
    database: object, wrong: dict[str, str], says: str
) -> None:
    with pytest.raises(CannotOpen, match=says):
        open_company(**{**MERIDIAN, **wrong})
    assert all_companies() == []


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
