"""Money goes back: the office refunds, a bank disputes, and every open tab says how it stands."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.at_stripe import Stripe
from tests.e2e.axe import faults
from tests.e2e.conftest import DESK, PHONE, Demo, MakePerson, Picture, fits

# Each walk has an invoice of its own that the demo paid.
WALKS = [
    pytest.param(DESK, "light", "INV-0005", "marcus@atlasgym.example", id="desk"),
    pytest.param(PHONE, "dark", "INV-0008", "luca@cedarandpine.example", id="phone"),
]


@pytest.mark.parametrize(("size", "scheme", "number", "email"), WALKS)
def test_a_part_is_refunded_and_then_the_rest_and_everybody_sees_it(
    demo: Demo,
    person: MakePerson,
    picture: Picture,
    size: dict[str, int],
    scheme: str,
    number: str,
    email: str,
) -> None:
    """Cases 5 and 11, as people see them."""
    maya = person(size, color_scheme=scheme)
    office = maya.comes_in(
        demo.link_for("maya@brightheating.example"), f"/dashboard/invoices/?q={number}"
    )
    invoice_id = _open_invoice(office, number)
    listed = maya.tab(f"{demo.base_url}/dashboard/payments/?show=refunds")
    expect(listed.get_by_role("heading", name="Payments and refunds")).to_be_visible()
    customer = person(size, color_scheme=scheme)
    page = customer.comes_in(demo.link_for(email), f"/portal/invoices/{invoice_id}/")
    expect(page.get_by_text("Paid in full")).to_be_visible()

    # Too much is refused beside its field; a part goes.
    office.get_by_role("button", name=re.compile("^Refund ")).click()
    form = office.get_by_role("dialog", name="Refund a payment")
    amount = form.get_by_label(re.compile("Amount"))
    whole = amount.input_value()
    wrong = faults(office)
    picture(office, "dialog")
    amount.fill("99999")
    form.get_by_role("button", name="Refund").click()
    expect(form.get_by_text(re.compile("At most .* of this payment"))).to_be_visible()
    amount.fill("80.00")
    form.get_by_role("button", name="Refund").click()
    expect(form).not_to_be_visible()

    # Both faces change by themselves.
    badge = office.get_by_text("Partially refunded").locator("visible=true").first
    expect(badge).to_be_visible()
    expect(office.get_by_text("Refunded", exact=True).first).to_be_visible()
    expect(office.get_by_text(re.compile("of the platform fee came back"))).to_be_visible()
    expect(page.get_by_text("Paid, and refunded in part")).to_be_visible()
    expect(page.get_by_text(re.compile("Refunded to .* ending"))).to_be_visible()
    expect(page.get_by_text("-$80.00").first).to_be_visible()
    row = listed.get_by_role("row", name=re.compile(f"{number}.*re_|re_.*{number}"))
    expect(row).to_contain_text("Maya Ortiz")
    expect(row).to_contain_text("-$80.00")
    wrong += [*faults(office), *faults(page), *faults(listed)]
    picture(office, "part office")
    picture(page, "part customer")
    picture(listed, "part list")
    told = demo.mail(email, "Refund from")
    assert "$80.00" in told["subject"] and number in told["text"]

    # The rest, and it is still owed: the balance is open again.
    office.get_by_role("button", name=re.compile("^Refund ")).click()
    left = float(whole) - 80
    expect(amount).to_have_value(f"{left:.2f}")
    form.get_by_label("Still owed").check()
    form.get_by_label("Reason").select_option("duplicate")
    form.get_by_role("button", name="Refund").click()
    expect(page.get_by_role("button", name="Pay now")).to_be_visible()
    expect(office.get_by_text("Still owed").first).to_be_visible()
    expect(office.get_by_role("button", name=re.compile("^Refund "))).to_have_count(0)
    picture(office, "rest office")
    picture(page, "rest customer")
    for each in (office, page, listed):
        assert fits(each)
    assert wrong == []


def test_a_dispute_is_told_to_the_office_and_calmly_to_the_customer(
    demo: Demo, person: MakePerson, picture: Picture, stripe: Stripe
) -> None:
    """Case 10, as people see it: opened, and won."""
    number = "INV-0001"
    maya = person(DESK, color_scheme="dark")
    office = maya.comes_in(
        demo.link_for("maya@brightheating.example"), f"/dashboard/invoices/?q={number}"
    )
    invoice_id = _open_invoice(office, number)
    dana = person(PHONE)
    link = demo.link_for("dana@harborview.example")
    page = dana.comes_in(link, f"/portal/invoices/{invoice_id}/")
    expect(page.get_by_text("Paid in full")).to_be_visible()
    overview = maya.tab(f"{demo.base_url}/dashboard/")
    # The cast's past has one that is still open.
    told = overview.get_by_text(re.compile("bank disputes"))
    expect(told).to_have_count(1)

    dispute = stripe.dispute(number, reason="product_not_received")
    expect(office.get_by_text("Disputed").locator("visible=true").first).to_be_visible()
    expect(office.get_by_text("Answer needed")).to_be_visible()
    expect(office.get_by_role("link", name="Open it in Stripe’s dashboard")).to_be_visible()
    expect(office.get_by_role("button", name=re.compile("^Refund "))).to_have_count(0)
    expect(told).to_have_count(2)
    # In the mailbox too.
    news = "Harbor View Apartments: the customer’s bank disputes"
    demo.mail("maya@brightheating.example", news)
    expect(page.get_by_text("Your bank is looking into a payment")).to_be_visible()
    expect(page.get_by_role("button", name="Pay now")).to_have_count(0)
    wrong = [*faults(office), *faults(page), *faults(overview)]
    picture(office, "office")
    picture(page, "customer")
    picture(overview, "overview")

    stripe.ask("POST", "/sandbox/disputes", dispute=dispute, outcome="won")
    expect(page.get_by_text("Paid in full")).to_be_visible()
    expect(office.get_by_text("Won", exact=True)).to_be_visible()
    assert len(demo.mails("maya@brightheating.example", news)) == 1
    expect(office.get_by_role("button", name=re.compile("^Refund "))).to_be_visible()
    assert wrong == []


def _open_invoice(page: Page, number: str) -> str:
    """Go to an invoice as the office does; its id."""
    page.get_by_role("row", name=re.compile(number)).get_by_role("link").first.click()
    page.wait_for_url(re.compile("/dashboard/invoices/[0-9a-f]{32}"))
    expect(page.get_by_role("button", name=re.compile("^Refund "))).to_be_visible()
    return page.url.rstrip("/").rpartition("/")[2]
