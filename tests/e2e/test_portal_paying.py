"""A customer pays where not all goes well: without a connection, without a mouse, without Stripe.
Each walk has a customer and invoices of its own."""

import time

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.at_stripe import Stripe
from tests.e2e.axe import faults
from tests.e2e.conftest import CARD, DESK, PHONE, Demo, MakePerson, Picture, pay_with
from tests.e2e.own_invoices import Invoices


def test_without_a_connection_nothing_is_lost_and_nothing_done_twice(
    demo: Demo, person: MakePerson, picture: Picture, stripe: Stripe
) -> None:
    """Invariant J at the customer's end: offline, a slow Stripe, a double click, the way back."""
    email = "offline@quayside.example"
    own = Invoices(demo, email)
    own.make(F1="parts", F2="unpaid")
    someone = person(PHONE, reduced_motion="reduce")
    page = someone.comes_in(demo.link_for(email))
    expect(page.get_by_role("link", name="F1", exact=True)).to_be_visible()
    before = stripe.pages()

    own.open(page, "F1")
    page.get_by_label("Amount to pay").fill("50")
    _offline(someone.context, page)
    page.get_by_role("button", name="Pay now").click()
    expect(page.get_by_text("You are offline, so nothing was sent.")).to_be_visible()
    page.get_by_label("Amount to pay").press("Enter")
    picture(page, "offline")
    own.make(F3="unpaid")
    _online(someone.context, page)
    page.wait_for_timeout(1000)
    assert stripe.pages() == before
    expect(page.get_by_label("Amount to pay")).to_have_value("50")
    expect(page.get_by_text("You are offline")).to_be_hidden()
    # A page that is loaded anew, as it is for a new version, has it too.
    page.reload()
    expect(page.get_by_label("Amount to pay")).to_have_value("50")

    # Home keeps what was ticked.
    page.goto(f"{demo.base_url}/portal/")
    page.get_by_role("checkbox", name="Pay F2").check()
    together = page.get_by_role("button", name="Pay F2, $303.10")
    expect(together).to_be_visible()
    _offline(someone.context, page)
    # Pressed where the bar at the bottom begins: what is said comes out from behind it.
    bottom = together.evaluate("it => it.getBoundingClientRect().bottom")
    page.set_viewport_size({"width": PHONE["width"], "height": round(bottom) + 60})
    together.click()
    said = page.get_by_text("You are offline, so nothing was sent.")
    expect(said).to_be_visible()
    assert said.evaluate(_ON_TOP)
    page.set_viewport_size(PHONE)
    picture(page, "home offline")
    _online(someone.context, page)
    expect(page.get_by_role("checkbox", name="Pay F2")).to_be_checked()
    page.reload()
    expect(page.get_by_role("checkbox", name="Pay F2")).to_be_checked()
    expect(together).to_be_visible()
    assert stripe.pages() == before

    # Stripe takes its time: pressed at once, told so later, one page for a double click.
    own.open(page, "F2")
    stripe.ask("POST", "/sandbox/latency", milliseconds=9_000)
    page.get_by_role("button", name="Pay now").dblclick()
    expect(page.get_by_role("button", name="Pay now")).to_be_disabled(timeout=5_000)
    expect(page.get_by_text("This takes longer than usual.")).to_be_visible(timeout=15_000)
    assert faults(page) == []
    picture(page, "slow")
    stripe.ask("POST", "/sandbox/latency", milliseconds=0)
    page.wait_for_url("**/c/pay/**", timeout=40_000)
    assert stripe.pages() == before + 1
    page.go_back()
    expect(page.get_by_role("button", name="Pay now")).to_be_enabled()
    assert stripe.pages() == before + 1


_ON_TOP = """it => {
    const at = it.getBoundingClientRect();
    return document.elementFromPoint(at.x + 5, at.bottom - 5) === it;
}"""


def _offline(context: BrowserContext, page: Page) -> None:
    context.set_offline(True)
    expect(page.get_by_text("Connection lost. Reconnecting…")).to_be_visible()


def _online(context: BrowserContext, page: Page) -> None:
    context.set_offline(False)
    expect(page.get_by_text("Back online", exact=True)).to_be_visible()


def test_by_keyboard_alone_and_confirmed_while_stripe_is_away(
    demo: Demo, person: MakePerson, picture: Picture, stripe: Stripe
) -> None:
    """Case 17, without a mouse: the page says what is known, and finds out when it can."""
    email = "keys@quayside.example"
    own = Invoices(demo, email, "ar_AE")
    own.make(K1="unpaid")
    page = person(DESK).comes_in(demo.link_for(email))
    expect(page.get_by_role("link", name="K1", exact=True)).to_be_visible()

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    _tab_to(page, "K1")
    page.keyboard.press("Enter")
    # The focus goes with the reader.
    expect(page.get_by_role("heading", name="K1", exact=True)).to_be_focused()
    assert faults(page) == []
    picture(page, "arabic figures")
    _tab_to(page, "Pay now")
    page.keyboard.press("Enter")
    page.wait_for_url("**/c/pay/**")

    # The webhooks are late, and nobody answers at Stripe.
    stripe.ask("POST", "/sandbox/faults", kind="delay", seconds=60)
    pay_with(page, CARD)
    page.wait_for_url("**/portal/invoices/**")
    stripe.ask("POST", "/sandbox/faults", kind="down")
    expect(page.get_by_text("Confirming your payment")).to_be_visible()
    expect(page.get_by_role("button", name="Pay now")).to_be_hidden()
    expect(page.get_by_text("Not confirmed yet")).to_be_visible()
    expect(page.get_by_text("please do not pay again")).to_be_visible()
    assert faults(page) == []
    picture(page, "not confirmed")
    stripe.ask("DELETE", "/sandbox/faults")
    began = time.monotonic()
    _tab_to(page, "Check again")
    page.keyboard.press("Space")
    expect(page.get_by_text("Payment received")).to_be_visible()
    assert time.monotonic() - began < 10
    assert faults(page) == []


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on what has this name; it can be seen to be there."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText.trim()") == name:
            outline = "getComputedStyle(document.activeElement).outlineStyle"
            assert page.evaluate(outline) != "none", name
            return
    raise AssertionError(f"no Tab leads to {name}")
