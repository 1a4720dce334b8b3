"""The product's main job, as people do it: two browsers at once, the office's and the customer's.

Steps 2 to 5 of a newcomer's walk, on a desk and on a phone.
"""

import io
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.e2e.conftest import DESK, PHONE, Demo, MakePerson, Person, Picture, fits, pay_with

# Each walk has an invoice of its own: a draft of the cast, and whose it is.
WALKS = [
    pytest.param(DESK, "INV-0013", "ines@bluewatermarina.example", id="desk"),
    pytest.param(PHONE, "INV-0014", "luca@cedarandpine.example", id="phone"),
]


@pytest.mark.parametrize(("size", "number", "email"), WALKS)
def test_an_invoice_is_sent_opened_paid_and_shown_paid_everywhere(
    demo: Demo,
    person: MakePerson,
    picture: Picture,
    size: dict[str, int],
    number: str,
    email: str,
) -> None:
    # The office signs in, sees its figures and sends the invoice.
    maya = person(size)
    office = maya.sign_in(demo.link_for("maya@brightheating.example"))
    expect(office.get_by_text("Outstanding").first).to_be_visible()
    picture(office, "overview")
    office.goto(f"{demo.base_url}/dashboard/invoices/")
    office.get_by_role("row", name=re.compile(number)).get_by_role("button", name="Send").click()
    expect(office.get_by_text(f"Sent to {email}").first).to_be_visible()
    picture(office, "sent")

    # The customer has a mail, with the invoice attached and a button to view and pay.
    mail = demo.mail(email, number)
    assert [part["filename"] for part in mail["attachments"]] == [f"{number}.pdf"]
    link = next(address for address in mail["links"] if "/sign-in/" in address)
    assert "View and pay invoice" in mail["html"]

    # In another browser: confirm once, see the invoice, download it.
    luca = person(size)
    invoice = luca.sign_in(link)
    expect(invoice.get_by_role("heading", name=number)).to_be_visible()
    due = _amount_due(invoice)
    for word in ("Issued", "Due", "Description", "Amount", "Sales tax 8.25%", "Total", "Unpaid"):
        expect(invoice.get_by_text(word).first).to_be_visible()
    assert fits(invoice)
    picture(invoice, "unpaid")
    assert due in _pdf_words(luca, invoice)
    second_tab = luca.tab(invoice.url)
    expect(second_tab.get_by_role("button", name="Pay now")).to_be_visible()
    watching = maya.tab(f"{demo.base_url}/dashboard/payments/")
    expect(watching.get_by_role("heading", name="Payments").first).to_be_visible()

    # A declined card first: a clear message, and another card works on the same page.
    invoice.get_by_role("button", name="Pay now").click()
    invoice.wait_for_url("**/c/pay/**")
    picture(invoice, "checkout")
    pay_with(invoice, "4000 0000 0000 0002")
    expect(invoice.get_by_text("Your card was declined")).to_be_visible()
    picture(invoice, "declined")
    expect(watching.get_by_text("Failed").first).to_be_visible()

    pay_with(invoice, "4242 4242 4242 4242")
    invoice.wait_for_url("**/portal/invoices/**")
    expect(invoice.get_by_text("Payment received")).to_be_visible()

    # Everybody knows, without a reload.
    expect(second_tab.get_by_text("Paid in full")).to_be_visible()
    row = office.get_by_role("row", name=re.compile(number))
    expect(row.get_by_text("Paid", exact=True)).to_be_visible()
    picture(invoice, "paid")
    picture(office, "paid")

    # The payment stands in the office's list with Stripe's reference, gross, fees and net.
    paid = watching.get_by_role("row", name=re.compile(rf"{number}.*pi_|pi_.*{number}")).first
    expect(paid).to_contain_text(due)
    expect(paid).to_contain_text("Visa ending 4242")
    expect(paid).not_to_contain_text("pending")
    picture(watching, "payments")
    assert fits(watching)

    # And the receipt is in the mail.
    receipt = demo.mail(email, "Receipt")
    assert due in receipt["text"]


def test_a_link_signs_in_once_and_then_offers_a_fresh_one(
    demo: Demo, person: MakePerson, picture: Picture
) -> None:
    """Case 30: used, and a fresh one in one click to the same address."""
    link = demo.link_for("dana@harborview.example")
    dana = person(PHONE)
    home = dana.sign_in(link)
    expect(home.get_by_role("heading", name="Your invoices")).to_be_visible()
    picture(home, "home")

    again = person(PHONE)
    page = again.context.new_page()
    answer = page.goto(link)
    assert answer is not None and answer.status == 410
    expect(page.get_by_text("already been used")).to_be_visible()
    picture(page, "used")
    page.get_by_role("button", name=re.compile("fresh", re.IGNORECASE)).click()
    expect(page.get_by_text(re.compile("mail", re.IGNORECASE)).first).to_be_visible()
    fresh = demo.mail("dana@harborview.example", "Sign in")
    page.goto(next(address for address in fresh["links"] if "/sign-in/" in address))
    page.get_by_role("button", name=re.compile("Continue")).click()
    expect(page.get_by_role("heading", name="Your invoices")).to_be_visible()


def test_somebody_elses_invoice_is_no_different_from_none(
    demo: Demo, person: MakePerson, picture: Picture
) -> None:
    """Case 35, in the browser."""
    dana = person()
    home = dana.comes_in(demo.link_for("dana@harborview.example"))
    expect(home.get_by_role("heading", name="Your invoices")).to_be_visible()
    home.goto(demo.places["customer"]["invoice_url"])
    expect(home.get_by_role("heading", name=re.compile("INV-"))).to_be_visible()

    marcus = person()
    gym = marcus.comes_in(demo.link_for("marcus@atlasgym.example"))
    expect(gym.get_by_role("heading", name="Your invoices")).to_be_visible()
    gym.goto(demo.places["customer"]["invoice_url"])
    expect(gym.get_by_text("There is nothing here")).to_be_visible()
    picture(gym, "not found")
    theirs = gym.inner_text("main")
    gym.goto(f"{demo.base_url}/portal/invoices/{'0' * 32}/")
    expect(gym.get_by_text("There is nothing here")).to_be_visible()
    assert gym.inner_text("main") == theirs


def test_nobody_signed_in_sees_only_how_to_sign_in(
    demo: Demo, person: MakePerson, picture: Picture
) -> None:
    stranger = person(PHONE)
    page = stranger.tab(demo.places["customer"]["invoice_url"])
    expect(page.get_by_text(re.compile("sign in", re.IGNORECASE)).first).to_be_visible()
    assert "INV-" not in page.content()
    picture(page, "signed out")


def _amount_due(page: Page) -> str:
    found = re.search(r"Amount due\s+(\$[\d,.]+)", page.inner_text("main"))
    assert found is not None
    return found.group(1)


def _pdf_words(who: Person, page: Page) -> str:
    address = page.get_by_role("link", name="Download PDF").get_attribute("href")
    answer = who.context.request.get(f"{page.url.split('/portal')[0]}{address}")
    assert answer.headers["content-type"] == "application/pdf"
    reader: Any = PdfReader(io.BytesIO(answer.body()))
    return " ".join(text.extract_text() for text in reader.pages)
