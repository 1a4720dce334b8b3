"""Paying a part, the deposit, several at once, and by hand: in browsers, on a desk and a phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import faults
from tests.e2e.conftest import CARD, DESK, PHONE, Demo, MakePerson, Picture, fits, pay_with

# Each walk has invoices of its own; the named ones are of the cast.
SIZES = [
    pytest.param(DESK, "light", id="desk"),
    pytest.param(PHONE, "dark", id="phone"),
]


def _amount_due(page: Page) -> float:
    found = re.search(r"Amount due\s+\$([\d,.]+)", page.inner_text("main"))
    assert found is not None
    return float(found.group(1).replace(",", ""))


@pytest.mark.parametrize(("size", "scheme"), SIZES)
def test_a_customer_pays_a_part_then_the_deposit_then_several_together(
    demo: Demo,
    person: MakePerson,
    picture: Picture,
    size: dict[str, int],
    scheme: str,
) -> None:
    """Cases 1, 3 and 12, as a customer meets them."""
    dana = person(size, color_scheme=scheme)
    home = dana.comes_in(demo.link_for("dana@harborview.example"))
    expect(home.get_by_role("heading", name="Your invoices")).to_be_visible()

    # A part of one.
    home.get_by_role("link", name="INV-0007").click()
    expect(home.get_by_label("Amount to pay")).to_be_visible()
    due = _amount_due(home)
    home.get_by_label("Amount to pay").fill(f"{due - 0.3:.2f}")
    home.get_by_role("button", name="Pay now").click()
    expect(home.get_by_text("That would leave $0.30")).to_be_visible()
    picture(home, "a rest too small")
    assert faults(home) == [] and fits(home)
    home.get_by_label("Amount to pay").fill("50")
    home.get_by_role("button", name="Pay now").click()
    home.wait_for_url("**/c/pay/**")
    pay_with(home, CARD)
    home.wait_for_url("**/portal/invoices/**")
    expect(home.get_by_text("$50.00 received")).to_be_visible()
    expect(home.get_by_text("Partially paid").first).to_be_visible()
    assert _amount_due(home) == pytest.approx(due - 50)
    picture(home, "a part paid")
    assert faults(home) == []

    # The deposit of another, where it was not paid yet.
    home.goto(f"{demo.base_url}/portal/")
    home.get_by_role("link", name="INV-0015").click()
    expect(home.get_by_role("heading", name="INV-0015")).to_be_visible()
    if home.get_by_text("The deposit", exact=True).is_visible():
        picture(home, "deposit")
        assert faults(home) == [] and fits(home)
        home.get_by_role("button", name="Pay now").click()
        home.wait_for_url("**/c/pay/**")
        expect(home.get_by_text("$2,500.00").first).to_be_visible()
        pay_with(home, CARD)
        home.wait_for_url("**/portal/invoices/**")
        expect(home.get_by_text("$2,500.00 received")).to_be_visible()

    # Several at once.
    home.goto(f"{demo.base_url}/portal/")
    ticks = home.get_by_role("checkbox")
    expect(ticks.first).to_be_visible()
    picture(home, "to tick")
    first, second = (ticks.nth(at).get_attribute("aria-label") or "" for at in (0, 1))
    ticks.nth(0).check()
    ticks.nth(1).check()
    together = home.get_by_role("button", name=re.compile(r"Pay 2 invoices, \$[\d,.]+"))
    expect(together).to_be_visible()
    picture(home, "ticked")
    assert faults(home) == [] and fits(home)
    if size is PHONE:
        # The last of the two walks settles them.
        together.click()
        home.wait_for_url("**/c/pay/**")
        for label in (first, second):
            expect(home.get_by_text(label.replace("Pay ", "Invoice ")).first).to_be_visible()
        pay_with(home, CARD)
        home.wait_for_url("**/portal/?checkout=**")
        expect(home.get_by_text(re.compile(r"\$[\d,.]+ received"))).to_be_visible()
        expect(
            home.get_by_role("table", name="Settled").get_by_role(
                "link", name=first.removeprefix("Pay ")
            )
        ).to_be_visible()
        picture(home, "paid together")
        assert faults(home) == []


@pytest.mark.parametrize(
    ("size", "scheme", "number", "other"),
    [
        pytest.param(DESK, "light", "INV-0004", "INV-0009", id="desk"),
        pytest.param(PHONE, "dark", "INV-0002", "INV-0010", id="phone"),
    ],
)
def test_the_office_takes_money_uses_credit_and_reverses(
    demo: Demo,
    person: MakePerson,
    picture: Picture,
    size: dict[str, int],
    scheme: str,
    number: str,
    other: str,
) -> None:
    maya = person(size, color_scheme=scheme)
    maya.is_let_in(demo.link_for("maya@brightheating.example"))
    office = maya.tab()

    def open_invoice(which: str) -> None:
        office.goto(f"{demo.base_url}/dashboard/invoices/?q={which}")
        office.get_by_role("link", name=which).first.click()
        expect(office.get_by_role("heading", name=which)).to_be_visible()

    open_invoice(number)
    due = _amount_due(office)
    office.get_by_role("button", name="Record a payment").click()
    dialog = office.get_by_role("dialog", name="Record a payment")
    dialog.get_by_label("Amount in USD").fill(f"{due + 20:.2f}")
    dialog.get_by_label("Note").fill("Brought to the office")
    # A question that is open stays open over a reload, with what was typed.
    office.reload()
    expect(dialog.get_by_label("Note")).to_have_value("Brought to the office")
    expect(dialog.get_by_label("Amount in USD")).to_have_value(f"{due + 20:.2f}")
    dialog.get_by_role("button", name="Record payment").click()
    expect(dialog.get_by_text("that is $20.00 more")).to_be_visible()
    picture(office, "more than is due")
    assert faults(office) == []
    dialog.get_by_label("Keep $20.00 as credit").check()
    dialog.get_by_role("button", name="Record payment").click()
    expect(dialog).to_be_hidden()
    expect(office.get_by_text("Taken by Maya Ortiz")).to_be_visible()
    picture(office, "recorded")
    assert faults(office) == [] and fits(office)

    open_invoice(other)
    office.get_by_role("button", name="Use credit").click()
    using = office.get_by_role("dialog", name="Use credit")
    expect(using.get_by_label("Amount in USD")).to_have_value("20.00")
    picture(office, "use credit")
    assert faults(office) == []
    using.get_by_role("button", name="Use credit").click()
    expect(office.get_by_text("Credit used").first).to_be_visible()
    expect(office.get_by_role("button", name="Use credit")).to_be_hidden()

    office.goto(f"{demo.base_url}/dashboard/payments/")
    row = office.get_by_role("row", name=re.compile(f"Cash.*{number}|{number}.*Cash")).first
    expect(row).to_be_visible()
    picture(office, "payments")
    row.get_by_role("button", name=re.compile("Reverse")).click()
    question = office.get_by_role("dialog", name="Reverse this payment?")
    picture(office, "reverse")
    question.get_by_role("button", name="Reverse payment").click()
    expect(row.get_by_text(re.compile("Reversed by Maya Ortiz"))).to_be_visible()
    assert faults(office) == [] and fits(office)
    # What its surplus paid elsewhere is owed again.
    open_invoice(number)
    assert _amount_due(office) == due
