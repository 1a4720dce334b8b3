"""A company signs itself up and sets itself up, in Chromium: at a desk and on a phone."""

import io
import re
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from sqlmodel import select

from fsm_portal.db import unit_of_work
from fsm_portal.domain.company import Company, Plan
from fsm_portal.domain.staff import Staff
from tests.e2e.axe import faults, faults_in_both_schemes
from tests.e2e.conftest import DESK, PHONE, Demo, Person, fits

SECTIONS = (
    ("company", "Company"),
    ("payment-processing", "Payment processing"),
    ("customer-portal", "Customer portal"),
    ("billing-portal", "Billing portal"),
    ("branding", "Branding"),
    ("invoices", "Invoices"),
    ("taxes", "Taxes"),
    ("plan", "Plan"),
    ("emails", "Emails"),
)


def signed_up(demo: Demo, who: Person, company: str) -> tuple[Page, str]:
    """A company of this test's own: its owner's page after the letter, and their address."""
    email = f"ana-{secrets.token_hex(4)}@silveroak.example"
    page = who.tab(f"{demo.base_url}/sign-up")
    page.get_by_label("Your name").fill("Ana Díaz")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Company name").fill(company)
    page.get_by_label("Country").select_option("US")
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    letter = demo.mail(email, "Confirm your email address")
    page.goto(next(link for link in letter["links"] if "/sign-in/" in link))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Check your account information")).to_be_visible()
    # The heading is in the file that is served, the form comes once everything is loaded.
    expect(page.get_by_label("Company name")).to_have_value(company)
    return page, email


def go_to(demo: Demo, page: Page, part: str, heading: str) -> None:
    page.goto(f"{demo.base_url}/dashboard/settings/{part}/")
    expect(page.get_by_role("heading", name=heading, exact=True, level=1)).to_be_visible()
    # The section itself, and not its outline.
    expect(page.get_by_text("Loading", exact=True)).to_have_count(0)


def put_on_starter(demo: Demo, email: str) -> None:
    """As whoever runs the portal does, for the company of the one with this address."""
    with demo.settings(), unit_of_work() as session:
        staff = session.exec(select(Staff).where(Staff.email == email)).one()
        session.get_one(Company, staff.company_id).plan = Plan.STARTER


def picture_of(color: str) -> dict[str, Any]:
    out = io.BytesIO()
    Image.new("RGB", (240, 80), color).save(out, "PNG")
    return {"name": "logo.png", "mimeType": "image/png", "buffer": out.getvalue()}


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_from_the_first_form_to_the_first_account_at_stripe(
    demo: Demo,
    person: Callable[..., Person],
    picture: Callable[[Page, str], None],
    size: dict[str, int],
) -> None:
    ana = person(size, timezone_id="America/Denver")
    page, email = signed_up(demo, ana, "Silver Oak Landscaping")
    wrong = faults(page)
    # The browser's own clock knows better than its country.
    expect(page.get_by_label("Time zone")).to_have_value("America/Denver")
    page.get_by_label("Phone").fill("call me!")
    page.get_by_label("Address", exact=True).fill("12 Elm Street\nDenver, CO 80205")
    page.get_by_role("button", name="Looks right, go on").click()
    expect(page.get_by_text("is no phone number")).to_be_visible()
    expect(page.get_by_label("Address", exact=True)).to_have_value(
        "12 Elm Street\nDenver, CO 80205"
    )
    page.get_by_label("Phone").fill("+1 303 555 0188")
    page.get_by_role("button", name="Looks right, go on").click()

    expect(page.get_by_text("1 of 10 done")).to_be_visible()
    wrong += faults(page)
    picture(page, "steps")
    page.locator("#main").get_by_role("link", name=re.compile("^Payment processing")).last.click()
    expect(page.get_by_role("heading", name="What is Stripe?")).to_be_visible()
    expect(page.get_by_text("This portal takes 1.5% of each online payment")).to_be_visible()
    wrong += faults(page)
    picture(page, "stripe")
    page.get_by_role("button", name="Connect with Stripe").click()
    page.get_by_label("Bank account or IBAN").fill("000123456789")
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_text("Taken", exact=True)).to_be_visible()
    expect(page.get_by_text("2 of 10 done")).to_be_visible()
    wrong += faults(page)

    # The same address again: the same page, and a letter that says so.
    again = person(size).tab(f"{demo.base_url}/sign-up")
    again.get_by_label("Your name").fill("Ana Díaz")
    again.get_by_label("Email address").fill(email)
    again.get_by_label("Company name").fill("Another")
    again.get_by_role("button", name="Sign up").click()
    expect(again.get_by_role("heading", name="Look into your mail")).to_be_visible()
    demo.mail(email, "You have an account already")

    page.get_by_role("button", name="Disconnect").click()
    question = page.get_by_role("dialog", name="Disconnect Stripe?")
    expect(question).to_be_visible()
    wrong += faults(page)
    picture(page, "disconnect")
    question.get_by_role("button", name="Disconnect Stripe").click()
    expect(page.get_by_text("Stripe is disconnected").first).to_be_visible()
    expect(question).not_to_be_visible()
    page.get_by_role("button", name="Connect again").click()
    expect(page.get_by_text("Taken", exact=True)).to_be_visible()
    assert wrong == []


def test_every_section_in_both_schemes(
    demo: Demo, person: Callable[..., Person], picture: Callable[[Page, str], None]
) -> None:
    """As the office of Bright Heating has them, and nothing wider than a phone."""
    wrong: list[str] = []
    maya = person()
    maya.is_let_in(demo.link_for("maya@brightheating.example"))
    page = maya.tab()
    for part, heading in SECTIONS:
        go_to(demo, page, part, heading)
        for size in (DESK, PHONE):
            page.set_viewport_size(size)
            assert fits(page), f"{part} is too wide"
            wrong += faults_in_both_schemes(page)
            picture(page, f"{part} {size['width']}")
    assert wrong == []


def test_what_is_decided_shows_and_two_who_edit_are_told(
    demo: Demo, person: Callable[..., Person], picture: Callable[[Page, str], None]
) -> None:
    ana = person()
    page, email = signed_up(demo, ana, "Silver Oak Roofing")
    other = person().comes_in(demo.link_for(email))
    expect(other.get_by_role("heading", name="Check your account information")).to_be_visible()

    # Two at the same field: the second is told, and what was typed stays.
    for window, phone in ((page, "+1 303 555 0101"), (other, "+1 303 555 0202")):
        go_to(demo, window, "company", "Company")
        window.get_by_label("Phone").fill(phone)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Company saved")).to_be_visible()
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.get_by_text("Somebody else changed this to “+1 303 555 0101”")).to_be_visible()
    expect(other.get_by_label("Phone")).to_have_value("+1 303 555 0202")
    picture(other, "told")
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.get_by_text("Company saved")).to_be_visible()
    # A field that nobody touched follows what was saved elsewhere.
    go_to(demo, page, "company", "Company")
    other.get_by_label("Tax ID").fill("84-5550142")
    other.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_label("Tax ID")).to_have_value("84-5550142")

    go_to(demo, page, "customer-portal", "Customer portal")
    letter = page.get_by_role("region", name="The invitation")
    expect(letter).to_contain_text("Silver Oak Roofing invites you")
    page.get_by_label("Invitation", exact=True).fill("We are online now.")
    expect(letter).to_contain_text("We are online now.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Customer portal saved")).to_be_visible()
    put_on_starter(demo, email)
    page.reload()
    expect(page.get_by_text("The customer portal is part of Pro")).to_be_visible()

    go_to(demo, page, "billing-portal", "Billing portal")
    page.get_by_label("Privacy policy").fill("ours")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[aria-invalid=true]")).to_have_value("ours")
    page.get_by_label("Privacy policy").fill("https://silveroak.example/privacy")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Billing portal saved")).to_be_visible()

    go_to(demo, page, "branding", "Branding")
    page.locator("#field-logo").set_input_files(picture_of("#0f766e"))
    expect(page.get_by_role("img", name="Your logo")).to_be_visible()
    page.locator("#field-logo").set_input_files(
        {"name": "logo.png", "mimeType": "image/png", "buffer": b"<svg/>"}
    )
    expect(page.get_by_text("An SVG has to be exported as PNG")).to_be_visible()
    ana.complaints[:] = [each for each in ana.complaints if "422" not in each]
    page.get_by_label("Colour").fill("#ffe08a")
    expect(page.get_by_text("Too light for white text")).to_be_visible()
    picture(page, "branding")
    page.get_by_role("button", name="Save colour").click()
    expect(page.get_by_text("Colour saved")).to_be_visible()

    go_to(demo, page, "taxes", "Taxes")
    expect(page.get_by_text("No tax rates yet")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Sales tax")
    page.get_by_label("Rate in percent").fill("eight")
    page.get_by_role("button", name="Add rate").click()
    expect(page.get_by_text("Type a percentage")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Sales tax")
    page.get_by_label("Rate in percent").fill("8.81")
    page.get_by_role("button", name="Add rate").click()
    expect(page.get_by_text("8.81%")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("")
    page.get_by_role("button", name="Archive: Sales tax 8.81%").click()
    expect(page.get_by_role("heading", name="Archived")).to_be_visible()

    go_to(demo, page, "invoices", "Invoices")
    page.get_by_label("Next number").first.fill("250")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("INV-0250")).to_be_visible()
