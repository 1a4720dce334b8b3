"""Where no payment is taken, everybody reads what to do, and nobody that something is ill."""

import pytest

from fsm_portal.domain.clock import now
from fsm_portal.flows.paying.why_not_payable import what_stripe_needs, why_not_payable
from tests import cast


def test_where_payments_are_taken_nothing_is_said(environment):
    company = cast.bright_heating()
    assert why_not_payable(company) == ""
    assert what_stripe_needs(company) == ("", "")


def test_a_company_that_never_connected_is_told_how(environment):
    company = cast.bright_heating(stripe_account_id=None)
    title, text = what_stripe_needs(company)
    assert title == "Customers cannot pay online yet"
    assert "Settings, Payment processing" in text
    assert "does not take payments online yet" in why_not_payable(company)


def test_an_account_that_was_disconnected_can_be_connected_again(environment):
    """Case 27."""
    company = cast.bright_heating(stripe_deauthorized_at=now())
    _, text = what_stripe_needs(company)
    assert "was disconnected" in text and "connects it again" in text
    assert "cannot be paid online right now" in why_not_payable(company)


def test_an_account_that_may_not_charge_is_a_matter_for_stripes_dashboard(environment):
    _, text = what_stripe_needs(cast.bright_heating(stripe_charges_enabled=False))
    assert "Settings, Payment processing leads to what is still missing" in text


@pytest.mark.parametrize(
    ("phone", "ways"),
    [("", "office@brightheating.example."), ("+1 2", "office@brightheating.example or +1 2.")],
)
def test_a_customer_is_told_whom_to_ask(environment, phone, ways):
    company = cast.bright_heating(stripe_account_id=None, phone=phone)
    assert why_not_payable(company).endswith(f"Please ask them how to pay: {ways}")
