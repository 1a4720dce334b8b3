"""The customer's lists: live, found by their addresses, and for nobody else."""

import pytest

from fsm_portal.db import unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.job import Job
from fsm_portal.portal.invoices_page import InvoicesPage
from fsm_portal.portal.jobs_page import JobsPage
from fsm_portal.portal.payments_page import PaymentsPage
from tests.invoices import write_invoice
from tests.payments import checkout, received
from tests.portal.webhooks import deliver, payment_of

INVOICES, PAYMENTS, JOBS = "/portal/invoices/", "/portal/payments/", "/portal/jobs/"
PAGES = ((INVOICES, InvoicesPage), (PAYMENTS, PaymentsPage), (JOBS, JobsPage))


def numbers(view):
    return [row.number for row in view.rows]


@pytest.mark.parametrize(("path", "page"), PAGES)
@pytest.mark.parametrize("who", ["nobody", "staff"])
def test_case_37_only_a_signed_in_customer_sees_a_list(path, page, who, invoice, dana, maya, tab):
    """Case 37."""
    received(checkout(invoice))
    visit(dana)
    browser = tab(maya if who == "staff" else None, path)
    assert browser.var(page, "locked")
    assert not [word for word in ("INV-0042", "Dana", "Boiler") if word in str(browser.frames)]


@pytest.mark.parametrize(("path", "page"), PAGES)
def test_case_36_a_neighbour_sees_nothing_of_it(path, page, invoice, dana, northwind, tab):
    """Case 36: neither at once nor when something changes."""
    browser = tab(northwind, path)
    visit(dana)
    received(checkout(invoice))
    browser.reconnect()
    assert browser.view(page).loaded
    assert not [word for word in ("INV-0042", "Dana", "Boiler") if word in str(browser.frames)]


def test_a_payment_elsewhere_shows_in_every_open_list_at_once(invoice, dana, tab, server):
    invoices, unpaid, payments = (
        tab(dana, path) for path in (INVOICES, f"{INVOICES}?show=unpaid", PAYMENTS)
    )
    assert [row.status.code for row in invoices.view(InvoicesPage).rows] == ["unpaid"]
    assert numbers(unpaid.view(InvoicesPage)) == ["INV-0042"]
    assert payments.view(PaymentsPage).rows == []
    deliver(server, payment_of(checkout(invoice)))
    assert [row.status.code for row in invoices.view(InvoicesPage).rows] == ["paid"]
    view = unpaid.view(InvoicesPage)
    assert (view.rows, view.counts.unpaid, view.counts.paid) == ([], "0", "1")
    assert [row.amount for row in payments.view(PaymentsPage).rows] == ["$303.10"]


@pytest.mark.parametrize(
    ("typed", "led_to"),
    [
        ("?show=everything", "/portal/invoices/"),
        ("?show=all", "/portal/invoices/"),
        ("?show=paid&q=++boiler++service+", "/portal/invoices/?show=paid&q=boiler+service"),
        ("?q=%00", "/portal/invoices/"),
        ("?show=paid&q=boiler", None),
        ("", None),
    ],
)
def test_an_address_typed_by_hand_leads_to_the_one_that_is_meant(invoice, dana, tab, typed, led_to):
    """The page compares what it shows with its address: else it waited for the rest for ever."""
    browser = tab(dana, f"/portal/invoices/{typed}")
    assert browser.view(InvoicesPage).loaded
    assert browser.redirected_to == led_to


def test_what_is_shown_stands_in_the_address(company, invoice, dana, tab):
    """So a reload, a kept address and the way back show the same again."""
    write_invoice(company, dana, number="INV-0043")
    browser = tab(dana, f"{INVOICES}?show=unpaid&q=0043")
    view = browser.view(InvoicesPage)
    assert (view.show, view.search, numbers(view)) == ("unpaid", "0043", ["INV-0043"])
    browser.call(InvoicesPage.search, {"text": "0042"})
    assert browser.redirected_to == f"{INVOICES}?show=unpaid&q=0042"
    browser.open(browser.redirected_to)
    assert numbers(browser.view(InvoicesPage)) == ["INV-0042"]
    browser.reconnect()
    assert numbers(browser.view(InvoicesPage)) == ["INV-0042"]


@pytest.mark.parametrize("hostile", [None, 5, ["x"], {"a": 1}, "\x00", "x" * 50_000, "%", "'--"])
def test_case_2_whatever_is_searched_for_the_page_holds(hostile, invoice, dana, tab):
    """Cases 2 and 38."""
    browser = tab(dana, INVOICES)
    browser.call(InvoicesPage.search, {"text": hostile})
    browser.open(browser.redirected_to or INVOICES)
    assert browser.view(InvoicesPage).loaded


def visit(customer):
    with unit_of_work() as session:
        session.add(
            Job(
                company_id=customer.company_id,
                customer_id=customer.id,
                title="Boiler",
                starts_at=now(),
            )
        )
