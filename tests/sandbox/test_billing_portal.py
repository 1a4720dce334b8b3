"""The billing portal: configured over the API, used by a customer in a browser."""

import httpx
import pytest
import stripe
from playwright.sync_api import expect

from tests.e2e.axe import faults_in_both_schemes
from tests.sandbox.browsing import WIDTHS, fill, needs_browser, too_wide, window
from tests.sandbox.conftest import DANA, connect
from tests.sandbox_process import pay, pay_saved, start_sandbox

EVERYTHING = {"payment_method_update": {"enabled": True}, "invoice_history": {"enabled": True}}


@pytest.fixture
def portal(client, customer, options, shop):
    """Opens Dana's portal; returns its session."""

    def open_it(**wanted):
        wanted = {"customer": customer, "return_url": f"{shop}/account", **wanted}
        return client.v1.billing_portal.sessions.create(wanted, options)

    return open_it


@pytest.fixture
def default(client, customer, options):
    """The id of Dana's default card now."""
    shown = client.v1.customers.retrieve
    return lambda: shown(customer, {}, options).invoice_settings.default_payment_method


def test_a_configuration_says_what_customers_may_do(client, options, receiver, bright):
    configurations = client.v1.billing_portal.configurations
    made = configurations.create({"features": EVERYTHING, "metadata": {"for": "all"}}, options)
    assert made.features.payment_method_update.enabled
    assert not made.features.subscription_cancel.enabled
    changed = configurations.update(
        made.id,
        {
            "features": {"invoice_history": {"enabled": False}},
            "business_profile": {"headline": "Your cards at Bright Heating"},
        },
        options,
    )
    # What was not named stays.
    assert changed.features.payment_method_update.enabled
    assert not changed.features.invoice_history.enabled
    assert changed.business_profile.headline == "Your cards at Bright Heating"
    assert configurations.retrieve(made.id, {}, options).metadata["for"] == "all"
    configurations.update(made.id, {"active": False}, options)
    assert configurations.list({"active": True}, options).data == []
    assert [each.id for each in configurations.list({"active": False}, options)] == [made.id]
    receiver.wait_for("billing_portal.configuration.updated", bright, count=2)


def test_what_the_sandbox_has_not_is_refused_by_name(client, options):
    for name in ("subscription_cancel", "customer_update"):
        with pytest.raises(stripe.InvalidRequestError, match=rf"not support.*{name}"):
            client.v1.billing_portal.configurations.create(
                {"features": {name: {"enabled": True}}}, options
            )


def test_a_session_is_for_a_customer_that_exists_with_a_configuration_that_is_active(
    client, options, portal, receiver, bright
):
    session = portal()
    assert session.url.endswith(session.id)
    receiver.wait_for("billing_portal.session.created", bright, about=session.id)
    expanded = portal(expand=["configuration"])
    assert expanded.configuration.is_default
    assert expanded.configuration.id == session.configuration
    for wrong in ({"customer": "cus_nobody"}, {"configuration": "bpc_none"}):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            portal(**wrong)
        assert refused.value.code == "resource_missing"
    old = client.v1.billing_portal.configurations.create({"features": EVERYTHING}, options)
    client.v1.billing_portal.configurations.update(old.id, {"active": False}, options)
    with pytest.raises(stripe.InvalidRequestError, match="not active"):
        portal(configuration=old.id)


def test_it_closes_when_nobody_came_and_with_its_customer(tmp_path):
    """In a sandbox of its own, because the clock is moved."""
    running = start_sandbox(tmp_path)
    try:
        client = connect(running)
        customer = client.v1.customers.create(DANA).id

        def portal():
            return client.v1.billing_portal.sessions.create({"customer": customer}).url

        unused, used = portal(), portal()
        assert httpx.get(used).status_code == 200
        running.advance(301)
        assert httpx.get(unused).status_code == 404
        assert httpx.get(used).status_code == 200
        running.advance(3601)
        assert httpx.get(used).status_code == 404
        last = portal()
        client.v1.customers.delete(customer)
        assert httpx.get(last).status_code == 404
    finally:
        running.stop()


def test_a_card_is_added_without_a_script_and_only_good_ones_are(portal, cards, default):
    page = portal().url + "/payment-methods"
    typed = {"cardExpiry": "12 / 40", "cardCvc": "123", "billingName": "Dana Reyes"}
    for number, status, says in (
        ("4242 4242 4242 4241", 422, "number is invalid"),
        ("4000 0000 0000 0002", 402, "Your card was declined"),
        ("5555 5555 5555 4444", 303, ""),
    ):
        answer = httpx.post(page, data={**typed, "cardNumber": number})
        assert (answer.status_code, says in answer.text) == (status, True)
        assert number not in answer.text
    (kept,) = cards()
    assert (kept.card.brand, kept.allow_redisplay) == ("mastercard", "always")
    assert kept.billing_details.email == "dana@harborview.example"
    assert default() == kept.id


def test_what_is_switched_off_is_not_there(client, options, portal, saved, cards):
    saved()
    nothing = {"invoice_history": {"enabled": False}}
    made = client.v1.billing_portal.configurations.create({"features": nothing}, options)
    url = portal(configuration=made.id).url
    shown = httpx.get(url).text
    assert "Payment methods" not in shown and "Payments</h2>" not in shown
    assert httpx.get(f"{url}/payment-methods").status_code == 404
    assert httpx.post(url, data={"remove": cards()[0].id}).status_code == 404
    assert len(cards()) == 1


def test_nobody_reaches_another_customers_card(client, options, portal, saved, cards):
    theirs = saved()
    other = client.v1.customers.create({"name": "Larkspur Elementary"}, options).id
    url = portal(customer=other).url
    for act in ("remove", "default"):
        httpx.post(url, data={act: theirs.id})
    assert cards()[0].customer == theirs.customer
    assert theirs.card.last4 not in httpx.get(url).text


@needs_browser
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_customer_changes_the_card_and_goes_back(
    browser, portal, open_session, client, options, customer, saved, cards, default, shop, scripts
):
    old = saved()
    wanted = {"invoice_settings": {"default_payment_method": old.id}}
    client.v1.customers.update(customer, wanted, options)
    assert pay_saved(open_session(customer=customer).url, old.id).paid
    with window(browser, WIDTHS["phone"], java_script_enabled=scripts) as tab:
        tab.goto(portal().url)
        expect(tab.get_by_text("Dana Reyes")).to_be_visible()
        expect(tab.get_by_text("$1,697.65").first).to_be_visible()
        tab.get_by_role("link", name="Add a card").click()
        fill(tab, "5555555555554444", billingName="Dana Reyes")
        tab.get_by_label("Use this card by default").uncheck()
        tab.get_by_role("button", name="Add card").click()
        tab.get_by_role("button", name="Make default Mastercard ending in 4444").click()
        assert default() == cards()[0].id
        tab.get_by_role("button", name="Remove Visa ending in 4242").click()
        expect(tab.get_by_text("Default")).to_be_visible()
        assert [each.card.brand for each in cards()] == ["mastercard"]
        tab.get_by_role("link", name="Receipt of").click()
        expect(tab.get_by_text("Amount paid")).to_be_visible()
        tab.go_back()
        tab.get_by_role("link", name="Return to Bright Heating Co.").last.click()
        tab.wait_for_url(f"{shop}/account")


@needs_browser
def test_a_session_made_for_a_new_card_leads_straight_there_and_back(browser, portal, cards, shop):
    after = {"type": "redirect", "redirect": {"return_url": f"{shop}/done"}}
    flow = {"type": "payment_method_update", "after_completion": after}
    with window(browser) as tab:
        tab.goto(portal(flow_data=flow).url)
        fill(tab, "4242424242424242")
        tab.keyboard.press("Enter")
        tab.wait_for_url(f"{shop}/done")
    assert cards()[0].card.last4 == "4242"


@needs_browser
def test_a_card_added_here_is_offered_at_the_next_checkout(browser, portal, open_session, customer):
    with window(browser) as tab:
        tab.goto(f"{portal().url}/payment-methods")
        fill(tab, "4242424242424242")
        tab.get_by_role("button", name="Add card").click()
        expect(tab.get_by_text("Default")).to_be_visible()
        tab.goto(open_session(customer=customer).url)
        expect(tab.get_by_label("Pay with Visa")).to_be_checked()


@needs_browser
def test_axe_finds_nothing_and_nothing_sticks_out(browser, portal, open_session, customer, saved):
    assert pay(open_session(customer=customer).url).paid
    saved(), saved("pm_card_amex")
    with window(browser) as tab:
        url = portal().url
        for address in (url, f"{url}/payment-methods", url + "x"):
            tab.goto(address)
            for width in WIDTHS.values():
                tab.set_viewport_size({"width": width, "height": 844})
                assert faults_in_both_schemes(tab) == []
                assert too_wide(tab) <= 0
