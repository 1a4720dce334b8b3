"""One of a real merchant's invoices: imported, sent, paid through checkout, kept as a PDF."""

import io
import re
from collections.abc import Callable

import httpx
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.e2e.conftest import ROOT, Demo, Person, pay_with

SLICE = ROOT / "tests" / "data" / "online_retail_ii_slice.csv"
# 79 lines, and nobody's address is in the file.
NUMBER = "489599"


def test_a_real_invoice_is_imported_sent_paid_and_downloaded(
    demo: Demo, person: Callable[..., Person], picture: Callable[[Page, str], None]
) -> None:
    imported = demo.portal(
        "import", "invoices", str(SLICE),
        *("--company", "bright-heating", "--mapping", "online-retail-ii"),
        *("--refused", str(demo.data / "refused.csv")),
    )  # fmt: skip
    assert "invoices" in imported.stdout.lower()
    assert "line" in (demo.data / "refused.csv").read_text().splitlines()[0].lower()

    maya = person()
    office = maya.comes_in(demo.link_for("maya@brightheating.example"), "/dashboard/invoices/")
    office.get_by_role("searchbox").fill(NUMBER)
    expect(office.get_by_text("1 invoice, ")).to_be_visible()
    row = office.get_by_role("row", name=re.compile(NUMBER))
    row.get_by_role("button", name="Send").click()

    # No address in the file: it is asked for, and what is wrong with it is said beside it.
    dialog = office.get_by_role("dialog")
    dialog.get_by_label("Email address").fill("buyer@")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_text("is not an email address")).to_be_visible()
    expect(dialog.get_by_label("Email address")).to_have_value("buyer@")
    picture(office, "address")
    dialog.get_by_label("Email address").fill("buyer@giftshop.example")
    dialog.get_by_role("button", name="Send").click()
    expect(office.get_by_text("Sent to buyer@giftshop.example").first).to_be_visible()

    mail = demo.mail("buyer@giftshop.example", NUMBER)
    buyer = person()
    page = buyer.sign_in(next(link for link in mail["links"] if "/sign-in/" in link))
    expect(page.get_by_role("heading", name=NUMBER)).to_be_visible()
    due = re.search(r"Amount due\s+(\S+[\d,.]+)", page.inner_text("main"))
    assert due is not None and "£" in due.group(1)
    picture(page, "unpaid")

    page.get_by_role("button", name="Pay now").click()
    page.wait_for_url("**/c/pay/**")
    pay_with(page, "5555 5555 5555 4444")
    page.wait_for_url("**/portal/invoices/**")
    expect(page.get_by_text("Payment received")).to_be_visible()
    expect(row.get_by_text("Paid", exact=True)).to_be_visible()
    picture(page, "paid")

    address = page.get_by_role("link", name="Download PDF").get_attribute("href")
    cookies = {each["name"]: each["value"] for each in buyer.context.cookies()}
    pdf = httpx.get(f"{demo.base_url}{address}", cookies=cookies, trust_env=False)
    pages = PdfReader(io.BytesIO(pdf.content)).pages
    words = " ".join(each.extract_text() for each in pages)
    assert len(pages) > 1
    assert NUMBER in words and due.group(1).lstrip("£") in words and "Paid" in words
