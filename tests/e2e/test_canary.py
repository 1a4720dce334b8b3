"""Secrets that pass through a whole installation, and every file of it searched for them."""

import json
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.conftest import ROOT, Demo, MakePerson, pay_with
from tests.e2e.own_invoices import Invoices

# Not the one that bin/demo itself tells people to pay with.
CARD = "5555 5555 5555 4444"
# What an installation keeps on purpose: its own keys, and the mail with the links of others.
_KEPT = {"secrets.json", "demo.json"}
EMAIL, NUMBER = "canary@bakery.example", "CANARY1"


def test_what_is_secret_stays_in_no_file_and_no_mail(demo: Demo, person: MakePerson) -> None:
    """Case 48: a card number, keys, a cookie and a link, after a sign-in and a payment."""
    Invoices(demo, EMAIL).make(**{NUMBER: "unpaid"})
    link = demo.link_for(EMAIL)
    customer = person()
    home = customer.sign_in(link)
    home.get_by_role("link", name=NUMBER, exact=True).click()
    home.get_by_role("button", name="Pay now").click()
    home.wait_for_url("**/c/pay/**")
    pay_with(home, CARD)
    home.wait_for_url("**/portal/invoices/**")
    expect(home.get_by_text("Paid", exact=True).first).to_be_visible(timeout=30_000)
    demo.mail(EMAIL, "Receipt")

    own = json.loads((demo.data / "secrets.json").read_text())
    sessions = [each["value"] for each in customer.context.cookies()]
    assert sessions
    canaries = {
        "the card": CARD,
        "the card without spaces": CARD.replace(" ", ""),
        "the link": link.rpartition("/")[2],
        **{f"cookie {number}": value for number, value in enumerate(sessions) if len(value) > 20},
        **{name: own[name] for name in own},
    }
    searched, found = 0, []
    for file in _files(demo.data):
        content = file.read_bytes()
        searched += 1
        for name, secret in canaries.items():
            # Stripe's own side knows what it signs with, and who may ask.
            if "stripe" in file.parent.name and name.endswith(("webhook_secret", "stripe_key")):
                continue
            if secret.encode() in content:
                found.append(f"{name} is in {file.name}")
    assert searched > 5
    assert found == []


def _files(data: Path) -> list[Path]:
    """Databases with their journals, logs, kept mail, states of pages: all there is on disk."""
    files = [*data.rglob("*"), *(ROOT / ".states").rglob("*")]
    return [file for file in files if file.is_file() and file.name not in _KEPT]
