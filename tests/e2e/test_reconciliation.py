"""The office compares its books with Stripe's, and settles what does not fit, in a browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, PHONE, Demo, Person, fits
from tests.flows.elsewhere import shop_payment
from tests.flows.stripe_side import StripeSide
from tests.sandbox_process import SandboxProcess

BRIGHT_HEATING = "acct_1BrightHeating001"
AT_ONCE_CARD = "4000 0000 0000 0077"


@pytest.fixture
def stripe(demo: Demo) -> StripeSide:
    """Bright Heating's account at the demo's sandbox."""
    running = SandboxProcess(demo.places["stripe_url"], process=None)  # type: ignore[arg-type]
    return StripeSide(running, BRIGHT_HEATING)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_office_sees_that_its_books_are_stripes(
    demo: Demo,
    stripe: StripeSide,
    person: Callable[..., Person],
    picture: Callable[[Page, str], None],
    size: dict[str, int],
) -> None:
    maya = person(size)
    office = maya.comes_in(demo.link_for("maya@brightheating.example"))
    expect(office.get_by_text("Outstanding").first).to_be_visible()
    if size == PHONE:
        office.get_by_role("button", name="More").click()
    office.get_by_role("link", name="Reconciliation").locator("visible=true").click()
    expect(office.get_by_role("heading", name="Reconciliation")).to_be_visible()

    # The company may have books in another currency as well.
    dollars = office.locator("section").filter(
        has=office.get_by_role("heading", name="USD", exact=True)
    )

    # Money moves at Stripe besides: a sale in the company's shop, a refund of it, a payout.
    shop_payment(stripe, 50_000, card=AT_ONCE_CARD)
    payout = stripe.sandbox.pay_out(BRIGHT_HEATING)["data"][0]
    charge = shop_payment(stripe, 5_000)
    stripe.sandbox.refund(BRIGHT_HEATING, charge["id"])
    waiting = office.get_by_role("listitem").filter(has_text="Refund of $50.00").first
    expect(waiting).to_be_visible()
    expect(waiting).to_contain_text("Waiting")
    picture(office, "waiting")

    office.get_by_role("button", name="Check with Stripe now").click()
    expect(office.get_by_text(re.compile(r"^Checked: "))).to_be_visible(timeout=30_000)
    expect(dollars.get_by_text("In balance")).to_be_visible()
    expect(dollars.get_by_text("Difference").locator("xpath=..")).to_contain_text("$0.00")
    expect(office.get_by_text("Refund of $50.00")).to_have_count(0)
    picture(office, "in balance")

    # What is in a payout shows on a press.
    office.get_by_role("button", name=re.compile("What is in the payout")).first.click()
    inside = office.get_by_text("(not through this portal)").first
    expect(inside).to_be_visible()
    picture(office, "payout open")
    assert payout["status"] == "in_transit"

    # A charge that names an attempt which nobody made is held back, and set aside with a note.
    shop_payment(stripe, 7_700, fsm_attempt="0" * 32)
    expect(office.get_by_text("Payment of $77.00").first).to_be_visible()
    office.get_by_role("button", name="Check with Stripe now").click()
    expect(dollars.get_by_text("Does not match", exact=True)).to_be_visible(timeout=30_000)
    held = office.get_by_role("listitem").filter(has_text="Payment of $77.00").first
    expect(held).to_be_visible()
    expect(held).to_contain_text("Held back")
    held.get_by_role("button", name="Look it up at Stripe").click()
    expect(office.get_by_text("It still contradicts our books")).to_be_visible()
    picture(office, "held back")
    while office.get_by_role("button", name="Set aside").count():
        before = office.get_by_role("button", name="Set aside").count()
        office.get_by_role("button", name="Set aside").first.click()
        dialog = office.get_by_role("dialog")
        expect(dialog).to_be_visible()
        dialog.get_by_label("Why does it not concern your invoices?").fill("Another portal's sale")
        picture(office, "note")
        dialog.get_by_role("button", name="Set aside").click()
        expect(dialog).to_be_hidden()
        expect(
            office.get_by_role("listitem").get_by_role("button", name="Set aside")
        ).to_have_count(before - 1)
    expect(office.get_by_text("Nothing waits.")).to_be_visible()

    # It is money all the same: the next check books it as none of the portal's.
    expect(dollars.get_by_text("In balance")).to_have_count(0)
    picture(office, "differs")
    office.get_by_role("button", name="Check with Stripe now").click()
    expect(dollars.get_by_text("In balance")).to_be_visible(timeout=30_000)
    assert fits(office)


def test_a_technician_is_not_shown_the_way(
    demo: Demo, person: Callable[..., Person], picture: Callable[[Page, str], None]
) -> None:
    tom = person(DESK)
    page = tom.comes_in(demo.link_for("tom@brightheating.example"))
    expect(page.get_by_role("link", name="Payments").first).to_be_visible()
    expect(page.get_by_role("link", name="Reconciliation")).to_have_count(0)
    page.goto(f"{demo.base_url}/dashboard/reconciliation/")
    expect(page.get_by_text("This page is the office’s")).to_be_visible()
    picture(page, "technician")
