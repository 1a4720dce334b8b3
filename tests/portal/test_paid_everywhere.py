"""A payment shows in every tab that may know, at once, and in no other."""

import pytest

from fsm_portal.portal.home_page import HomePage
from fsm_portal.portal.invoice_page import InvoicePage
from tests.invoices import write_invoice
from tests.payments import checkout
from tests.portal.addresses import HOME, page_of
from tests.portal.people import session_cookie
from tests.portal.webhooks import deliver, payment_of


def test_every_tab_of_the_customer_says_paid_without_a_reload(invoice, dana, tab, server):
    at_the_desk, on_the_phone = tab(dana, page_of(invoice)), tab(dana, page_of(invoice))
    home = tab(dana, HOME)
    deliver(server, payment_of(checkout(invoice)))
    for browser in (at_the_desk, on_the_phone):
        view = browser.view(InvoicePage)
        assert (view.status.code, view.sums.due, view.may_pay) == ("paid", "$0.00", False)
        assert [paid.title for paid in view.payments] == ["Visa ending 4242"]
    assert home.view(HomePage).owed == "$0.00"
    assert [row.status.code for row in home.view(HomePage).settled] == ["paid"]


@pytest.mark.parametrize("page", ["its own invoice", "home", "the paid invoice"])
def test_case_36_nobody_elses_socket_receives_anything(
    page, company, invoice, northwind, other_company, other_companys_customer, tab, server
):
    """Case 36: neither the neighbour nor another company's customer, wherever they look."""
    attempt = checkout(invoice)
    strangers = []
    for number, stranger in enumerate((northwind, other_companys_customer)):
        its_company = (company, other_company)[number]
        own = write_invoice(its_company, stranger, number="INV-9")
        pages = {
            "its own invoice": page_of(own),
            "home": HOME,
            "the paid invoice": page_of(invoice),
        }
        strangers.append(tab(stranger, pages[page]))
    strangers.append(tab(None, page_of(invoice)))
    before = [[f for f in stranger.frames if "pong" not in f] for stranger in strangers]
    deliver(server, payment_of(attempt))
    for stranger, frames in zip(strangers, before, strict=True):
        stranger.settle()
        assert [frame for frame in stranger.frames if "pong" not in frame] == frames
        assert "INV-0042" not in str(stranger.frames)


def test_one_invoices_payment_leaves_the_page_of_another_alone(invoice, company, dana, tab, server):
    other = write_invoice(company, dana, number="INV-0043")
    browser = tab(dana, page_of(other))
    deliver(server, payment_of(checkout(invoice)))
    assert browser.view(InvoicePage).status.code == "unpaid"


def test_the_same_event_again_changes_nothing(invoice, dana, tab, server):
    """Case 13, as the customer sees it."""
    browser = tab(dana, page_of(invoice))
    event = payment_of(checkout(invoice, amount=10_000))
    deliver(server, event, event)
    deliver(server, event)
    assert browser.view(InvoicePage).sums.due == "$203.10"


def test_a_tab_that_was_away_is_brought_up_to_date(invoice, dana, tab, server):
    browser = tab(dana, page_of(invoice))
    browser.close()
    deliver(server, payment_of(checkout(invoice)))
    assert browser.reconnect().view(InvoicePage).status.code == "paid"


def test_case_34_signing_out_ends_every_tab_of_the_session_at_once(invoice, dana, tab, server):
    """Case 34: the tabs are emptied, and nothing reaches them any more."""
    cookie = session_cookie(dana)
    here, there = tab(dana, page_of(invoice), cookie), tab(dana, HOME, cookie)
    elsewhere = tab(dana, page_of(invoice))
    assert here.post("/sign-out").status_code == 200
    server.settle()
    assert not here.view(InvoicePage).found
    assert not there.view(HomePage).loaded
    deliver(server, payment_of(checkout(invoice)))
    for browser in (here, there):
        browser.settle()
        assert "paid" not in {view["status"]["code"] for view in views_in(browser)}
    assert elsewhere.view(InvoicePage).status.code == "paid"


def test_case_34_a_signed_out_tab_can_do_nothing_more(invoice, dana, tab, server, stripe):
    browser = tab(dana, page_of(invoice))
    browser.http.post("/sign-out")
    browser.http.cookies.clear()
    browser.call(InvoicePage.pay)
    assert browser.var(InvoicePage, "locked")
    assert browser.redirected_to is None
    assert stripe.get("/v1/checkout/sessions")["data"] == []
    browser.call(InvoicePage.show_all_lines)
    assert not browser.view(InvoicePage).found


def views_in(browser):
    """Every view that reached the browser's page of an invoice since it was loaded."""
    name = InvoicePage.get_full_name()
    return [
        delta[name]["view_rx_state_"]
        for delta in browser.deltas
        if "view_rx_state_" in delta.get(name, {})
    ]
