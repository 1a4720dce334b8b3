"""While the database is away every page of the customer's says so, and opens by itself afterwards.

What is under way, a payment that is being confirmed or a code on the screen, is not given up.
"""

import threading

import pytest

from fsm_portal.db import UNREACHABLE
from fsm_portal.flows.identity import Identity
from fsm_portal.portal import confirming, phone_qr, visited
from fsm_portal.portal.account_page import AccountPage
from fsm_portal.portal.home_page import HomePage
from fsm_portal.portal.invoice_page import InvoicePage
from fsm_portal.portal.invoices_page import InvoicesPage
from fsm_portal.portal.jobs_page import JobsPage
from fsm_portal.portal.payments_page import PaymentsPage
from fsm_portal.portal.phone_qr import PhoneQr
from fsm_portal.portal.statement_page import StatementPage
from fsm_portal.portal.visited import Visited
from fsm_portal.portal.visitor import visitor
from fsm_portal.ui.out_of_reach import OutOfReach
from tests.outage import outage
from tests.portal.addresses import page_of
from tests.portal.people import session_cookie
from tests.portal.test_phone_qr import shown, until

PAGES = {
    HomePage: "/portal/",
    InvoicesPage: "/portal/invoices/",
    InvoicePage: "/portal/invoices/{}/",
    PaymentsPage: "/portal/payments/",
    JobsPage: "/portal/jobs/",
    StatementPage: "/portal/statement/",
    AccountPage: "/portal/account/",
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__)
def test_a_page_says_that_it_cannot_be_reached_and_opens_once_it_can(tab, dana, invoice, page):
    cookie = session_cookie(dana)
    with outage():
        browser = tab(None, PAGES[page].format(invoice.id), cookie)
        assert browser.var(OutOfReach, "tries") == 1
        assert not browser.var(page, "locked"), "nobody is asked to sign in who is signed in"
    browser.call(page.event_handlers["on_load"])
    assert browser.var(OutOfReach, "tries") == 0
    browser.wait_until(page, lambda view: view.loaded)


def test_a_payment_is_still_being_confirmed_afterwards(tab, dana, invoice, stripe, monkeypatch):
    """Case 17: the page neither waits without a word nor forgets."""
    monkeypatch.setattr(confirming, "LOOK_UPS", (0.01, 0.01))
    browser = tab(dana, page_of(invoice))
    browser.path = f"{page_of(invoice)}?checkout=cs_test_x"
    with outage():
        browser.call(InvoicePage.confirm)
        assert browser.var(InvoicePage, "confirming") == "unreachable"
    browser.call(InvoicePage.confirm)  # Check again
    assert browser.var(InvoicePage, "confirming") == "open"


def test_whoever_signs_out_takes_the_code_along_though_the_database_was_away_before(
    tab, dana, invoice, stripe, monkeypatch
):
    """What watches the code on the screen outlives the outage."""
    monkeypatch.setattr(phone_qr, "LOOKS_EVERY", 0.02)
    desk = tab(dana, page_of(invoice))
    shown(desk)
    looked_in_vain = threading.Event()

    async def looks(page: Visited) -> Identity | None:
        try:
            return await visitor(page)
        except UNREACHABLE:
            looked_in_vain.set()
            raise

    monkeypatch.setattr(visited, "visitor", looks)
    with outage():
        assert looked_in_vain.wait(30)
    assert desk.var(PhoneQr, "path")
    desk.post("/sign-out")
    until(desk, "path", lambda path: path == "")
