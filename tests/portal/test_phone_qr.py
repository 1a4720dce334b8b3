"""Pay on your phone: the code on the screen, from the press to its end."""

import time

import httpx
import pytest

from fsm_portal.config import settings
from fsm_portal.domain.login_link import LoginLink
from fsm_portal.portal import phone_qr
from fsm_portal.portal.home_page import HomePage
from fsm_portal.portal.invoice_page import InvoicePage
from fsm_portal.portal.phone_qr import PhoneQr
from tests.flows import books
from tests.invoices import write_invoice
from tests.portal.addresses import HOME, page_of
from tests.portal.people import session_cookie
from tests.qr import read_path


@pytest.fixture(autouse=True)
def watchful(monkeypatch):
    """A look every few milliseconds, as far as a test can wait."""
    monkeypatch.setattr(phone_qr, "LOOKS_EVERY", 0.02)


def until(browser, name, wanted, within=60.0):
    """Wait until a var of the code's State is what is wanted."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        browser._ping()
        if wanted(browser.var(PhoneQr, name)):
            return browser.var(PhoneQr, name)
        time.sleep(0.01)
    raise AssertionError(f"{name} is {browser.var(PhoneQr, name)!r}")


def shown(browser) -> str:
    """Press "Show QR code", and scan it."""
    browser.call(PhoneQr.show, settle=False)
    path = until(browser, "path", bool)
    return read_path(path, int(browser.var(PhoneQr, "box").split()[-1]))


def open_on_phone(browser, address: str) -> httpx.Response:
    """The phone's own browser: it sees the page of the link, and presses Continue."""
    page = browser.server.client.get(address.removeprefix(settings().base_url))
    assert page.status_code == 200 and "Harbor View" in page.text
    return open_again(browser, address)


def open_again(browser, address: str) -> httpx.Response:
    path = address.removeprefix(settings().base_url)
    return browser.server.client.post(path, follow_redirects=False)


def test_scanned_it_opens_this_invoice_on_the_phone_and_is_gone(invoice, dana, tab, stripe):
    """Invariant G: one link, one session; the desk stays signed in."""
    desk = tab(dana, page_of(invoice))
    assert desk.view(InvoicePage).may_pay
    address = shown(desk)
    assert address.startswith(f"{settings().base_url}/sign-in/")
    answer = open_on_phone(desk, address)
    assert (answer.status_code, answer.headers["location"]) == (303, page_of(invoice))
    assert until(desk, "became", bool) == "used"
    assert desk.var(PhoneQr, "path") == ""
    assert desk.reconnect().view(InvoicePage).number == "INV-0042"
    # Scanned once more, by somebody else's phone.
    desk.server.client.cookies.clear()
    assert open_again(desk, address).status_code == 410


def test_hidden_or_left_it_is_gone(invoice, dana, tab, stripe):
    desk = tab(dana, page_of(invoice))
    for way in (PhoneQr.hide, PhoneQr.left):
        shown(desk)
        desk.call(way, settle=False)
        until(desk, "path", lambda path: path == "")
        assert desk.var(PhoneQr, "became") == ""


def test_its_time_is_over(invoice, dana, tab, stripe, clock):
    desk = tab(dana, page_of(invoice))
    shown(desk)
    clock.move(minutes=10, seconds=1)
    assert until(desk, "became", bool) == "over"
    assert desk.var(PhoneQr, "path") == ""


def test_who_signs_out_leaves_no_code_behind(invoice, dana, tab, stripe):
    """Case 34: neither on the screen nor good for anything."""
    cookie = session_cookie(dana)
    desk = tab(None, page_of(invoice), cookie)
    address = shown(desk)
    desk.server.client.post("/sign-out", headers={"cookie": cookie})
    until(desk, "path", lambda path: path == "")
    desk.settle()
    assert open_again(desk, address).status_code == 410


def test_case_35_no_code_for_somebody_elses_invoice(company, dana, northwind, tab, stripe):
    """Case 35: the address names it, the session may not see it."""
    theirs = write_invoice(company, northwind, number="INV-7777")
    desk = tab(dana, page_of(theirs))
    before = len(books.rows(LoginLink))
    desk.call(PhoneQr.show)
    assert (desk.var(PhoneQr, "path"), desk.var(PhoneQr, "became")) == ("", "refused")
    desk.navigate(HOME)
    desk.call(PhoneQr.show)
    assert desk.var(PhoneQr, "path") == ""
    assert desk.view(HomePage).loaded
    assert len(books.rows(LoginLink)) == before


def test_case_37_nobody_and_staff_get_none(invoice, maya, tab, stripe):
    """Case 37."""
    before = len(books.rows(LoginLink))
    for browser in (tab(None, page_of(invoice)), tab(maya, page_of(invoice))):
        browser.call(PhoneQr.show)
        browser.call(PhoneQr.hide)
        assert browser.var(PhoneQr, "path") == ""
    assert len(books.rows(LoginLink)) == before + 1  # Maya's own sign-in
