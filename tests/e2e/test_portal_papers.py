"""The statement for any days, the code for the phone, and the company's own look, in browsers."""

import io
import re

from PIL import Image
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.e2e.axe import faults
from tests.e2e.conftest import DESK, PHONE, Demo, MakePerson, Picture, fits
from tests.qr import read_picture

DANA = "dana@harborview.example"


def _sees_the_logo(page: Page) -> bool:
    """Loaded, and not only named: the company's own picture is beside its name."""
    page.wait_for_function("document.querySelector('img[src^=\"/logos/\"]')?.naturalWidth > 0")
    return True


def test_at_a_desk_a_statement_for_any_days_and_a_code_for_the_phone(
    demo: Demo, person: MakePerson, picture: Picture
) -> None:
    """Invariant G: what is scanned signs in once, after the phone has asked."""
    dana = person(DESK, color_scheme="light")
    desk = dana.tab(demo.link_for(DANA))
    assert _sees_the_logo(desk)
    picture(desk, "sign in")
    desk.get_by_role("button", name=re.compile("Continue")).click()
    desk.get_by_role("link", name="Statement").click()
    expect(desk.get_by_role("heading", name="Statement")).to_be_visible()
    assert _sees_the_logo(desk)
    expect(desk.get_by_text("Closing balance").first).to_be_visible()
    picture(desk, "statement")
    assert faults(desk) == [] and fits(desk)

    # By keyboard: other days, wrong ones, and a period with a name.
    desk.get_by_label("From").fill("2019-02-03")
    desk.get_by_label("To").fill("2019-02-01")
    desk.get_by_label("To").press("Enter")
    expect(desk.get_by_text("The first day is after the last one.")).to_be_visible()
    assert faults(desk) == []
    desk.get_by_label("To").fill("2019-02-10")
    desk.get_by_role("button", name="Show").press("Enter")
    desk.wait_for_url("**/portal/statement/?from=2019-02-03&to=2019-02-10")
    expect(desk.get_by_text("Nothing happened in these days")).to_be_visible()
    picture(desk, "nothing happened")
    assert faults(desk) == []
    desk.get_by_role("link", name="All", exact=True).press("Enter")
    desk.wait_for_url("**/portal/statement/?period=all")
    row = desk.get_by_role("link", name=re.compile("^Invoice INV-")).first
    expect(row).to_be_visible()

    # The same on paper.
    owed = desk.get_by_text("You owe").locator("xpath=preceding-sibling::dd").inner_text()
    address = desk.get_by_role("link", name="Download PDF").get_attribute("href")
    answer = dana.context.request.get(f"{demo.base_url}{address}")
    assert answer.headers["content-type"] == "application/pdf"
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.body())).pages)
    assert owed in words and "Harbor View Apartments" in words

    # From the desk to the phone.
    desk.get_by_role("link", name="Home").click()
    desk.get_by_role("table", name="To pay").get_by_role("link", name="INV-").first.click()
    expect(desk.get_by_text("Pay on your phone")).to_be_visible()
    desk.get_by_role("button", name="Show QR code").press("Enter")
    code = desk.get_by_role("img", name=re.compile("QR code that opens invoice"))
    expect(code).to_be_visible()
    expect(desk.get_by_role("button", name="Hide")).to_be_focused()
    picture(desk, "code")
    assert faults(desk) == []
    scanned = read_picture(Image.open(io.BytesIO(code.screenshot())))
    phone = person(PHONE, color_scheme="dark").sign_in(scanned)
    phone.wait_for_url(desk.url)
    expect(phone.get_by_role("button", name="Pay now")).to_be_visible()
    expect(phone.get_by_text("Pay on your phone")).to_be_hidden()
    picture(phone, "scanned")
    expect(desk.get_by_text("The code was used")).to_be_visible()
    expect(code).to_be_hidden()
    picture(desk, "code used")
    assert faults(desk) == [] and faults(phone) == []
    assert person(PHONE).context.request.get(scanned).status == 410

    # Left, it is gone.
    desk.get_by_role("button", name="Show QR code").click()
    expect(code).to_be_visible()
    desk.get_by_role("link", name="Statement").click()
    desk.go_back()
    expect(desk.get_by_role("button", name="Show QR code")).to_be_visible()
    expect(code).to_be_hidden()


def test_on_a_phone_the_statement_is_read_without_turning_it(
    demo: Demo, person: MakePerson, picture: Picture
) -> None:
    someone = person(PHONE, color_scheme="dark")
    page = someone.comes_in(demo.link_for(DANA), "/portal/statement/?period=this-year")
    expect(page.get_by_text("Closing balance").first).to_be_visible()
    assert _sees_the_logo(page)
    picture(page, "statement")
    assert faults(page) == [] and fits(page)
    page.set_viewport_size({"width": 320, "height": 700})
    assert fits(page)
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Show")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Main")).to_have_count(0)
    white = page.evaluate("getComputedStyle(document.querySelector('section')).backgroundColor")
    assert white == "rgb(255, 255, 255)"
