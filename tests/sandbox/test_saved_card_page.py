"""A saved card on the hosted page, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import faults_in_both_schemes
from tests.sandbox.browsing import WIDTHS, fill, needs_browser, window
from tests.sandbox.test_saved_card import SAVING

pytestmark = needs_browser


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_one_press_pays_with_a_saved_card(browser, offer, customer, saved, width, scripts):
    saved()
    session = offer(customer=customer)
    with window(browser, width, java_script_enabled=scripts) as tab:
        tab.goto(session.url)
        expect(tab.get_by_label(re.compile("Pay with Visa.*4242"))).to_be_checked()
        # All that a new card needs is out of the way.
        for name in ("Card number", "Security code", "Name on card", "Country"):
            expect(tab.get_by_label(name)).to_be_hidden()
        tab.locator("#submit").click()
        tab.wait_for_url(re.compile(r"/paid\?s="))


def test_another_card_can_be_used_and_saved_beside_it(browser, offer, customer, saved, cards):
    saved()
    session = offer(customer=customer, saved_payment_method_options=SAVING)
    with window(browser) as tab:
        tab.goto(session.url)
        tab.get_by_label(re.compile("Pay with Visa")).focus()
        tab.keyboard.press("ArrowDown")
        expect(tab.get_by_label("Another card")).to_be_checked()
        fill(tab, "5555555555554444")
        tab.get_by_label("Save this card for my next payment to Bright Heating Co.").check()
        tab.locator("#submit").click()
        tab.wait_for_url(re.compile(r"/paid\?s="))
    assert {each.card.brand for each in cards()} == {"visa", "mastercard"}


def test_a_declined_saved_card_is_told_and_a_new_one_pays(browser, offer, customer, saved):
    saved("pm_card_chargeCustomerFail")
    session = offer(customer=customer)
    with window(browser, 390) as tab:
        tab.goto(session.url)
        tab.locator("#submit").click()
        expect(tab.get_by_role("alert").filter(has_text="Your card was declined.")).to_be_visible()
        tab.get_by_label("Another card").check()
        fill(tab, "4242424242424242")
        tab.locator("#submit").click()
        tab.wait_for_url(re.compile(r"/paid\?s="))


def test_a_saved_card_can_be_removed_where_the_seller_lets_it(
    browser, offer, customer, saved, cards
):
    saved()
    allowed = {"payment_method_remove": "enabled"}
    session = offer(customer=customer, saved_payment_method_options=allowed)
    with window(browser) as tab:
        tab.goto(session.url)
        tab.get_by_role("button", name="Remove the card ending in 4242").click()
        expect(tab.get_by_label("Card number")).to_be_visible()
    assert cards() == []


def test_axe_finds_nothing(browser, offer, customer, saved):
    saved()
    everything = {**SAVING, "payment_method_remove": "enabled"}
    session = offer(customer=customer, saved_payment_method_options=everything)
    with window(browser, 390) as tab:
        tab.goto(session.url)
        for choice in (re.compile("Pay with Visa"), "Another card"):
            tab.get_by_label(choice).check(force=True)
            assert faults_in_both_schemes(tab) == []
