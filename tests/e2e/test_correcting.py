"""A customer's address was wrong: the office corrects it, and the mail goes where it should."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import faults
from tests.e2e.conftest import DESK, PHONE, Demo, Person


@pytest.mark.parametrize(
    ("size", "number", "old", "new"),
    [
        (DESK, "INV-0011", "marcus@atlasgym.example", "ap@atlasgym.example"),
        (PHONE, "INV-0009", "", "ap@larkspur.example"),
    ],
    ids=["desk", "phone"],
)
def test_a_corrected_address_gets_the_next_letter_and_the_old_one_is_out(
    demo: Demo,
    person: Callable[..., Person],
    picture: Callable[[Page, str], None],
    size: dict[str, int],
    number: str,
    old: str,
    new: str,
) -> None:
    """Case 34, in the browser."""
    maya = person(size)
    office = maya.comes_in(
        demo.link_for("maya@brightheating.example"), f"/dashboard/invoices/?q={number}"
    )
    office.get_by_role("row", name=re.compile(number)).get_by_role("link").first.click()
    expect(office.get_by_role("button", name="Edit customer")).to_be_visible()
    # On a phone too one sees which invoice it is, without scrolling.
    places = [each.bounding_box() for each in office.get_by_text(number, exact=True).all()]
    assert any(place and place["y"] < size["height"] for place in places)
    wrong = faults(office)
    old = old or office.locator("a[href^=mailto]").first.inner_text()
    home = person().comes_in(demo.link_for(old))
    expect(home.get_by_role("heading", name="Your invoices")).to_be_visible()

    office.get_by_role("button", name="Edit customer").click()
    form = office.get_by_role("dialog", name="Edit customer")
    expect(form.get_by_label("Email address")).to_have_value(old)
    wrong += faults(office)
    form.get_by_label("Email address").fill("nobody")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("This is not an email address")).to_be_visible()
    picture(office, "wrong")
    form.get_by_label("Email address").fill(new)
    form.get_by_role("button", name="Save").click()
    expect(form).not_to_be_visible()
    expect(office.get_by_role("link", name=new)).to_be_visible()
    expect(home.get_by_text("Please sign in")).to_be_visible()

    office.get_by_role("button", name=re.compile("^Send(?! a| r)")).click()
    expect(office.get_by_text(re.compile(f"^Sent to {re.escape(new)}")).first).to_be_visible()
    picture(office, "sent")
    assert demo.mail(new, number)

    # As it was: others of this demo write to them too.
    office.get_by_role("button", name="Edit customer").click()
    form.get_by_label("Email address").fill(old)
    form.get_by_role("button", name="Save").click()
    expect(office.get_by_role("link", name=old)).to_be_visible()
    assert wrong == []


def test_who_is_signed_in_is_led_on_by_the_link_of_an_old_mail(
    demo: Demo, person: Callable[..., Person]
) -> None:
    link = demo.link_for("dana@harborview.example")
    dana = person(PHONE)
    home = dana.sign_in(link)
    expect(home.get_by_role("heading", name="Your invoices")).to_be_visible()
    again = dana.tab(link)
    expect(again.get_by_role("heading", name="Your invoices")).to_be_visible()
