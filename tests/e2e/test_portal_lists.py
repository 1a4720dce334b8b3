"""A customer looks around: home, invoices, payment history, service history; found by the words on
screen, at a desk and on a phone. What is paid belongs to a customer of the walk's own."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import faults
from tests.e2e.conftest import CARD, DESK, PHONE, Demo, MakePerson, Picture, fits, pay_with
from tests.e2e.own_invoices import Invoices

SIZES = [
    pytest.param(DESK, "light", id="desk"),
    pytest.param(PHONE, "dark", id="phone"),
]


@pytest.mark.parametrize(("size", "scheme"), SIZES)
def test_everything_is_found_by_its_words(
    demo: Demo, person: MakePerson, picture: Picture, size: dict[str, int], scheme: str
) -> None:
    page = person(size, color_scheme=scheme).comes_in(demo.link_for("dana@harborview.example"))
    look = _looker(page, picture)

    for words in ("You owe", "Next visit", "Last payments", "Radiator balancing"):
        expect(page.get_by_text(words).first).to_be_visible()
    receipt = page.get_by_role("link", name=re.compile("^Receipt")).first.get_attribute("href")
    assert page.request.get(f"{demo.base_url}{receipt}").headers["content-type"] == (
        "application/pdf"
    )
    look("home")

    _go(page, "Invoices")
    for filtered in ("Paid", "Unpaid", "All"):
        page.get_by_role("link", name=re.compile(f"^{filtered}")).first.click()
        page.wait_for_url(f"**{'' if filtered == 'All' else f'show={filtered.lower()}'}")
        expect(page.get_by_role("heading", name=f"{filtered} invoices")).to_be_visible()
    page.get_by_placeholder("Search number").fill("2026-10")
    listed = page.get_by_role("link", name=re.compile("^PDF of"))
    expect(listed).to_have_count(1)
    expect(page.get_by_text("Partially refunded")).to_be_visible()
    assert page.url.endswith("?q=2026-10")
    look("search")
    page.reload()
    expect(listed).to_have_count(1)
    pdf = page.get_by_role("link", name="PDF of 2026-102").get_attribute("href")
    assert page.request.get(f"{demo.base_url}{pdf}").ok
    page.get_by_placeholder("Search number").fill("no such thing")
    expect(page.get_by_text("No invoice fits")).to_be_visible()
    look("nothing found")
    page.get_by_role("link", name="Show all invoices").click()
    expect(page.get_by_role("link", name="INV-0012", exact=True)).to_be_visible()
    expect(page.get_by_placeholder("Search number")).to_have_value("")
    look("invoices")

    _go(page, "Payment history")
    row = page.get_by_role("row", name=re.compile("2026-102"))
    expect(row.get_by_text("Refunded -$107.17")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Cheque.*Reversed"))).to_be_visible()
    look("payment history")
    row.get_by_role("link", name="2026-102").click()
    expect(page.get_by_role("heading", name="2026-102")).to_be_visible()

    _go(page, "Service history")
    expect(page.get_by_role("heading", name="Upcoming")).to_be_visible()
    expect(page.get_by_role("heading", name="Completed")).to_be_visible()
    look("service history")
    page.get_by_role("link", name=re.compile("2025-117")).click()
    expect(page.get_by_role("heading", name="2025-117")).to_be_visible()


@pytest.mark.parametrize(("size", "scheme"), SIZES)
def test_all_is_paid_in_one_press_and_every_open_list_says_so(
    demo: Demo, person: MakePerson, picture: Picture, size: dict[str, int], scheme: str
) -> None:
    name = "D" if size is DESK else "P"
    email = f"lists-{name.lower()}@quayside.example"
    Invoices(demo, email).make(**{f"{name}1": "unpaid", f"{name}2": "unpaid"})
    someone = person(size, color_scheme=scheme)
    home = someone.comes_in(demo.link_for(email))
    unpaid = someone.tab(f"{demo.base_url}/portal/invoices/?show=unpaid")
    payments = someone.tab(f"{demo.base_url}/portal/payments/")
    expect(unpaid.get_by_role("link", name=f"{name}1", exact=True)).to_be_visible()
    expect(payments.get_by_text("No payments yet")).to_be_visible()

    # By keyboard alone.
    home.get_by_role("button", name="Pay all 2 invoices, $606.20").focus()
    home.keyboard.press("Enter")
    pay_with(home, CARD)
    home.wait_for_url("**/portal/?checkout=**")
    expect(home.get_by_text("$606.20 received")).to_be_visible()
    expect(unpaid.get_by_text("Nothing to pay")).to_be_visible()
    expect(payments.get_by_text("Visa ending 4242")).to_be_visible()
    for page, where in ((home, "paid"), (unpaid, "unpaid"), (payments, "payments")):
        _looker(page, picture)(where)


def _go(page: Page, place: str) -> None:
    """Along the navigation, whichever of the two is there at this width."""
    briefly = {"Payment history": "Payments", "Service history": "Service"}.get(place, place)
    found = page.get_by_role("navigation", name="Main").get_by_role(
        "link", name=re.compile(f"^({place}|{briefly})$")
    )
    found.locator("visible=true").first.click()
    expect(page.get_by_role("heading", name=place, level=1)).to_be_visible()


def _looker(page: Page, picture: Picture) -> Callable[[str], None]:
    def look(name: str) -> None:
        assert faults(page) == []
        assert fits(page)
        picture(page, name)

    return look
