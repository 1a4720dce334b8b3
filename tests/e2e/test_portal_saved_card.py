"""A customer's card that is kept: paid with, changed, removed."""

import re

from playwright.sync_api import expect

from tests.e2e.at_stripe import Stripe
from tests.e2e.axe import faults
from tests.e2e.conftest import CARD, PHONE, Demo, MakePerson, Picture, pay_with
from tests.e2e.own_invoices import Invoices


def test_a_card_is_saved_paid_with_changed_and_removed(
    demo: Demo, person: MakePerson, picture: Picture, stripe: Stripe
) -> None:
    """By a customer who writes amounts the German way; another tab hears of it once."""
    email = "saved@quayside.example"
    own = Invoices(demo, email, "de_DE")
    own.make(C1="parts", C2="unpaid", C3="unpaid:JPY", C4="unpaid:KWD")
    someone = person(PHONE)
    page = someone.comes_in(demo.link_for(email))
    wrong: list[str] = []
    for number, due in (("C3", "30.310\xa0¥"), ("C4", "30,310\xa0KWD")):
        own.open(page, number)
        expect(page.get_by_text(due).first).to_be_visible()

    own.open(page, "C1")
    amount = page.get_by_label("Amount to pay")
    expect(amount).to_have_value("303,10")
    amount.fill("1.234")
    page.get_by_role("button", name="Pay now").click()
    expect(page.get_by_text("Enter an amount such as 120,50")).to_be_visible()
    amount.fill("50,10")
    page.get_by_role("button", name="Pay now").click()
    page.wait_for_url("**/c/pay/**")
    page.get_by_label(re.compile("Save this card")).check()
    pay_with(page, CARD)
    page.wait_for_url("**/portal/invoices/**")
    expect(page.get_by_text("50,10\xa0$ received")).to_be_visible()
    receipt = page.get_by_role("link", name="Receipt (PDF)").get_attribute("href")
    assert someone.context.request.get(f"{demo.base_url}{receipt}").body().startswith(b"%PDF")
    wrong += faults(page)
    picture(page, "received")
    assert "50,10" in demo.mail(email, "Zahlungsbeleg")["subject"]

    page.goto(f"{demo.base_url}/portal/account/")
    expect(page.get_by_text("Visa ending 4242")).to_be_visible()
    expect(page.get_by_text("Expires 12/34")).to_be_visible()
    wrong += faults(page)
    picture(page, "account")
    page.get_by_role("button", name="Manage payment methods").click()
    page.wait_for_url("**/p/session/**")
    page.get_by_role("link", name="Add a card").click()
    page.get_by_label("Card number").fill("5555 5555 5555 4444")
    page.get_by_label("Expires").fill("11 / 33")
    page.get_by_label("Security code").fill("123")
    page.get_by_label("Name on card").fill("Nadia Karam")
    page.get_by_role("button", name="Add card").click()
    page.get_by_role("button", name=re.compile("Remove Visa")).click()
    page.get_by_role("link", name=re.compile("^Return to")).last.click()
    page.wait_for_url("**/portal/account/")
    expect(page.get_by_text("Mastercard ending 4444")).to_be_visible()
    expect(page.get_by_text("Visa ending 4242")).to_be_hidden()

    # Paid with it, and a tab elsewhere is told so once.
    other = someone.tab(demo.base_url)
    own.open(other, "C2")
    region = other.locator("main [role=status]").filter(has_not=other.locator("[data-said]"))
    other.evaluate(_LISTEN)
    own.open(page, "C2")
    page.get_by_role("button", name="Pay now").click()
    page.wait_for_url("**/c/pay/**")
    expect(page.get_by_text(re.compile("Mastercard .* 4444"))).to_be_visible()
    page.get_by_role("button", name=re.compile("^Pay ")).click()
    page.wait_for_url("**/portal/invoices/**")
    expect(page.get_by_text("Payment received")).to_be_visible()
    expect(region.get_by_text("Paid in full")).to_be_visible()
    other.wait_for_timeout(500)
    assert [text for text in other.evaluate("heard") if "Paid" in text] == [
        "Paid in full Thank you! There is nothing left to pay."
    ]

    # While Stripe is away the account says so.
    stripe.ask("POST", "/sandbox/faults", kind="down")
    page.goto(f"{demo.base_url}/portal/account/")
    expect(page.get_by_text("Your cards cannot be shown at the moment")).to_be_visible()
    wrong += faults(page)
    picture(page, "account while stripe is away")
    stripe.ask("DELETE", "/sandbox/faults")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Mastercard ending 4444")).to_be_visible()
    assert wrong == []


# What a screen reader would be handed: the text of each polite region whenever it changes.
_LISTEN = """() => {
  window.heard = [];
  for (const region of document.querySelectorAll('main [role=status]')) {
    let last = region.innerText;
    new MutationObserver(() => {
      const now = region.innerText;
      if (now !== last && now.trim()) window.heard.push(now.replace(/\\s+/g, ' ').trim());
      last = now;
    }).observe(region, { childList: true, subtree: true, characterData: true });
  }
}"""
