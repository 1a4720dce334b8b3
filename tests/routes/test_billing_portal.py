"""View: the plain address that leads staff on to Stripe's billing portal of a customer."""

import pytest

from fsm_portal.domain.customer import Customer
from tests import cast
from tests.portal.people import session_cookie


def opened(browsers, person, path: str, **headers: str):
    browser = browsers()
    if person is not None:
        name, _, value = session_cookie(person).partition("=")
        browser.cookies.set(name, value)
    return browser.get(path, headers=headers)


@pytest.fixture
def address(dana: Customer) -> str:
    return f"/billing-portal/customers/{dana.id}"


def test_nobody_is_led_to_the_sign_in_page(browsers, dana, address):
    assert opened(browsers, None, address).headers["location"] == "/sign-in"
    assert opened(browsers, dana, address).headers["location"] == "/sign-in"


def test_a_technician_and_another_company_get_the_same_as_for_nobody(
    browsers, maya, tom, dana, other_company, address
):
    """Case 35: the identical answer."""
    priya = cast.save(cast.priya(other_company))
    answers = [
        opened(browsers, tom, address),
        opened(browsers, priya, address),
        opened(browsers, maya, "/billing-portal/customers/" + "0" * 32),
        opened(browsers, maya, "/billing-portal/customers/.."),
        opened(browsers, tom, "/billing-portal/stripe/cus_1"),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers[:3]}) == 1


def test_whoever_is_not_linked_has_no_page(any_database, browsers, maya, dana, address):
    answer = opened(browsers, maya, address)
    assert answer.status_code == 502
    assert "not linked to a customer at Stripe" in answer.text


def test_no_other_site_sends_staff_there(browsers, maya, dana, address):
    answer = opened(browsers, maya, address, **{"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403


def test_the_statement_of_a_customer_is_for_staff_of_their_company(
    any_database, browsers, maya, tom, dana, other_company
):
    """Case 35: with the paper."""
    path = f"/documents/customers/{dana.id}/statement.pdf?period=all"
    priya = cast.save(cast.priya(other_company))
    for person in (maya, tom):
        answer = opened(browsers, person, path)
        assert answer.headers["content-type"] == "application/pdf"
    for person in (dana, priya):
        assert opened(browsers, person, path).status_code == 404
    assert opened(browsers, maya, path.replace("all", "often")).status_code == 400
