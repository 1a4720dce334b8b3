"""Money that went back and is owed again, and credit that pays it: what the customer sees of what
the office does, while the page is open."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.axe import faults
from tests.e2e.conftest import DESK, PHONE, Demo, MakePerson, Picture, fits
from tests.e2e.own_invoices import Invoices


def test_a_refund_that_is_still_owed_is_paid_with_credit(
    demo: Demo, person: MakePerson, picture: Picture
) -> None:
    """Cases 8 and 12: each step is pushed to the open page, and every page says the same."""
    email, again, other = "credit@quayside.example", "G1", "H1"
    own = Invoices(demo, email)
    own.make(**{again: "paid", other: "unpaid"})
    maya = person(DESK)
    maya.is_let_in(demo.link_for("maya@brightheating.example"))
    office = maya.tab()
    page = person(PHONE).comes_in(demo.link_for(email), own.at(again))
    expect(page.get_by_text("Paid in full")).to_be_visible()
    wrong: list[str] = []

    def reads(*sentences: str) -> None:
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            for sentence in sentences:
                expect(page.get_by_text(sentence).locator("visible=true").first).to_be_visible()
            wrong.extend(faults(page))
            assert fits(page)
            picture(page, f"{sentences[0]} {size['width']}")

    _at(office, demo, own, again)
    dialog = _asked(office, "Refund")
    dialog.get_by_label(re.compile("^Amount")).fill("80")
    dialog.get_by_label("Still owed").check()
    dialog.get_by_role("button", name=re.compile("^Refund")).click()
    expect(dialog).to_be_hidden()
    reads("Refunded, and due again", "$80.00 went back to you")
    expect(page.get_by_role("button", name="Pay now")).to_be_visible()
    letter = demo.mail(email, "Refund from Bright Heating Co.: $80.00")
    assert letter["subject"].endswith("$80.00")

    _at(office, demo, own, other)
    dialog = _asked(office, "Record a payment")
    dialog.get_by_label(re.compile("^Amount")).fill("400")
    dialog.get_by_role("button", name="Record payment").click()
    dialog.get_by_label(re.compile("Keep .* as credit")).check()
    dialog.get_by_role("button", name="Record payment").click()
    expect(dialog).to_be_hidden()
    reads("Your credit", "$96.90")

    _at(office, demo, own, again)
    dialog = _asked(office, "Use credit")
    dialog.get_by_role("button", name="Use credit").click()
    expect(dialog).to_be_hidden()
    reads("Your credit, used here", "There is nothing left to pay", "$16.90")
    expect(page.get_by_role("button", name="Pay now")).to_be_hidden()

    page.goto(f"{demo.base_url}/portal/statement/")
    reads("$80.00 of your credit used", "Your credit")
    page.goto(f"{demo.base_url}/portal/")
    reads("Nothing to pay", "$16.90")
    assert wrong == []


def _at(office: Page, demo: Demo, own: Invoices, number: str) -> None:
    office.goto(f"{demo.base_url}/dashboard/invoices/{own.id_of(number)}/")


def _asked(office: Page, name: str) -> Locator:
    """Press what opens a dialog; the dialog."""
    office.get_by_role("button", name=re.compile(f"^{name}")).first.click()
    dialog = office.get_by_role("dialog").first
    expect(dialog).to_be_visible()
    return dialog
