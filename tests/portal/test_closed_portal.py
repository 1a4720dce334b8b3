"""A company that offers no portal (any more): its customers' pages say whom to ask."""

import pytest

from fsm_portal import live
from fsm_portal.domain.company import Plan
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.flows.access.offer_portal import put_on_plan, switch_portal
from fsm_portal.live import LiveTab
from fsm_portal.portal.account_page import AccountPage
from fsm_portal.portal.home_page import HomePage
from fsm_portal.portal.invoice_page import InvoicePage
from tests.flows import books
from tests.portal.addresses import HOME, page_of
from tests.portal.people import session_cookie


def close() -> frozenset[str]:
    return switch_portal("bright-heating", False)[1]


def customers_pages(invoice):
    return {HomePage: HOME, InvoicePage: page_of(invoice), AccountPage: "/portal/account/"}


@pytest.mark.parametrize("how", ["switched off", "starter plan"])
def test_every_page_says_whom_to_ask_instead(how, invoice, dana, tab):
    cookie = session_cookie(dana)
    if how == "switched off":
        close()
    else:
        put_on_plan("bright-heating", Plan.STARTER)
    for state, path in customers_pages(invoice).items():
        page = tab(None, path, cookie)
        closed = page.var(state, "closed")
        assert (closed.name, closed.email) == (
            "Bright Heating Co.",
            "office@brightheating.example",
        )
        assert not page.view(state).loaded
        assert "INV-0042" not in str(page.frames)


def test_an_open_page_goes_blank_when_the_switch_is_flipped_and_asks_why(invoice, dana, tab):
    page = tab(dana, page_of(invoice))
    assert page.view(InvoicePage).number == "INV-0042"
    live.ring(close())
    page.settle()
    assert page.var(LiveTab, "signed_out") is True
    assert not page.view(InvoicePage).loaded
    # What the browser does once it is told so: see portal/locked.py.
    page.call(InvoicePage.on_load)
    assert page.var(InvoicePage, "closed").phone == "+1 212 555 0142"


def test_with_no_ring_the_next_event_is_refused(invoice, dana, tab, stripe):
    """The checkout is no way past it."""
    page = tab(dana, page_of(invoice))
    close()
    page.call(InvoicePage.pay, {"form": {}})
    page.settle()
    assert page.redirected_to is None and stripe.get("/v1/checkout/sessions")["data"] == []
    assert page.var(InvoicePage, "closed").name == "Bright Heating Co."


def test_when_it_is_open_again_the_page_is_there_again(invoice, dana, tab):
    cookie = session_cookie(dana)
    close()
    tab(None, HOME, cookie)
    switch_portal("bright-heating", True)
    page = tab(None, HOME, cookie)
    assert page.view(HomePage).loaded and page.var(HomePage, "closed").name == ""


def test_nobody_without_a_session_is_told_anything(invoice, dana, northwind, tab):
    close()
    page = tab(None, page_of(invoice))
    assert page.var(InvoicePage, "closed").name == "" and page.var(InvoicePage, "locked")


def test_staff_are_not_concerned(maya, dana, tab):
    from fsm_portal.dashboard.overview_page import OverviewPage

    close()
    assert tab(maya, "/dashboard/").view(OverviewPage).loaded


def test_other_companies_are_not_concerned(dana, other_companys_customer, tab):
    abroad = tab(other_companys_customer, HOME)
    topics = close()
    live.ring(topics)
    abroad.settle()
    assert abroad.var(LiveTab, "signed_out") is False and abroad.view(HomePage).loaded
    assert books.rows(OutboxMessage) == []
