"""Every page: says what the browser must refuse, complains of nothing, can be used by everybody."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, PHONE, Demo, Person

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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_every_page_is_locked_down_accessible_and_fits_the_screen(
    demo: Demo,
    person: Callable[..., Person],
    picture: Callable[[Page, str], None],
    size: dict[str, int],
    scheme: str,
) -> None:
    """Case 49, and axe finds nothing in either colour scheme."""
    wrong: list[str] = []
    for who, paths in (
        ("maya@brightheating.example", STAFF),
        ("dana@harborview.example", CUSTOMER),
    ):
        visitor = person(size, color_scheme=scheme)
        page = visitor.sign_in(demo.link_for(who))
        page.wait_for_url("**/portal/**" if "dana" in who else "**/dashboard/**")
        for path in paths:
            wrong += _look_at(demo, page, path, picture)
    stranger = person(size, color_scheme=scheme).context.new_page()
    for path in ANYBODY:
        wrong += _look_at(demo, stranger, path, picture)
    assert wrong == []


def _look_at(demo: Demo, page: Page, path: str, picture: Callable[[Page, str], None]) -> list[str]:
    address = path.replace("{invoice}", demo.places["customer"]["invoice_url"])
    answer = page.goto(address if "://" in address else f"{demo.base_url}{address}")
    assert answer is not None
    expect(page.locator("h1")).to_be_visible()
    wrong = _complaints(page, f"{path} while it loads or just loaded")
    expect(page.locator(".skeleton")).to_have_count(0)
    # The same address shows something else to whoever is not signed in.
    signed_in = page.get_by_role("button", name="Sign out", exact=True).count() > 0
    picture(page, path if signed_in else f"{path} to a stranger")
    headers = answer.headers
    wrong += [
        f"{path}: {name} is {headers.get(name)!r}"
        for name, has in {
            "content-security-policy": "frame-ancestors 'none'",
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
            "cache-control": "no-store",
        }.items()
        if has not in headers.get(name, "")
    ]
    if "unsafe-eval" in headers.get("content-security-policy", ""):
        wrong.append(f"{path}: scripts may be made from text")
    wrong += _complaints(page, path)
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        wrong.append(f"{path}: scrolls sideways")
    return wrong


def _complaints(page: Page, where: str) -> list[str]:
    return [
        f"{where}: {rule['id']}: {[node['html'][:200] for node in rule['nodes']]}"
        for rule in Axe().run(page).response["violations"]
    ]
