"""Reminders and notices in Chromium: set up, sent, opened, stopped; told at the bell."""

import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import faults
from tests.e2e.conftest import DESK, PHONE, Demo, Person, fits
from tests.e2e.own_invoices import Invoices

MAYA = "maya@brightheating.example"


def own_invoice(demo: Demo, email: str, state: str) -> tuple[str, str]:
    """A new customer's invoice in this state: its number and its id."""
    number = f"R-{secrets.token_hex(3).upper()}"
    own = Invoices(demo, email)
    own.make(**{number: state})
    return number, own.id_of(number)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_reminder_from_the_schedule_to_the_customers_one_click(
    demo: Demo,
    person: Callable[..., Person],
    picture: Callable[[Page, str], None],
    size: dict[str, int],
) -> None:
    email = f"nadia-{secrets.token_hex(4)}@quayside.example"
    number, invoice_id = own_invoice(demo, email, "unpaid")

    # A step of the schedule: bad input loses nothing, a good one is there and can be taken away.
    maya = person(size).comes_in(demo.link_for(MAYA), "/dashboard/settings/reminders/")
    days = maya.get_by_label("Days", exact=True)
    days.fill("next week")
    maya.get_by_role("button", name="Add", exact=True).click()
    expect(maya.get_by_text("A whole number of days, from 1 to 365.")).to_be_visible()
    expect(days).to_have_value("next week")
    days.fill("45")
    maya.get_by_role("button", name="Add", exact=True).click()
    remove = maya.get_by_role("button", name="Remove: 45 days after the due date")
    expect(remove).to_be_visible()
    picture(maya, "schedule")
    assert faults(maya) == [] and fits(maya)
    remove.click()
    expect(remove).to_have_count(0)

    # Each letter can be read before it leaves, about any invoice that is open.
    maya.get_by_role("link", name="See the letters").click()
    maya.get_by_text("Another open invoice").click()
    maya.get_by_role("searchbox").fill(number)
    maya.get_by_role("link", name=re.compile(f"^{number}")).last.click()
    maya.wait_for_url(f"**invoice={invoice_id}**")
    expect(maya.get_by_role("region", name="The letter in plain text")).to_contain_text(number)
    expect(maya.frame_locator("iframe").get_by_text(number).first).to_be_visible()
    picture(maya, "letters")
    assert faults(maya) == [] and fits(maya)

    # One now, by hand; it stands in what happened to the invoice.
    maya.goto(f"{demo.base_url}/dashboard/invoices/{invoice_id}/")
    maya.get_by_role("button", name="Send reminder").click()
    expect(maya.get_by_text(f"Reminder on its way to {email}")).to_be_visible()
    expect(maya.get_by_text(f"Reminder to {email}")).to_be_visible()
    picture(maya, "invoice")
    assert faults(maya) == [] and fits(maya)

    # It opens the unpaid invoice, without an account.
    letter = demo.mail(email, f"Reminder: invoice {number}")
    nadia = person(size).sign_in(next(one for one in letter["links"] if "/sign-in/" in one))
    expect(nadia).to_have_url(re.compile(f"/portal/invoices/{invoice_id}/"))
    expect(nadia.get_by_text("$303.10").first).to_be_visible()

    # And she stops them with the link below it: the office sees that as it happens.
    nadia.goto(next(one for one in letter["links"] if "/reminders/" in one))
    nadia.get_by_role("button", name="Stop reminders").click()
    expect(nadia.get_by_role("heading", name="No more reminders")).to_be_visible()
    assert fits(nadia)
    expect(maya.get_by_text("Reminders to this customer are paused.")).to_be_visible()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_refused_card_rings_the_bell_of_an_open_page(
    demo: Demo,
    person: Callable[..., Person],
    picture: Callable[[Page, str], None],
    size: dict[str, int],
) -> None:
    maya = person(size).comes_in(demo.link_for(MAYA))
    bell = maya.get_by_role("link", name=re.compile("^Notices")).filter(visible=True)
    expect(bell).to_be_visible()
    number, _ = own_invoice(demo, f"nadia-{secrets.token_hex(4)}@quayside.example", "declined")
    expect(bell).to_have_accessible_name(re.compile(r"Notices, \d+ new"))
    bell.click()
    expect(maya.get_by_role("heading", name="Notices", exact=True)).to_be_visible()
    told = maya.get_by_role("listitem").filter(has_text=number)
    expect(told.get_by_text("New", exact=True)).to_be_visible()
    expect(bell).to_have_accessible_name("Notices")
    picture(maya, "notices")
    assert faults(maya) == [] and fits(maya)
    told.get_by_role("link", name=re.compile("could not pay")).click()
    expect(maya.get_by_role("heading", name=number)).to_be_visible()

    # What is mailed is hers to choose.
    maya.goto(f"{demo.base_url}/dashboard/settings/notifications/")
    box = maya.get_by_label("Failed payments")
    box.uncheck()
    maya.get_by_role("button", name="Save").click()
    expect(maya.get_by_text("Notifications saved")).to_be_visible()
    assert faults(maya) == [] and fits(maya)
    maya.reload()
    expect(box).not_to_be_checked()
    box.check()
    maya.get_by_role("button", name="Save").click()
    expect(maya.get_by_text("Notifications saved")).to_be_visible()
