"""Getting in as a person does it: by the access link, a code, a choice; and out again."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from fsm_portal.db import unit_of_work
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.flows.access import offer_portal
from fsm_portal.flows.access.invite_customer import invite_by_address
from tests.e2e.axe import faults_in_both_schemes
from tests.e2e.conftest import DESK, PHONE, Demo, Person, Picture, fits
from tests.sandbox_process import PLAIN

# Customers of these walks alone: the cast stays as it was found.
WHO = {"name": "Kestrel Yoga", "contact": "Sofia Marin"}


def add_customer(demo: Demo, email: str, *slugs: str) -> None:
    with demo.settings(), unit_of_work() as session:
        for slug in slugs:
            company = session.exec(select(Company).where(Company.slug == slug)).one()
            session.add(Customer(company_id=company.id, email=email, **WHO))


def switch_portal(demo: Demo, slug: str, on: bool) -> None:
    with demo.settings():
        offer_portal.switch_portal(slug, on)


def look(page: Page, picture: Picture, name: str, *sizes: dict[str, int]) -> None:
    """Nothing for axe to find in either scheme, nothing beside the screen: of both widths."""
    began: Any = page.viewport_size
    found = []
    for size in sizes or (DESK, PHONE):
        page.set_viewport_size(size)
        found += faults_in_both_schemes(page)
        picture(page, f"{name} {size['width']}")
        assert fits(page)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(began)
    assert found == []


def letter_to(demo: Demo, email: str, subject: str) -> dict[str, str]:
    """What the newest letter says, its link and its code if it has one."""
    letter = demo.mail(email, subject)
    text = letter.get("text") or str(
        httpx.get(f"{demo.mail_url}/api/messages/{letter['id']}", **PLAIN).json()["text"]
    )
    code = re.search(r"^(\d{6})\s*$", text, re.MULTILINE)
    (link,) = re.findall(rf"{re.escape(demo.base_url)}/sign-in/\S+", text)
    return {"link": link, "code": code[1] if code else ""}


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_from_the_access_link_by_a_code_and_out_everywhere(
    demo: Demo, person: Callable[..., Person], picture: Picture, size: dict[str, int]
) -> None:
    """Cases 29 and 34: the letter's link is opened in the mail program's own browser first."""
    email = f"sofia{size['width']}@kestrelyoga.example"
    add_customer(demo, email, "bright-heating")
    page = person(size).context.new_page()
    page.goto(f"{demo.base_url}/access/bright-heating")
    expect(page.get_by_role("heading", name="Sign in to Bright Heating Co.")).to_be_visible()
    look(page, picture, "access", size)
    page.get_by_label("Email address").fill(email)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    letter = letter_to(demo, email, "Sign in to Bright Heating Co.")

    elsewhere = person(size).context.new_page()
    elsewhere.goto(letter["link"])
    expect(elsewhere.get_by_role("heading", name="asked for in another browser")).to_be_visible()
    look(elsewhere, picture, "another browser", size)

    code = page.get_by_label("six-digit code")
    code.fill(f"{(int(letter['code']) + 1) % 10**6:06d}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("This code does not work")
    look(page, picture, "wrong code", size)
    code.fill(letter["code"])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{demo.base_url}/portal/")

    page.get_by_role("link", name="Account").locator("visible=true").click()
    expect(page.get_by_role("heading", name="Your sessions")).to_be_visible()
    expect(page.get_by_text("This browser")).to_be_visible()
    other = person(DESK).sign_in(demo.link_for(email))
    other.wait_for_url("**/portal/")
    expect(page.get_by_role("button", name="Sign out Chrome on Linux")).to_be_visible()
    look(page, picture, "account", size)
    page.get_by_role("button", name="Sign out everywhere").click()
    expect(page.get_by_role("heading", name="You are signed out everywhere")).to_be_visible()
    look(page, picture, "signed out everywhere", size)
    expect(other.get_by_role("heading", name="Please sign in")).to_be_visible()


def test_one_mailbox_at_two_companies_chooses_switches_and_meets_a_closed_door(
    demo: Demo, person: Callable[..., Person], picture: Picture
) -> None:
    """Each company is a press, and each press a session of its own."""
    email, size = "both@kestrelyoga.example", PHONE
    add_customer(demo, email, "bright-heating", "clearwater-plumbing")
    page = person(size).context.new_page()
    page.goto(f"{demo.base_url}/sign-in")
    page.get_by_label("Email address").fill(email)
    page.get_by_role("button", name="Email me a link").click()
    page.goto(letter_to(demo, email, "customer portals")["link"])
    expect(page.get_by_role("heading", name="Choose a company")).to_be_visible()
    look(page, picture, "choose")
    page.get_by_role("button", name="Clearwater Plumbing").click()
    page.wait_for_url(f"{demo.base_url}/portal/")
    expect(page.get_by_text("Clearwater Plumbing").first).to_be_visible()

    page.goto(f"{demo.base_url}/portal/account/")
    expect(page.get_by_role("button", name="Bright Heating Co.")).to_be_visible()
    look(page, picture, "account")
    page.get_by_role("button", name="Bright Heating Co.").click()
    page.wait_for_url(f"{demo.base_url}/portal/")
    expect(page.get_by_text("Bright Heating Co.").first).to_be_visible()
    page.goto(f"{demo.base_url}/portal/account/")
    page.get_by_role("button", name="Clearwater Plumbing").click()
    page.wait_for_url(f"{demo.base_url}/portal/")

    switch_portal(demo, "clearwater-plumbing", on=False)
    try:
        page.goto(f"{demo.base_url}/portal/")
        closed = page.get_by_role("heading", name="has no online portal at the moment")
        expect(closed).to_be_visible()
        expect(page.get_by_role("link", name="office@clearwater.example")).to_be_visible()
        look(page, picture, "closed portal")
        stranger = person(size).context.new_page()
        stranger.goto(f"{demo.base_url}/access/clearwater-plumbing")
        expect(stranger.get_by_role("link", name="office@clearwater.example")).to_be_visible()
        look(stranger, picture, "closed access")
    finally:
        switch_portal(demo, "clearwater-plumbing", on=True)
    page.reload()
    expect(closed).not_to_be_visible()


def test_an_invitation_is_asked_for_by_the_office_and_opened_anywhere(
    demo: Demo, person: Callable[..., Person], picture: Picture
) -> None:
    email, size = "new@kestrelyoga.example", PHONE
    add_customer(demo, email, "bright-heating")
    with demo.settings():
        invite_by_address(email)
    letter = letter_to(demo, email, "Your customer portal at Bright Heating Co.")
    assert letter["code"] == ""
    page = person(size).context.new_page()
    page.goto(letter["link"])
    expect(page.get_by_text("Kestrel Yoga")).to_be_visible()
    look(page, picture, "welcome")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{demo.base_url}/portal/")
    again = person(size).context.new_page()
    again.goto(letter["link"])
    again.get_by_role("button", name="Send me a fresh link").click()
    expect(again.get_by_role("heading", name="Look into your mail")).to_be_visible()
