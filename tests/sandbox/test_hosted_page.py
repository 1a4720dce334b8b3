"""The hosted checkout in a real browser: what a customer sees, types and is told."""

import re

import pytest
from playwright.sync_api import expect

from tests.sandbox.browsing import WIDTHS, fill, in_every_look, needs_browser, too_wide, window

pytestmark = needs_browser


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_a_declined_card_is_told_beside_the_field_and_another_one_pays(browser, offer, width):
    session = offer(customer_email="dana@harborview.example")
    with window(browser, width) as tab:
        tab.goto(session.url)
        expect(tab.get_by_text("Bright Heating Co.")).to_be_visible()
        expect(tab.get_by_text("SANDBOX — no real money")).to_be_visible()
        expect(tab.get_by_label("Email")).to_have_value("dana@harborview.example")
        assert not tab.get_by_label("Email").is_editable()
        button = tab.locator("button[type=submit]")
        expect(button).to_have_text(re.compile(r"^\s*Pay \$1,697\.65\s*$"))
        fill(tab, "4000000000000002")
        button.click()
        number = tab.get_by_label("Card number")
        expect(tab.get_by_role("alert").filter(has_text="Your card was declined.")).to_be_visible()
        expect(number).to_be_focused()
        expect(number).to_have_attribute("aria-invalid", "true")
        # What was typed is still there, and the button can be pressed again.
        expect(number).to_have_value("4000 0000 0000 0002")
        expect(tab.get_by_label("Name on card")).to_have_value("Dana Reyes")
        expect(button).to_have_text(re.compile("Pay "))
        fill(tab, "4242424242424242")
        expect(tab.get_by_role("alert").filter(has_text="declined")).to_have_count(0)
        button.click()
        tab.wait_for_url(re.compile(rf"/paid\?s={session.id}$"))


def test_numbers_are_grouped_brands_named_and_dates_completed(browser, offer):
    with window(browser) as tab:
        tab.goto(offer().url)
        number, brand = tab.get_by_label("Card number"), tab.locator("#brand")
        for typed, shown, name in (
            ("4242424242424242", "4242 4242 4242 4242", "VISA"),
            ("5555555555554444999", "5555 5555 5555 4444", "MC"),
            ("378282246310005", "3782 822463 10005", "AMEX"),
            ("30569309020004", "3056 930902 0004", "DINERS"),
        ):
            number.fill("")
            number.press_sequentially(typed)
            expect(number).to_have_value(shown)
            expect(brand).to_have_text(name)
        expiry = tab.get_by_label("Expires")
        expiry.press_sequentially("434")
        expect(expiry).to_have_value("04 / 34")
        for _ in range(4):
            expiry.press("Backspace")
        expiry.press_sequentially("1235")
        expect(expiry).to_have_value("12 / 35")
        # A digit put in the middle stays where it was typed.
        number.fill("4242 4242 4242 242")
        for _ in range(6):
            number.press("ArrowLeft")
        number.press("4")
        expect(number).to_have_value("4242 4242 4244 2242")
        number.press("0")
        expect(number).to_have_value("4242 4242 4240 4224")


def test_a_mistyped_number_is_noticed_on_the_page(browser, offer, client, bright):
    """The Luhn check: nothing is sent."""
    with window(browser) as tab:
        tab.goto(offer(customer_email="dana@harborview.example").url)
        fill(tab, "4242424242424241", cardExpiry="0120", cardCvc="12")
        tab.locator("button[type=submit]").click()
        expect(tab.locator("#cardNumber-error")).to_have_text("Your card number is invalid.")
        expect(tab.locator("#cardExpiry-error")).to_contain_text("in the past")
        expect(tab.locator("#cardCvc-error")).to_contain_text("incomplete")
        expect(tab.get_by_label("Card number")).to_be_focused()
    assert client.v1.events.list({}, {"stripe_account": bright}).data == []


def test_the_keyboard_is_enough(browser, offer):
    with window(browser, color_scheme="dark") as tab:
        tab.goto(offer().url)
        tab.get_by_label("Email").focus()
        for typed in (
            "dana@harborview.example", "4242424242424242", "1234", "123", "Dana Reyes", "", "10001"
        ):  # fmt: skip
            tab.keyboard.type(typed)
            tab.keyboard.press("Tab")
        expect(tab.locator("button[type=submit]")).to_be_focused()
        tab.keyboard.press("Enter")
        tab.wait_for_url(re.compile("/paid"))


def test_it_works_without_scripts_and_never_shows_a_number_again(browser, offer):
    with window(browser, java_script_enabled=False) as tab:
        tab.goto(offer().url)
        tab.locator("[name=email]").fill("dana@harborview.example")
        for card, name in (("4000 0000 0000 0002", "Dana Reyes"), ("4242 4242 4242 4242", "")):
            tab.locator("[name=cardNumber]").fill(card)
            tab.locator("[name=cardExpiry]").fill("12/34")
            tab.locator("[name=cardCvc]").fill("123")
            if name:
                tab.locator("[name=billingName]").fill(name)
            tab.locator("button[type=submit]").click()
            if name:
                expect(tab.get_by_text("Your card was declined.")).to_be_visible()
                expect(tab.locator("[name=cardNumber]")).to_have_value("")
                expect(tab.locator("[name=billingName]")).to_have_value("Dana Reyes")
        tab.wait_for_url(re.compile("/paid"))


def test_3d_secure_asks_in_between(browser, offer):
    with window(browser) as tab:
        tab.goto(offer(customer_email="dana@harborview.example").url)
        for press in ("Fail", "Complete"):
            fill(tab, "4000002500003155")
            tab.locator("button[type=submit]").click()
            tab.get_by_role("button", name=press).click()
            if press == "Fail":
                expect(tab.get_by_text("unable to authenticate")).to_be_visible()
        tab.wait_for_url(re.compile("/paid"))


def test_a_session_that_is_over_says_so_and_leads_back(browser, offer, client, bright, shop):
    ended = offer()
    client.v1.checkout.sessions.expire(ended.id, {}, {"stripe_account": bright})
    with window(browser, 390) as tab:
        tab.goto(ended.url)
        expect(tab.get_by_role("heading")).to_have_text("This checkout has expired")
        tab.get_by_role("link", name="Return to Bright Heating Co.").click()
        tab.wait_for_url(f"{shop}/no")
        tab.goto(ended.url.replace("cs_test_", "cs_none_"))
        expect(tab.get_by_role("heading")).to_have_text("There is nothing at this address")


def test_nothing_overflows_and_everything_has_a_name(browser, offer, sandbox):
    """Also with names longer than anybody hopes for."""
    name = "Reparatur-und-Instandhaltungsdienstleistungsgesellschaft " * 3
    price = {"currency": "usd", "unit_amount": 1234, "product_data": {"name": name}}
    session = offer(line_items=[{"quantity": 3, "price_data": price}] * 9)
    with window(browser) as tab:
        for address in (sandbox.base_url, session.url):
            tab.goto(address)
            for width in in_every_look(tab):
                assert too_wide(tab) <= 0, (address, width)
        for field in tab.locator("input, select").all():
            assert field.evaluate("field => field.labels.length") == 1
        tab.locator("button[type=submit]").click()
        errors = tab.locator(".error:visible")
        assert errors.count() == 5
        for width in in_every_look(tab):
            assert too_wide(tab) <= 0, width


def test_what_a_seller_or_payer_writes_stays_text(browser, open_session, sandbox):
    """Case 43."""
    evil = "<script>document.title='owned'</script><img src=x onerror=alert(1)>"
    price = {"currency": "usd", "unit_amount": 1234}
    product = {"name": evil, "description": evil}
    items = [{"quantity": 1, "price_data": {**price, "product_data": product}}]
    session = open_session(line_items=items)
    with window(browser) as tab:
        tab.goto(session.url)
        expect(tab.get_by_text(evil).first).to_be_visible()
        assert tab.title() == "Pay Bright Heating Co. · $12.34"
        answer = tab.request.get(session.url)
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"


def test_the_front_page_tells_what_happened(browser, offer, sandbox, bright, receiver):
    session = offer(customer_email="dana@harborview.example")
    with window(browser) as tab:
        tab.goto(session.url)
        fill(tab, "4242424242424242")
        tab.locator("button[type=submit]").click()
        tab.wait_for_url(re.compile("/paid"))
        receiver.wait_for("charge.updated", bright)
        tab.goto(sandbox.base_url)
        row = tab.get_by_role("row").filter(has_text="Visa •••• 4242").first
        expect(row).to_contain_text("$1,697.65")
        expect(row).to_contain_text("$49.53")
        expect(row).to_contain_text("Paid")
        expect(tab.get_by_role("row").filter(has_text="charge.succeeded").first).to_contain_text(
            "Delivered · 200"
        )


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_bank_account_instead_of_a_card(browser, offer, scripts):
    """Only the chosen way's fields are there, with or without scripts."""
    with window(browser, 390, java_script_enabled=scripts) as tab:
        tab.goto(offer(customer_email="dana@harborview.example").url)
        expect(tab.get_by_label("Routing number")).to_be_hidden()
        tab.get_by_role("radio", name="US bank account").check()
        expect(tab.get_by_label("Card number")).to_be_hidden()
        tab.get_by_label("Routing number").fill("110000000")
        tab.get_by_label("Account number").fill("000987654321")
        tab.get_by_label("Account holder").fill("Dana Reyes")
        tab.locator("button[type=submit]").click()
        expect(tab.locator("#accountNumber-error")).to_contain_text("test accounts only")
        if not scripts:
            tab.get_by_label("Routing number").fill("110000000")
        tab.get_by_label("Account number").fill("000123456789")
        tab.locator("button[type=submit]").click()
        tab.wait_for_url(re.compile("/paid"))
