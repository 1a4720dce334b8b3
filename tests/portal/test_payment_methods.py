"""Manage payment methods, on the customer's Account page."""

import pytest

from fsm_portal.portal.account_page import AccountPage
from fsm_portal.portal.invoice_page import InvoicePage
from tests.portal.addresses import page_of
from tests.portal.paying import stripe_goes_away, stripe_is_back
from tests.sandbox_process import pay

ACCOUNT = "/portal/account/"


@pytest.fixture
def saved(invoice, dana, tab, stripe):
    """Dana paid and ticked the box that keeps the card."""
    browser = tab(dana, page_of(invoice))
    browser.call(InvoicePage.pay)
    assert pay(browser.redirected_to or "", save=True).paid


def names(browser) -> list[str]:
    return [card.name for card in browser.view(AccountPage).payment_methods.cards]


def test_the_saved_card_is_told_in_words(saved, dana, tab):
    browser = tab(dana, ACCOUNT)
    browser.settle()
    assert browser.view(AccountPage).payment_methods.state == "known"
    assert names(browser) == ["Visa ending 4242"]


def test_nobody_else_is_told_of_it(saved, northwind, tab):
    """Case 36."""
    browser = tab(northwind, ACCOUNT)
    browser.settle()
    assert browser.view(AccountPage).payment_methods.state == "known"
    assert names(browser) == []


def test_manage_leads_to_stripes_page(saved, dana, tab):
    browser = tab(dana, ACCOUNT)
    browser.call(AccountPage.manage_cards)
    assert "/p/session/" in (browser.redirected_to or "")


def test_while_stripe_is_away_the_page_says_so_and_asks_again_on_demand(
    saved, dana, tab, stripe, environment
):
    stripe_goes_away(environment)
    browser = tab(dana, ACCOUNT)
    browser.settle()
    assert browser.view(AccountPage).payment_methods.state == "away"
    browser.call(AccountPage.manage_cards)
    assert "cannot be reached at the moment" in browser.var(AccountPage, "problem")
    stripe_is_back(environment, stripe)
    browser.call(AccountPage.look_up_cards)
    browser.settle()
    assert names(browser) == ["Visa ending 4242"]


@pytest.mark.parametrize("person", ["nobody", "maya"])
def test_only_the_customer_gets_there(person, maya, tab, stripe):
    """Case 37."""
    browser = tab({"nobody": None, "maya": maya}[person], ACCOUNT)
    browser.call(AccountPage.look_up_cards)
    browser.call(AccountPage.manage_cards)
    assert browser.redirected_to is None
    assert browser.var(AccountPage, "locked")
    assert stripe.get("/v1/customers")["data"] == []
