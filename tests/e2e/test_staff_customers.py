"""Customers and jobs in a browser: the office at a desk, the technician on a phone."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import stripe
from playwright.sync_api import Locator, Page, expect

from fsm_portal.demo.seed import BRIGHT_HEATING_ACCOUNT
from tests.e2e.axe import faults
from tests.e2e.conftest import DESK, PHONE, Demo, Person, fits

MAYA, TOM = "maya@brightheating.example", "tom@brightheating.example"
NAMES = iter(range(1, 1000))


@pytest.fixture
def office(demo: Demo, person: Callable[..., Person]) -> Person:
    """Maya at her desk, signed in."""
    maya = person()
    maya.is_let_in(demo.link_for(MAYA))
    return maya


@pytest.fixture
def at_stripe(demo: Demo) -> Callable[..., str]:
    """Somebody adds a customer in Stripe; Stripe's id."""
    bases: Any = {"api": demo.places["stripe_url"], "connect": demo.places["stripe_url"]}
    client = stripe.StripeClient(demo.environment["FSM_STRIPE_SECRET_KEY"], base_addresses=bases)

    def add(name: str, email: str) -> str:
        about: Any = {"name": name, "email": email}
        options: Any = {"stripe_account": BRIGHT_HEATING_ACCOUNT}
        return client.v1.customers.create(about, options).id

    return add


def new_customer(page: Page, demo: Demo, email: str = "") -> str:
    """Add one by the form; their name."""
    name = f"Quayside Hotel {next(NAMES)}"
    page.goto(f"{demo.base_url}/dashboard/customers/")
    page.get_by_role("button", name="New customer").first.click()
    form = page.get_by_role("dialog", name="New customer")
    form.get_by_label("Name").fill(name)
    form.get_by_label("Contact").fill("Rosa Lind")
    form.get_by_label("Email address").fill(email)
    form.get_by_role("button", name="Add customer").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    return name


def test_a_customer_is_added_and_bad_input_loses_nothing(demo, office, person):
    page = office.tab(f"{demo.base_url}/dashboard/customers/")
    page.get_by_role("button", name="New customer").first.click()
    form = page.get_by_role("dialog", name="New customer")
    form.get_by_label("Contact").fill("Rosa Lind")
    form.get_by_label("Email address").fill("rosa at quayside")
    form.get_by_label("Address", exact=True).fill("1 Quay\nNew York")
    form.get_by_role("button", name="Add customer").click()
    expect(form.get_by_text("Type the customer's name.")).to_be_visible()
    form.get_by_label("Name").fill("Quayside Hotel")
    form.get_by_role("button", name="Add customer").click()
    expect(form.get_by_text("This is not an email address")).to_be_visible()
    expect(form.get_by_label("Contact")).to_have_value("Rosa Lind")
    expect(form.get_by_label("Address", exact=True)).to_have_value("1 Quay\nNew York")
    # Somebody has this one already: it can be said that it is right.
    form.get_by_label("Email address").fill("dana@harborview.example")
    form.get_by_role("button", name="Add customer").click()
    expect(form.get_by_text("Harbor View Apartments has this address too")).to_be_visible()
    form.get_by_label("They share one mailbox").check()
    assert faults(page) == []
    form.get_by_label("Email address").fill("rosa@quayside.example")
    form.get_by_role("button", name="Add customer").click()
    expect(page.get_by_role("heading", name="Quayside Hotel")).to_be_visible()
    expect(page.get_by_text("No invoices yet")).to_be_visible()
    assert faults(page) == []

    # Invited, and sent a fresh link once they have been in.
    page.get_by_role("button", name="Invite to portal").click()
    expect(page.get_by_text("Invitation on its way to rosa@quayside.example")).to_be_visible()
    letter = demo.mail("rosa@quayside.example", "Bright Heating")
    person(PHONE).sign_in(next(one for one in letter["links"] if "/sign-in/" in one))
    page.reload()
    page.get_by_role("button", name="Send a sign-in link").click()
    expect(page.get_by_text("Sign-in link on its way to rosa@quayside.example")).to_be_visible()


def test_changing_the_phone_leaves_country_and_formats_as_they_are(demo, office):
    """The form stands on the page before anybody's data: none of it may come from then."""
    page = office.tab()
    at_home = new_customer(page, demo)
    new_customer(page, demo)

    def the_form() -> Locator:
        page.get_by_role("button", name="Edit customer").click()
        return page.get_by_role("dialog", name="Edit customer")

    def save() -> None:
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("dialog", name="Edit customer")).to_be_hidden()

    form = the_form()
    form.get_by_label("Country").select_option("DE")
    form.get_by_label("Numbers and dates").select_option("de_DE")
    save()
    page.reload()
    form = the_form()
    form.get_by_label("Phone").fill("+49 30 555")
    save()
    form = the_form()
    expect(form.get_by_label("Country")).to_have_value("DE")
    expect(form.get_by_label("Numbers and dates")).to_have_value("de_DE")
    page.keyboard.press("Escape")

    page.get_by_label("Main").get_by_role("link", name="Customers").first.click()
    page.get_by_role("link", name=at_home).first.click()
    expect(page.get_by_role("heading", name=at_home)).to_be_visible()
    form = the_form()
    expect(form.get_by_label("Country")).to_have_value("US")
    expect(form.get_by_label("Numbers and dates")).to_have_value("")
    form.get_by_label("Phone").fill("+1 201 555 0144")
    save()
    page.reload()
    form = the_form()
    expect(form.get_by_label("Phone")).to_have_value("+1 201 555 0144")
    expect(form.get_by_label("Country")).to_have_value("US")


def test_found_by_a_few_letters_and_opened_from_the_list(demo, office):
    page = office.tab(f"{demo.base_url}/dashboard/customers/")
    expect(page.get_by_role("link", name=re.compile("Harbor View"))).to_be_visible()
    page.get_by_role("searchbox").fill("northw")
    page.wait_for_url("**q=northw**")
    expect(page.get_by_role("link", name=re.compile("Harbor View"))).to_have_count(0)
    page.get_by_role("link", name=re.compile("Northwind Dental")).click()
    expect(page.get_by_role("heading", name="Northwind Dental Group")).to_be_visible()
    for tab, seen in (
        ("Payments", "Payments and refunds"),
        ("Jobs", "Air filters, all practices"),
        ("Statement", "Closing balance"),
        ("History", "Added as a customer"),
    ):
        page.get_by_label("About this customer").get_by_role("link", name=tab).click()
        expect(page.get_by_text(seen).first).to_be_visible()
        assert faults(page) == []
    page.get_by_label("Main").get_by_role("link", name="Customers").first.click()
    page.get_by_role("link", name="Overdue").click()
    expect(page.get_by_role("heading", name="Overdue the longest")).to_be_visible()
    assert faults(page) == []


def test_the_statement_is_there_for_any_days_and_on_paper(demo, office):
    page = office.tab(f"{demo.base_url}/dashboard/customers/?q=northwind")
    page.get_by_role("link", name=re.compile("Northwind Dental")).click()
    page.get_by_label("About this customer").get_by_role("link", name="Statement").click()
    page.get_by_label("Period").get_by_role("link", name="All").click()
    page.wait_for_url("**period=all**")
    expect(page.get_by_text(re.compile("^Until "))).to_be_visible()
    paper = page.get_by_role("link", name="Download PDF").get_attribute("href")
    answer = page.request.get(f"{demo.base_url}{paper}")
    assert (answer.status, answer.body()[:5]) == (200, b"%PDF-")
    page.get_by_label("From", exact=True).fill("2026-12-31")
    page.get_by_label("To", exact=True).fill("2026-01-01")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("The first day is after the last one")).to_be_visible()


def test_a_note_is_written_and_changed(demo, office):
    page = office.tab()
    new_customer(page, demo)
    page.get_by_label("New note").fill("Ring twice")
    # Not added yet, and not lost by F5.
    page.reload()
    expect(page.get_by_label("New note")).to_have_value("Ring twice")
    page.get_by_role("button", name="Add note").click()
    expect(page.get_by_text("Ring twice")).to_be_visible()
    expect(page.get_by_label("New note")).to_have_value("")
    page.get_by_role("button", name="Edit note").click()
    page.get_by_label("Your note").fill("Ring once")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Ring once")).to_be_visible()


def test_stripes_customers_are_linked_imported_and_viewed(demo, office, at_stripe, picture):
    page = office.tab()
    email = f"rosa{next(NAMES)}@quay.example"
    name = new_customer(page, demo, email)
    theirs = at_stripe("Quay at Stripe", email)
    stranger = f"Lighthouse Café {next(NAMES)}"
    at_stripe(stranger, "light@house.example")
    page.goto(f"{demo.base_url}/dashboard/customers/stripe/")
    row = page.get_by_role("row", name=re.compile(theirs))
    expect(row.get_by_text("Same address as")).to_be_visible()
    picture(page, "in stripe")
    assert faults(page) == []
    row.get_by_role("button", name="Link the two").click()
    expect(row.get_by_role("link", name=name)).to_be_visible()
    other = page.get_by_role("row", name=re.compile(stranger))
    # Ticked once the server has it: a tick that is lost is not shown.
    other.get_by_role("checkbox").click()
    expect(other.get_by_role("checkbox")).to_be_checked()
    page.get_by_role("button", name="Import 1").click()
    expect(page.get_by_text("1 imported.")).to_be_visible()
    expect(other.get_by_role("link", name=stranger)).to_be_visible()
    with page.context.expect_page() as opened:
        row.get_by_role("link", name="View").click()
    expect(opened.value.get_by_text(email).first).to_be_visible()
    page.get_by_role("searchbox").fill("lighthouse")
    page.wait_for_url("**q=lighthouse**")
    expect(page.get_by_role("row", name=re.compile(theirs))).to_have_count(0)
    expect(other).to_be_visible()


def test_a_job_goes_from_the_office_to_the_phone_and_back(demo, office, person, picture):
    desk = office.tab()
    name = new_customer(desk, demo)
    desk.get_by_role("link", name="New job").first.click()
    title = f"Boiler check {next(NAMES)}"
    expect(desk.get_by_text(name)).to_be_visible()
    desk.get_by_label("Description").fill("Ask at the desk.")
    desk.get_by_role("button", name="Plan job").click()
    expect(desk.get_by_text("Say in a few words")).to_be_visible()
    expect(desk.get_by_label("Description")).to_have_value("Ask at the desk.")
    desk.get_by_label("What is to be done").fill(title)
    desk.get_by_label("Technician").select_option("Tom Becker")
    assert faults(desk) == []
    desk.get_by_role("button", name="Plan job").click()
    expect(desk.get_by_role("heading", name=title)).to_be_visible()

    tom = person(PHONE, has_touch=True, is_mobile=True)
    phone = tom.comes_in(demo.link_for(TOM), "/dashboard/jobs/?show=mine")
    expect(phone.get_by_role("link", name="Mine")).to_have_attribute("aria-current", "page")
    assert faults(phone) == []
    phone.get_by_role("link", name=title).click()
    expect(phone.get_by_role("heading", name=title)).to_be_visible()
    expect(phone.get_by_role("button", name="Edit")).to_have_count(0)
    picture(phone, "job on a phone")
    assert faults(phone) == []
    phone.get_by_role("button", name="Mark as done").click()
    phone.get_by_label("What was done, for the office").fill("Two hours, one valve.")
    phone.get_by_role("dialog").get_by_role("button", name="Mark as done").click()

    expect(desk.get_by_role("paragraph").filter(has_text="Two hours, one valve.")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    desk.get_by_role("link", name="Make invoice").click()
    desk.wait_for_url("**/dashboard/invoices/new/**")
    expect(desk.get_by_text(name).first).to_be_visible()


def test_what_is_typed_about_a_job_stays_while_somebody_else_moves_it(demo, office):
    desk = office.tab()
    new_customer(desk, demo)
    desk.get_by_role("link", name="New job").first.click()
    desk.get_by_label("What is to be done").fill(title := f"Radiator check {next(NAMES)}")
    desk.get_by_role("button", name="Plan job").click()
    expect(desk.get_by_role("heading", name=title)).to_be_visible()
    beside = office.tab(desk.url)
    expect(beside.get_by_role("heading", name=title)).to_be_visible()

    desk.get_by_role("button", name="Edit").click()
    typing = desk.get_by_role("dialog", name="Edit job")
    typing.get_by_label("Description").fill("The one in the hall.")
    beside.get_by_role("button", name="Edit").click()
    moving = beside.get_by_role("dialog", name="Edit job")
    moving.get_by_label("Time").fill("14:30")
    moving.get_by_label("Technician").select_option("Tom Becker")
    moving.get_by_role("button", name="Save").click()
    expect(moving).to_be_hidden()

    expect(desk.get_by_text("Tom Becker").first).to_be_visible()
    expect(typing.get_by_label("Description")).to_have_value("The one in the hall.")


def test_nothing_hangs_over_the_edge(demo, office, picture):
    """At 1280 and 390, in the dark too."""
    page = office.tab()
    for path, seen in (
        ("customers/", "All customers"),
        ("customers/stripe/", "In your Stripe account"),
        ("jobs/", "Today"),
        ("jobs/?show=completed", "Earlier"),
        ("jobs/new/", "Find a customer"),
    ):
        page.goto(f"{demo.base_url}/dashboard/{path}")
        expect(page.get_by_text(seen).first.or_(page.get_by_label(seen).first)).to_be_visible()
        for size, scheme in ((DESK, "dark"), (PHONE, "light")):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            assert faults(page) == []
            assert fits(page), path
            picture(page, f"{path} {size['width']}")
