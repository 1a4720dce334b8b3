"""Every page: says what the browser must refuse, complains of nothing, can be used by everybody."""

from playwright.sync_api import Page, expect

from tests.e2e.axe import faults_in_both_schemes, faults_now
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


def test_every_page_is_locked_down_accessible_and_fits_both_screens(
    demo: Demo, person: MakePerson, picture: Picture
) -> None:
    """Case 49, and axe finds nothing in either colour scheme: a page follows both at once.

    The office loads its pages at a desk, customers theirs on a phone; then the window changes.
    """
    wrong: list[str] = []
    for who, paths, sizes, scheme in (
        ("maya@brightheating.example", STAFF, (DESK, PHONE), "light"),
        ("dana@harborview.example", CUSTOMER, (PHONE, DESK), "dark"),
        (None, ANYBODY, (PHONE, DESK), "light"),
    ):
        visitor = person(sizes[0], color_scheme=scheme)
        page = visitor.comes_in(demo.link_for(who)) if who else visitor.context.new_page()
        for path in paths:
            address = path.replace("{invoice}", demo.places["customer"]["invoice_url"])
            wrong += _opened(page, address if "://" in address else f"{demo.base_url}{address}")
            for size in sizes:
                page.set_viewport_size(size)
                wrong += faults_in_both_schemes(page, scheme)
                picture(page, f"{path if who else f'{path} to a stranger'} {size['width']}")
                if not fits(page):
                    wrong.append(f"{page.url}: scrolls sideways at {size['width']}")
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size(sizes[0])
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
