"""Pay now: the server decides how much, for what, and where to."""

import pytest

from fsm_portal.config import settings
from fsm_portal.portal.invoice_page import InvoicePage
from tests.invoices import write_invoice
from tests.payments import checkout, received
from tests.portal.addresses import address_of, page_of
from tests.portal.paying import pages_at, stripe_goes_away, stripe_is_back
from tests.sandbox_process import pay


def test_pay_now_leads_to_stripes_page_for_all_that_is_due(invoice, dana, tab, stripe):
    browser = tab(dana, page_of(invoice))
    browser.call(InvoicePage.pay)
    session = stripe.only_session()
    assert browser.redirected_to == session["url"]
    assert (session["amount_total"], session["currency"]) == (30_310, "usd")
    assert session["success_url"].startswith(f"{settings().base_url}{page_of(invoice)}?checkout=")
    # Pressed until the browser has left: a second press would close the page just opened.
    assert browser.var(InvoicePage, "opening")
    assert browser.var(InvoicePage, "problem") == ""
    browser.open(page_of(invoice))
    assert not browser.var(InvoicePage, "opening")


def test_a_double_click_opens_one_page(invoice, dana, tab, stripe):
    browser = tab(dana, page_of(invoice))
    browser.call(InvoicePage.pay, settle=False)
    browser.call(InvoicePage.pay)
    assert pages_at(stripe) == [(30_310, "open")]
    assert browser.redirected_to == stripe.only_session()["url"]


def test_what_was_paid_in_part_is_not_asked_for_again(invoice, dana, tab, stripe):
    received(checkout(invoice, amount=10_000))
    tab(dana, page_of(invoice)).call(InvoicePage.pay)
    assert pages_at(stripe) == [(20_310, "open")]


@pytest.mark.parametrize(
    "amount", [0, -5, 30_311, 100.001, "NaN", True, None, {"$gt": 0}, [1], "1; --"]
)
def test_case_2_no_argument_changes_the_amount(amount, invoice, dana, tab, stripe):
    """Case 2: what a hostile client sends along is either refused or not looked at."""
    browser = tab(dana, page_of(invoice))
    browser.call(InvoicePage.pay, {"amount": amount})
    browser.call(InvoicePage.pay, {"self": {"amount": amount}, "_args": [amount]})
    browser.call(InvoicePage.pay, {"who": {"person_id": "x"}, "invoice_id": amount})
    assert {total for total, _ in pages_at(stripe)} <= {30_310}


@pytest.mark.parametrize("payload", [[], [1, 2], "x", 7, None, {"": ""}, {"pay": {}}])
def test_a_payload_of_any_shape_is_survived(payload, invoice, dana, tab, stripe):
    browser = tab(dana, page_of(invoice))
    browser.call(InvoicePage.pay, payload)
    browser.call(InvoicePage.confirm, payload)
    browser.call(InvoicePage.show_all_lines, payload)
    assert browser.reconnect().view(InvoicePage).sums.due == "$303.10"
    assert {total for total, _ in pages_at(stripe)} <= {30_310}


@pytest.mark.parametrize("whose", ["neighbours", "draft", "missing", "other company's"])
def test_what_is_not_yours_to_pay_opens_nothing(
    whose, company, dana, northwind, other_company, other_companys_customer, tab, stripe
):
    """Cases 2 and 35: the address names another invoice; the answer is the same for all."""
    ids = {
        "neighbours": write_invoice(company, northwind, number="INV-1").id,
        "draft": write_invoice(company, dana, number="INV-2", issued=False).id,
        "missing": "0" * 32,
        "other company's": write_invoice(other_company, other_companys_customer).id,
    }
    browser = tab(dana, address_of(ids[whose]))
    browser.call(InvoicePage.pay)
    assert browser.var(InvoicePage, "problem") == "This invoice does not exist."
    assert browser.redirected_to is None
    assert pages_at(stripe) == []


@pytest.mark.parametrize("person", ["nobody", "maya"])
def test_only_the_customer_pays(person, invoice, maya, tab, stripe):
    browser = tab({"nobody": None, "maya": maya}[person], page_of(invoice))
    browser.call(InvoicePage.pay)
    assert browser.var(InvoicePage, "locked")
    assert pages_at(stripe) == []


def test_a_paid_invoice_is_not_paid_twice(invoice, dana, tab, stripe):
    browser = tab(dana, page_of(invoice))
    received(checkout(invoice))
    browser.call(InvoicePage.pay)
    assert "already paid" in browser.var(InvoicePage, "problem")
    assert not browser.var(InvoicePage, "opening")
    assert pages_at(stripe) == []


def test_case_3_too_little_for_a_card_is_said_plainly(company, dana, tab, stripe):
    """Case 3: a sentence, no dead session."""
    invoice = write_invoice(company, dana, lines=(("Washer", "1", "49"),))
    browser = tab(dana, page_of(invoice))
    browser.call(InvoicePage.pay)
    assert browser.var(InvoicePage, "problem") != ""
    assert pages_at(stripe) == []


def test_case_1_of_two_tabs_that_pay_one_page_stays_open(invoice, dana, tab, stripe):
    """Case 1: the earlier page is closed, so the invoice cannot be paid twice."""
    first, second = tab(dana, page_of(invoice)), tab(dana, page_of(invoice))
    first.call(InvoicePage.pay)
    second.call(InvoicePage.pay)
    assert pages_at(stripe) == [(30_310, "expired"), (30_310, "open")]
    assert not pay(first.redirected_to).paid
    assert pay(second.redirected_to).paid


def test_when_stripe_is_away_the_page_says_so_and_pay_works_again_later(
    invoice, dana, tab, stripe, environment
):
    browser = tab(dana, page_of(invoice))
    stripe_goes_away(environment)
    browser.call(InvoicePage.pay)
    assert "Nothing was charged" in browser.var(InvoicePage, "problem")
    assert not browser.var(InvoicePage, "opening")
    stripe_is_back(environment, stripe)
    browser.call(InvoicePage.pay)
    assert browser.var(InvoicePage, "problem") == ""
    assert browser.redirected_to == stripe.get("/v1/checkout/sessions")["data"][0]["url"]
