"""The office writes invoices: typed, lost and found, saved, sent, opened, credited, duplicated."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import faults
from tests.e2e.conftest import DESK, PHONE, Demo

MAYA, LUCA = "maya@brightheating.example", "luca@cedarandpine.example"
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["1280", "390"])


def line(page: Page, field: str, number: int):
    return page.get_by_label(f"{field}, line {number}", exact=True)


def new_invoice(demo: Demo, person, size) -> Page:
    who = person(size)
    page = who.comes_in(demo.link_for(MAYA), "/dashboard/invoices/new/?begin=anew")
    page.wait_for_url("**?sheet=*")
    expect(page.get_by_role("textbox", name="Customer")).to_be_visible()
    return page


def bill(page: Page, customer: str = "Cedar") -> None:
    page.get_by_role("textbox", name="Customer").fill(customer)
    expect(page.locator("[data-match]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Change")).to_be_visible()


@SIZES
def test_an_invoice_is_written_with_the_keyboard_and_nothing_typed_is_lost(
    demo: Demo, person, picture, size
):
    page = new_invoice(demo, person, size)
    bill(page)
    # Where one goes on by itself: the first line.
    expect(line(page, "Description", 1)).to_be_focused()
    page.keyboard.type("Boiler service")
    expect(line(page, "Unit price", 1)).to_be_visible()
    line(page, "Quantity", 1).fill("2.5")
    line(page, "Unit price", 1).fill("120")
    line(page, "Discount", 1).fill("10%")
    page.keyboard.press("Enter")
    expect(line(page, "Description", 2)).to_be_focused()
    page.keyboard.type("Thermostat")
    expect(line(page, "Unit price", 2)).to_be_visible()
    line(page, "Kind", 2).select_option("part")
    line(page, "Unit price", 2).fill("forty")
    page.get_by_label("Discount on the whole").fill("5%")
    expect(page.get_by_text("Enter a price such as 120.50.")).to_be_visible()
    expect(page.get_by_text(re.compile("^Kept "))).to_be_visible()

    page.reload()
    expect(line(page, "Unit price", 2)).to_have_value("forty")
    expect(line(page, "Description", 1)).to_have_value("Boiler service")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]

    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Nothing was saved yet")).to_be_visible()
    expect(line(page, "Unit price", 2)).to_be_focused()
    line(page, "Unit price", 2).fill("40")
    picture(page, "editor")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/dashboard/invoices/[0-9a-f]{32}/$"))
    expect(page.get_by_text("10% off")).to_be_visible()
    expect(page.get_by_text("Discount 5%")).to_be_visible()
    picture(page, "draft")
    page.get_by_role("button", name="Discard draft").click()
    page.get_by_role("button", name="Discard this draft").click()
    expect(page.get_by_text("Draft discarded")).to_be_visible()


def discard(page: Page) -> None:
    """Asked about first: what is typed stays until it is meant."""
    page.get_by_role("button", name="Discard", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Keep it").click()
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Discard", exact=True).click()
    page.get_by_role("button", name="Discard this invoice").click()
    page.wait_for_url("**/dashboard/invoices/")


def test_what_is_typed_without_a_connection_is_kept_once_it_is_back(demo: Demo, person):
    page = new_invoice(demo, person, DESK)
    bill(page)
    line(page, "Description", 1).fill("Boiler")
    expect(page.get_by_text(re.compile("^Kept "))).to_be_visible()
    page.context.set_offline(True)
    line(page, "Description", 1).fill("Boiler service, typed in a cellar")
    page.wait_for_timeout(1_000)
    page.context.set_offline(False)
    expect(line(page, "Description", 1)).to_have_value("Boiler service, typed in a cellar")
    kept = page.locator("form#sheet")
    number = page.locator("input[name=typed_no]")
    expect(kept).to_have_attribute("data-kept", number.input_value(), timeout=60_000)
    page.reload()
    expect(line(page, "Description", 1)).to_have_value("Boiler service, typed in a cellar")
    discard(page)


def test_sent_opened_credited_and_duplicated(demo: Demo, person, picture):
    page = new_invoice(demo, person, DESK)
    bill(page)
    line(page, "Description", 1).fill("Heat pump check")
    expect(line(page, "Unit price", 1)).to_be_visible()
    line(page, "Unit price", 1).fill("200")
    page.get_by_role("button", name="Save and send").click()
    page.wait_for_url(re.compile(r"/dashboard/invoices/[0-9a-f]{32}/$"))
    expect(page.get_by_text("never changed")).to_be_visible()
    number = page.get_by_role("heading", level=1).inner_text()
    billed = page.get_by_role("link", name="Cedar & Pine Café", exact=True)
    expect(billed).to_have_attribute("href", re.compile("^/dashboard/customers/[0-9a-f]{32}/$"))

    mail = demo.mail(LUCA, number)
    link = next(address for address in mail["links"] if "/sign-in/" in address)
    # A scanner fetches it; a person presses Continue.
    scanner = person()
    scanner.tab(link).close()
    expect(page.get_by_text("Link fetched, not opened")).to_be_visible()
    person(PHONE).sign_in(link).wait_for_url("**/portal/invoices/**")
    expect(page.get_by_text("Opened from the email")).to_be_visible()
    expect(page.get_by_text("Looked at in the portal")).to_be_visible()
    expect(page.get_by_text("Link fetched, not opened")).to_have_count(0)

    page.get_by_role("button", name="Write credit note").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Amount in USD").fill("1,000")
    dialog.get_by_role("button", name="Write credit note").click()
    expect(dialog.get_by_text(re.compile("^Only .* is still owed"))).to_be_visible()
    dialog.get_by_label("Amount in USD").fill("50")
    dialog.get_by_label("Reason").fill("Came late")
    dialog.get_by_role("button", name="Write credit note").click()
    expect(page.get_by_text(re.compile(r"CN-\d+: \$50.00 credited"))).to_be_visible()
    assert faults(page) == []
    picture(page, "credited")
    page.get_by_role("button", name="Write credit note").click()
    dialog.get_by_label("What is credited").select_option("lines")
    quantity = dialog.get_by_label("Quantity to credit of Heat pump check")
    quantity.fill("2")
    dialog.get_by_role("button", name="Write credit note").click()
    expect(dialog.get_by_text("Only 1 is left of this line.")).to_be_visible()
    expect(quantity).to_have_value("2")
    picture(page, "credit-by-line")
    assert faults(page) == []
    dialog.get_by_role("button", name="Cancel").click()
    paper = page.get_by_role("link", name="PDF", exact=True).first.get_attribute("href")
    assert page.request.get(f"{demo.base_url}{paper}").body()[:5] == b"%PDF-"

    page.get_by_role("button", name="Void invoice").click()
    dialog.get_by_role("button", name="Void this invoice").click()
    expect(page.get_by_text("Voided", exact=True).first).to_be_visible()
    assert faults(page) == []

    page.get_by_role("button", name="Duplicate").click()
    page.wait_for_url("**/dashboard/invoices/new/?sheet=*")
    expect(line(page, "Description", 1)).to_have_value("Heat pump check")
    discard(page)


@SIZES
def test_the_list_is_searched_sorted_and_sent_from(demo: Demo, person, picture, size):
    page = person(size).comes_in(demo.link_for(MAYA), "/dashboard/invoices/")
    expect(page.get_by_role("table", name="Invoices")).to_be_visible()
    page.get_by_label("Sort").select_option("amount")
    page.wait_for_url("**sort=amount**")
    page.get_by_role("searchbox").fill("cedar")
    page.wait_for_url("**q=cedar**")
    expect(page.get_by_text("Bluewater Marina")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("searchbox")).to_have_value("cedar")
    expect(page.get_by_label("Sort")).to_have_value("amount")
    page.get_by_role("link", name="Unpaid").click()
    page.wait_for_url("**show=unpaid**")
    expect(page.get_by_role("heading", name="Unpaid invoices")).to_be_visible()
    box = page.get_by_label(re.compile("^Choose INV-")).first
    box.click()
    expect(box).to_be_checked()
    expect(page.get_by_text("1 chosen")).to_be_in_viewport()
    assert faults(page) == []
    picture(page, "chosen")
    page.get_by_role("button", name="Send 1 invoice").dblclick()
    expect(page.get_by_text(re.compile("on the way|not sent"))).to_be_visible()
    picture(page, "sent")
    page.get_by_role("button", name="Dismiss").first.click()
    box.click()
    page.get_by_role("button", name="Remind of 1").click()
    expect(page.get_by_text(re.compile("on the way|not sent"))).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
    page.get_by_role("button", name="Dismiss").first.click()
