"""Every page: says what the browser must refuse, complains of nothing, can be used by everybody."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import faults, faults_now
from tests.e2e.conftest import DESK, PHONE, Demo, MakePerson, Picture, fits

STAFF = [
    "/dashboard/",
    "/dashboard/invoices/",
    "/dashboard/payments/",
    "/dashboard/reconciliation/",
]
CUSTOMER = [
    "/portal/",
    "{invoice}",
    "/portal/invoices/",
    "/portal/payments/",
    "/portal/jobs/",
    "/portal/statement/",
    "/portal/account/",
]
ANYBODY = ["/sign-in", "/portal/", "/nowhere/"]
REFUSES = {
    "content-security-policy": "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


@pytest.mark.parametrize(
    ("size", "schemes"),
    [(DESK, ("light", "dark")), (PHONE, ("dark", "light"))],
    ids=["desk", "phone"],
)
def test_every_page_is_locked_down_accessible_and_fits_the_screen(
    demo: Demo,
    person: MakePerson,
    picture: Picture,
    size: dict[str, int],
    schemes: tuple[str, str],
) -> None:
    """Case 49, and axe finds nothing in either colour scheme: a page follows the scheme at once."""
    wrong: list[str] = []
    for who, paths in (
        ("maya@brightheating.example", STAFF),
        ("dana@harborview.example", CUSTOMER),
        (None, ANYBODY),
    ):
        visitor = person(size, color_scheme=schemes[0])
        page = visitor.comes_in(demo.link_for(who)) if who else visitor.context.new_page()
        for path in paths:
            address = path.replace("{invoice}", demo.places["customer"]["invoice_url"])
            wrong += _opened(page, address if "://" in address else f"{demo.base_url}{address}")
            for scheme in schemes:
                page.emulate_media(color_scheme=scheme)
                wrong += faults(page)
                picture(page, f"{path if who else f'{path} to a stranger'} {scheme}")
            if not fits(page):
                wrong.append(f"{page.url}: scrolls sideways")
    assert wrong == []


def _opened(page: Page, address: str) -> list[str]:
    """What is wrong with what the server says, and with the page while it loads or just loaded."""
    answer = page.goto(address)
    assert answer is not None
    expect(page.locator("h1")).to_be_visible()
    wrong = faults_now(page)
    expect(page.locator(".skeleton")).to_have_count(0)
    headers = answer.headers
    wrong += [
        f"{address}: {name} is {headers.get(name)!r}"
        for name, has in REFUSES.items()
        if has not in headers.get(name, "")
    ]
    if "unsafe-eval" in headers.get("content-security-policy", ""):
        wrong.append(f"{address}: scripts may be made from text")
    return wrong
