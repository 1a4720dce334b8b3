"""The team and the audit log in a browser: an owner at a desk and on a phone, and the others."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import faults
from tests.e2e.conftest import DESK, PHONE, Demo, Person

TEAM, LOG = "/dashboard/settings/team/", "/dashboard/settings/audit/"
MAYA, TOM = "maya@brightheating.example", "tom@brightheating.example"


@pytest.mark.parametrize(
    ("size", "scheme", "name"),
    [(DESK, "light", "Lena Novak"), (PHONE, "dark", "Omar Haddad")],
    ids=["desk", "phone"],
)
def test_somebody_is_invited_joins_is_given_a_role_and_is_deactivated(
    demo: Demo,
    person: Callable[..., Person],
    picture: Callable[[Page, str], None],
    size: dict[str, int],
    scheme: str,
    name: str,
) -> None:
    """Case 34: what they have open ends with it."""
    address = f"{name.split()[0].lower()}@brightheating.example"
    maya = person(size, color_scheme=scheme).comes_in(demo.link_for(MAYA), TEAM)
    maya.get_by_role("button", name="Invite somebody").click()
    form = maya.get_by_role("dialog", name="Invite somebody to the team")
    form.get_by_label("Name", exact=True).fill(name)
    form.get_by_label("Email address").fill("nobody")
    form.get_by_label("Technician").check()
    form.get_by_role("button", name="Send invitation").click()
    expect(form.get_by_text("This is not an email address")).to_be_visible()
    expect(form.get_by_label("Name", exact=True)).to_have_value(name)
    expect(form.get_by_label("Technician")).to_be_checked()
    wrong = faults(maya)
    picture(maya, "wrong")
    form.get_by_label("Email address").fill(address)
    form.get_by_role("button", name="Send invitation").click()
    expect(form).not_to_be_visible()
    row = maya.get_by_role("listitem").filter(has_text=address)
    expect(row.get_by_text("Invited", exact=True)).to_be_visible()
    picture(maya, "invited")
    wrong += faults(maya)

    letter = demo.mail(address, "invites you to its team")
    (link,) = {each for each in letter["links"] if "/sign-in/" in each}
    theirs = person(size).sign_in(link)
    theirs.wait_for_url("**/dashboard/**")
    expect(theirs.get_by_role("heading", name="Overview")).to_be_visible()
    expect(theirs.get_by_role("link", name="Jobs").locator("visible=true")).to_be_visible()
    expect(theirs.get_by_text("Settings")).to_have_count(0)

    maya.reload()
    row.get_by_role("button", name=f"Change the role of {name}").click()
    form = maya.get_by_role("dialog", name="Change role")
    expect(form.get_by_label("Technician")).to_be_checked()
    form.get_by_label("Office").check()
    form.get_by_role("button", name="Change role").click()
    expect(maya.get_by_text(f"{name} is office now")).to_be_visible()
    if size is DESK:
        expect(theirs.get_by_role("link", name="Reconciliation")).to_be_visible()
        # The office changes none of the company's settings, and chooses what it is mailed about.
        theirs.get_by_role("link", name="Settings").click()
        expect(theirs.get_by_role("link", name="Notifications").first).to_be_visible()

    row.get_by_role("button", name=f"Deactivate {name}").click()
    sure = maya.get_by_role("dialog", name="Deactivate this person?")
    sure.get_by_role("button", name="Deactivate", exact=True).click()
    expect(theirs.get_by_text("You are signed out")).to_be_visible()
    expect(maya.get_by_role("heading", name="No longer on the team")).to_be_visible()

    maya.goto(f"{demo.base_url}{LOG}")
    expect(maya.get_by_text(f"{name}, {address}, as technician")).to_be_visible()
    wrong += faults(maya)
    picture(maya, "log")
    maya.get_by_role("searchbox").fill(f"deactivated {name.split()[1].lower()}")
    entries = maya.get_by_role("row").filter(has_text="Maya Ortiz")
    expect(maya.get_by_text("as technician")).to_have_count(0)
    expect(entries.first).to_contain_text("Deactivated")
    maya.get_by_label("Action").select_option("changed role")
    expect(maya.get_by_text("No entry fits")).to_be_visible()
    maya.get_by_role("link", name="Show everything").click()
    expect(maya.get_by_role("searchbox")).to_have_value("")
    maya.get_by_label("Action").select_option("changed role")
    expect(maya.get_by_text(f"{name}: technician is now office")).to_be_visible()
    maya.get_by_label("Person").select_option("Operator")
    expect(maya.get_by_text("No entry fits")).to_be_visible()
    assert wrong == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_each_role_is_shown_the_places_it_may_go_to(
    demo: Demo,
    person: Callable[..., Person],
    picture: Callable[[Page, str], None],
    size: dict[str, int],
) -> None:
    everybodys = {"Overview", "Invoices", "Payments", "Customers", "Jobs"}
    maya = person(size).comes_in(demo.link_for(MAYA))
    tom = person(size).comes_in(demo.link_for(TOM))
    for page, expected in ((maya, everybodys | {"Settings"}), (tom, everybodys)):
        expect(page.get_by_role("heading", name="Overview")).to_be_visible()
        expect(page.locator(".skeleton")).to_have_count(0)
        places = page.get_by_role("navigation", name=re.compile("Main|More"))
        if page is maya and size is PHONE:
            bar = places.locator("visible=true").first.locator("> *")
            expect(bar.locator("visible=true")).to_have_count(5)
            page.get_by_role("button", name="More").click()
            expect(places.get_by_role("link", name="Settings").last).to_be_visible()
            picture(page, "more")
            assert faults(page) == []
        shown = set(places.get_by_role("link").locator("visible=true").all_inner_texts())
        assert expected <= shown
        assert ("Settings" in shown) == ("Settings" in expected)
    if size is PHONE:
        maya.get_by_role("link", name="Payments").locator("visible=true").click()
        expect(maya.get_by_role("heading", name="Payments and refunds", level=1)).to_be_visible()
        expect(maya.get_by_role("navigation", name="More")).not_to_be_visible()
    tom.goto(f"{demo.base_url}{TEAM}")
    expect(tom.get_by_text("This page is for owners and admins")).to_be_visible()
    assert faults(tom) == []
