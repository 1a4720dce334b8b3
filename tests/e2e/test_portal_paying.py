"""A customer pays: every state of an invoice in words, a card that is kept, a connection that is
not. Each walk has a customer and invoices of its own."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from fsm_portal.demo.seed import BRIGHT_HEATING_ACCOUNT
from tests.e2e.axe import faults
from tests.e2e.conftest import DESK, PHONE, ROOT, Demo, Person, pay_with

MakePerson = Callable[..., Person]
Picture = Callable[[Page, str], None]
CARD = "4242 4242 4242 4242"


class Stripe:
    """The demo's sandbox, as somebody at Stripe would see it."""

    def __init__(self, demo: Demo) -> None:
        self._url = demo.places["stripe_url"]
        self._key = demo.environment["FSM_STRIPE_SECRET_KEY"]

    def ask(self, method: str, path: str, **about: Any) -> dict[str, Any]:
        body = {"params": about} if method == "GET" else {"json": about}
        headers = {"Authorization": f"Bearer {self._key}"}
        if path.startswith("/v1"):
            headers["Stripe-Account"] = BRIGHT_HEATING_ACCOUNT
        answer = httpx.request(
            method, f"{self._url}{path}", headers=headers, trust_env=False, timeout=30, **body
        )
        answer.raise_for_status()
        return dict(answer.json())

    def charge_of(self, number: str) -> str:
        charges = self.ask("GET", "/v1/charges", limit=100)["data"]
        return next(
            each["id"]
            for each in charges
            if f"{number}," in (each["description"] or "") and each["status"] == "succeeded"
        )

    def refund(self, number: str, amount: int | None = None) -> None:
        charge, account = self.charge_of(number), BRIGHT_HEATING_ACCOUNT
        self.ask("POST", "/sandbox/refunds", account=account, charge=charge, amount=amount)

    def dispute(self, number: str) -> str:
        made = self.ask("POST", "/sandbox/disputes", charge=self.charge_of(number))
        return str(made["id"])

    def pages(self) -> int:
        """How many payment pages are open."""
        sessions = self.ask("GET", "/v1/checkout/sessions", limit=100)["data"]
        return [each["status"] for each in sessions].count("open")


@pytest.fixture
def stripe(demo: Demo) -> Iterator[Stripe]:
    """What a walk breaks at Stripe is mended after it."""
    side = Stripe(demo)
    yield side
    side.ask("POST", "/sandbox/latency", milliseconds=0)
    side.ask("DELETE", "/sandbox/faults")


class Invoices:
    """The walk's own invoices, by number."""

    def __init__(self, demo: Demo, email: str, locale: str = "en_US") -> None:
        self._demo, self._who, self._ids = demo, (email, locale), dict[str, str]()

    def make(self, **wanted: str) -> None:
        """``make(Q1="unpaid")``: number and state."""
        said = subprocess.run(
            [sys.executable, "-m", "tests.e2e.own_invoices", *self._who]
            + [f"{number}={state}" for number, state in wanted.items()],
            cwd=ROOT,
            env=os.environ | self._demo.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        self._ids |= json.loads(said.stdout)

    def id_of(self, number: str) -> str:
        return self._ids[number]

    def open(self, page: Page, number: str) -> None:
        page.goto(f"{self._demo.base_url}/portal/invoices/{self._ids[number]}/")
        expect(page.get_by_role("heading", name=number, exact=True)).to_be_visible()


def _fits(page: Page) -> bool:
    return bool(
        page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )


def _signed_in(demo: Demo, someone: Person, email: str) -> Page:
    page = someone.sign_in(demo.link_for(email))
    page.wait_for_url("**/portal/**")
    return page


def test_every_state_of_an_invoice_is_said_in_plain_words(
    demo: Demo, person: MakePerson, picture: Picture, stripe: Stripe
) -> None:
    """Cases 8, 10 and 18, as a customer reads them: what it means, and what to do."""
    email = "states@quayside.example"
    own = Invoices(demo, email)
    own.make(
        S1="unpaid", S2="declined", S3="debit fails", S4="paid", S5="paid", S6="paid",
        S7="refund fails", S8="void", S9="deposit", S10="paid",
    )  # fmt: skip
    phone = _signed_in(demo, person(PHONE, color_scheme="light"), email)
    desk = _signed_in(demo, person(DESK, color_scheme="dark"), email)
    wrong: list[str] = []

    def reads(number: str, *sentences: str, on: tuple[Page, ...] = (phone, desk)) -> None:
        for page in on:
            own.open(page, number)
            for sentence in sentences:
                expect(page.get_by_text(sentence).locator("visible=true").first).to_be_visible()
            wrong.extend(faults(page))
            assert _fits(page), number
            picture(page, f"{number} {'phone' if page is phone else 'desk'}")

    # Within the few seconds that a bank of the demo takes.
    own.make(S11="debit")
    reads("S11", "Bank payment on its way", "nothing more to do", on=(phone,))
    dispute, lost = stripe.dispute("S4"), stripe.dispute("S10")
    stripe.refund("S5")
    stripe.refund("S6", 8_000)
    stripe.refund("S7", 8_000)
    reads("S1", "Boiler service, west wing", "Sales tax 8.25%", "The key is with the caretaker.")
    reads("S2", "Your last payment was declined", "Visa ending 0002 was declined for $303.10")
    reads("S8", "This invoice is void", "there is nothing to pay")
    reads("S9", "The deposit", "$100.00")
    reads("S4", "Your bank is looking into a payment", "Taken back by your bank")
    reads("S5", "What you paid on this invoice went back to you", "Refunded to Visa ending 4242")
    reads("S6", "Paid, and refunded in part", "-$80.00")

    stripe.ask(
        "POST", "/sandbox/hurry", account=BRIGHT_HEATING_ACCOUNT, what=["bank_debits", "refunds"]
    )
    stripe.ask("POST", "/sandbox/disputes", dispute=dispute, outcome="won")
    stripe.ask("POST", "/sandbox/disputes", dispute=lost, outcome="lost")
    reads("S3", "Your bank payment did not go through", "not enough money in the account")
    reads("S7", "A refund that did not arrive", "Paid in full")
    reads("S4", "Paid again by your bank", "Paid in full")
    reads("S10", "Due again", "Your bank gave $303.10 back to you")
    reads("S11", "Paid in full", "ending 6789")
    assert wrong == []


def test_a_card_is_saved_paid_with_changed_and_removed(
    demo: Demo, person: MakePerson, picture: Picture, stripe: Stripe
) -> None:
    """By a customer who writes amounts the German way; another tab hears of it once."""
    email = "saved@quayside.example"
    own = Invoices(demo, email, "de_DE")
    own.make(C1="parts", C2="unpaid", C3="unpaid:JPY", C4="unpaid:KWD")
    someone = person(PHONE)
    page = _signed_in(demo, someone, email)
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


def test_without_a_connection_nothing_is_lost_and_nothing_done_twice(
    demo: Demo, person: MakePerson, picture: Picture, stripe: Stripe
) -> None:
    """Invariant J at the customer's end: offline, a slow Stripe, a double click, the way back."""
    email = "offline@quayside.example"
    own = Invoices(demo, email)
    own.make(F1="parts", F2="unpaid")
    someone = person(PHONE, reduced_motion="reduce")
    page = _signed_in(demo, someone, email)
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

    # Home keeps what was ticked.
    page.goto(f"{demo.base_url}/portal/")
    page.get_by_role("checkbox", name="Pay F2").check()
    together = page.get_by_role("button", name="Pay F2, $303.10")
    expect(together).to_be_visible()
    _offline(someone.context, page)
    together.click()
    expect(page.get_by_text("You are offline, so nothing was sent.")).to_be_visible()
    picture(page, "home offline")
    _online(someone.context, page)
    expect(page.get_by_role("checkbox", name="Pay F2")).to_be_checked()
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


def _offline(context: BrowserContext, page: Page) -> None:
    context.set_offline(True)
    expect(page.get_by_text("Connection lost. Reconnecting…")).to_be_visible()


def _online(context: BrowserContext, page: Page) -> None:
    context.set_offline(False)
    expect(page.get_by_text("Back online")).to_be_visible()


def test_by_keyboard_alone_and_confirmed_while_stripe_is_away(
    demo: Demo, person: MakePerson, picture: Picture, stripe: Stripe
) -> None:
    """Case 17, without a mouse: the page says what is known, and finds out when it can."""
    email = "keys@quayside.example"
    own = Invoices(demo, email, "ar_AE")
    own.make(K1="unpaid")
    page = _signed_in(demo, person(DESK), email)
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
