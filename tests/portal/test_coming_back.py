"""Back from Stripe's page: the page finds out, and claims nothing that the ledger does not say."""

import time

import pytest

from fsm_portal.portal import confirming
from fsm_portal.portal.invoice_page import InvoicePage
from tests.flows import stripe_side
from tests.invoices import write_invoice
from tests.portal.addresses import page_of
from tests.portal.paying import paid_at_stripe, stripe_goes_away, stripe_is_back
from tests.portal.webhooks import deliver


@pytest.fixture
def soon(monkeypatch):
    """Look-ups follow at once, and a slow machine is no Stripe that hangs."""
    monkeypatch.setattr(confirming, "PATIENCE", 60)
    monkeypatch.setattr(confirming, "LOOK_UPS", (0.01, 0.01, 0.01))
    monkeypatch.setattr(confirming, "ARRIVES_WITHIN", 0.01)


def came_back(browser, invoice, checkout_id):
    """Load the page that Stripe redirects to."""
    return browser.open(f"{page_of(invoice)}?checkout={checkout_id}")


def said_on_return(browser):
    """What the page said about the payment since it was loaded, one after the other."""
    name, said = InvoicePage.get_full_name(), []
    for delta in browser.deltas:
        news = delta.get(name, {}).get("confirming_rx_state_")
        if news and news not in said[-1:]:
            said.append(news)
    return said


def test_case_17_back_before_the_webhook_the_session_is_looked_up(
    invoice, dana, tab, stripe, soon, server
):
    """Case 17: the look-up records the payment; the late webhook changes nothing more."""
    browser, other = tab(dana, page_of(invoice)), tab(dana, page_of(invoice))
    session_id = paid_at_stripe(browser, stripe)
    came_back(browser, invoice, session_id)
    assert said_on_return(browser) == ["waiting", "paid"]
    assert browser.view(InvoicePage).status.code == "paid"
    assert other.view(InvoicePage).status.code == "paid"
    deliver(server, *stripe.settled_events())
    view = other.view(InvoicePage)
    assert (view.sums.paid, len(view.payments)) == ("-$303.10", 1)


@pytest.mark.parametrize(
    "forged", ["cs_test_made_up", "1", "..", "", "x" * 5000, "%00", "cs_test_1%27%20or%201=1"]
)
def test_case_17_a_forged_return_changes_nothing(forged, invoice, dana, tab, stripe, soon):
    """Case 17: the address alone claims nothing and brings about nothing."""
    browser = came_back(tab(dana, page_of(invoice)), invoice, forged)
    assert browser.var(InvoicePage, "confirming") in ("open", "")
    assert browser.view(InvoicePage).status.code == "unpaid"
    browser.open(f"{page_of(invoice)}?success=1&paid=true&status=paid")
    assert browser.var(InvoicePage, "confirming") == ""
    assert browser.view(InvoicePage).sums.due == "$303.10"


def test_case_17_somebody_elses_checkout_is_no_payment_of_mine(
    company, invoice, dana, northwind, tab, stripe, soon
):
    """Case 17: a session that is paid, but another customer's."""
    theirs = write_invoice(company, northwind, number="INV-1")
    neighbour = tab(northwind, page_of(theirs))
    session_id = paid_at_stripe(neighbour, stripe)
    browser = came_back(tab(dana, page_of(invoice)), invoice, session_id)
    assert browser.var(InvoicePage, "confirming") == "open"
    assert browser.view(InvoicePage).status.code == "unpaid"
    assert neighbour.view(InvoicePage).status.code == "unpaid"


def test_left_unpaid_the_page_says_that_no_payment_was_made(invoice, dana, tab, stripe, soon):
    browser = tab(dana, page_of(invoice))
    browser.call(InvoicePage.pay)
    came_back(browser, invoice, stripe.only_session()["id"])
    assert browser.var(InvoicePage, "confirming") == "open"
    assert browser.view(InvoicePage).may_pay


def test_when_stripe_is_away_on_return_the_page_says_so_and_finds_out_later(
    invoice, dana, tab, stripe, soon, environment
):
    browser = tab(dana, page_of(invoice))
    session_id = paid_at_stripe(browser, stripe)
    stripe_goes_away(environment)
    came_back(browser, invoice, session_id)
    assert browser.var(InvoicePage, "confirming") == "unreachable"
    assert browser.view(InvoicePage).status.code == "unpaid"
    stripe_is_back(environment, stripe)
    browser.call(InvoicePage.confirm)  # Check again
    assert browser.view(InvoicePage).status.code == "paid"


def test_when_stripe_hangs_the_page_says_so_meanwhile(
    invoice, dana, tab, stripe, soon, monkeypatch
):
    monkeypatch.setattr(confirming, "PATIENCE", 0.2)
    browser = tab(dana, page_of(invoice))
    session_id = paid_at_stripe(browser, stripe)
    stripe.sandbox.set_latency(700)
    try:
        began = time.monotonic()
        came_back(browser, invoice, session_id)
        assert said_on_return(browser) == ["waiting", "unreachable", "paid"]
        assert time.monotonic() - began < 5
    finally:
        stripe.sandbox.set_latency(0)
    assert browser.view(InvoicePage).status.code == "paid"


def test_a_look_up_that_comes_late_says_nothing_on_the_next_page(
    company, invoice, dana, tab, stripe, monkeypatch
):
    monkeypatch.setattr(confirming, "LOOK_UPS", (0.1,))
    browser = tab(dana, page_of(invoice))
    browser.open(f"{page_of(invoice)}?checkout=cs_test_x")
    other = write_invoice(company, dana, number="INV-0043")
    browser.navigate(page_of(other))
    time.sleep(0.2)
    browser.settle()
    assert browser.var(InvoicePage, "confirming") == ""


def test_many_look_ups_at_once_ask_stripe_once(invoice, dana, tab, stripe, monkeypatch):
    """A hostile client asks again and again: only the last of its questions goes out."""
    monkeypatch.setattr(confirming, "LOOK_UPS", (0.2,))
    asked = []
    monkeypatch.setattr(
        confirming, "confirm_checkout", lambda *what: asked.append(what) or ("open", frozenset())
    )
    browser = tab(dana, page_of(invoice))
    browser.path = f"{page_of(invoice)}?checkout=cs_test_x"
    for _ in range(20):
        browser.call(InvoicePage.confirm, settle=False)
    browser.settle()
    assert len(asked) == 1


def test_the_events_of_a_bank_debit_show_as_processing(invoice, dana, tab, stripe, server):
    """Case 18: submitted is not paid; when the money comes it says so by itself."""
    browser = tab(dana, page_of(invoice))
    browser.call(InvoicePage.pay)
    events = list(stripe_side.bank_debit(stripe.only_session(), stripe.account))
    deliver(server, *events[:2])
    view = browser.view(InvoicePage)
    assert (view.status.code, view.status.processing, view.may_pay) == ("unpaid", True, False)
    deliver(server, *events[2:])
    assert browser.view(InvoicePage).status.code == "paid"
