"""One invoice, as its customer sees it."""

from datetime import date

import pytest

from fsm_portal.db import unit_of_work
from fsm_portal.domain.tax_rate import TaxRate
from fsm_portal.flows.invoices.show_customer_invoice import FIRST_LINES
from fsm_portal.portal.invoice_page import InvoicePage
from tests import cast
from tests.invoices import withdraw, write_invoice
from tests.payments import checkout, debit_started, received
from tests.portal.addresses import address_of, page_of


def test_it_says_everything_that_an_invoice_says(clock, company, dana, tab):
    tax = TaxRate(company_id=company.id, name="Sales tax", rate_ppm=82_500)
    invoice = write_invoice(company, dana, tax_rate=tax)
    view = tab(dana, page_of(invoice)).view(InvoicePage)
    assert view.found
    assert (view.company.name, view.person) == ("Bright Heating Co.", "Dana Reyes")
    assert (view.number, view.billed_to) == ("INV-0042", "Harbor View Apartments")
    assert (view.issued_on, view.due_on) == ("Nov 2, 2026", "Dec 2, 2026")
    assert view.due_words == "Due Dec 2, 2026"
    shown = [(line.description, line.quantity, line.unit_price, line.amount) for line in view.lines]
    assert shown == [
        ("Annual boiler service", "1", "$189.00", "$189.00"),
        ("Thermostat, fitted", "2", "$45.50", "$91.00"),
    ]
    assert view.sums.subtotal == "$280.00"
    assert [(tax.label, tax.amount) for tax in view.sums.taxes] == [("Sales tax 8.25%", "$23.10")]
    assert (view.sums.total, view.sums.due) == ("$303.10", "$303.10")
    flags = ("overdue", "processing", "disputed", "settled")
    assert vars(view.status) == {"code": "unpaid"} | dict.fromkeys(flags, False)
    assert view.may_pay
    assert view.pdf_url == f"/documents/invoices/{invoice.id}.pdf"
    assert (view.company.email, view.company.phone) == (company.email, company.phone)


def test_the_pdf_behind_its_button_is_there(invoice, dana, tab):
    browser = tab(dana, page_of(invoice))
    answer = browser.get(browser.view(InvoicePage).pdf_url)
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")


def test_a_part_payment_stands_in_the_history_and_off_the_amount(invoice, dana, tab):
    payment = received(checkout(invoice, amount=10_000))
    view = tab(dana, page_of(invoice)).view(InvoicePage)
    assert view.status.code == "partially_paid"
    assert (view.sums.paid, view.sums.due) == ("-$100.00", "$203.10")
    (paid,) = view.payments
    assert (paid.title, paid.amount) == ("Visa ending 4242", "$100.00")
    assert paid.receipt_url == f"/documents/receipts/{payment.id}.pdf"
    assert view.may_pay


def test_a_paid_invoice_asks_for_nothing(invoice, dana, tab):
    received(checkout(invoice))
    view = tab(dana, page_of(invoice)).view(InvoicePage)
    assert (view.status.code, view.sums.due) == ("paid", "$0.00")
    assert not view.may_pay


def test_while_a_bank_debit_is_in_flight_nothing_more_is_asked_for(invoice, dana, tab):
    """Case 18: Processing, and no second payment."""
    debit_started(checkout(invoice))
    view = tab(dana, page_of(invoice)).view(InvoicePage)
    assert (view.status.code, view.status.processing) == ("unpaid", True)
    assert not view.may_pay


def test_a_void_invoice_asks_for_nothing(invoice, dana, clock, tab):
    withdraw(invoice, clock.now)
    view = tab(dana, page_of(invoice)).view(InvoicePage)
    assert view.status.code == "void"
    assert not view.may_pay


def test_a_company_that_cannot_take_cards_says_so(invoice, company, dana, tab):
    """Case 27: an account that was disconnected; the history stays."""
    with unit_of_work() as session:
        company.stripe_deauthorized_at = invoice.created_at
        session.merge(company)
    view = tab(dana, page_of(invoice)).view(InvoicePage)
    assert not view.may_pay
    assert "Bright Heating Co. cannot be paid online right now" in view.cannot_pay
    assert view.number == "INV-0042"


@pytest.mark.parametrize(
    ("days", "words", "overdue"),
    [
        (30, "Due Dec 2, 2026", False),
        (15, "Due tomorrow", False),
        (14, "Due today", False),
        (13, "Was due Nov 15, 2026, yesterday", True),
        (11, "Was due Nov 13, 2026, 3 days ago", True),
    ],
)
def test_when_it_is_due_in_words(days, words, overdue, clock, company, dana, tab):
    invoice = write_invoice(company, dana, issue_date=date(2026, 11, 2), due_in_days=days)
    view = tab(dana, page_of(invoice)).view(InvoicePage)
    assert (view.due_words, view.status.overdue) == (words, overdue)


def test_due_ends_with_the_companys_own_day(clock, company, dana, tab):
    """At 03:00 UTC on the 17th it is still the 16th in New York: not overdue yet."""
    invoice = write_invoice(company, dana, issue_date=date(2026, 11, 2), due_in_days=14)
    clock.move(hours=13)
    assert not tab(dana, page_of(invoice)).view(InvoicePage).status.overdue
    clock.move(hours=3)
    assert tab(dana, page_of(invoice)).view(InvoicePage).status.overdue


@pytest.mark.parametrize(("currency", "due"), [("JPY", "¥28,000"), ("KWD", "KWD\xa028.000")])
def test_currencies_without_cents_and_with_mills(currency, due, company, dana, tab):
    """Case 4: exact to the currency's own smallest unit."""
    invoice = write_invoice(company, dana, currency=currency)
    assert tab(dana, page_of(invoice)).view(InvoicePage).sums.due == due


def test_a_long_invoice_shows_its_first_lines_and_all_of_them_on_demand(company, dana, tab):
    lines = tuple((f"Radiator {number}", "1", "100") for number in range(580))
    browser = tab(dana, page_of(write_invoice(company, dana, lines=lines)))
    view = browser.view(InvoicePage)
    assert len(view.lines) == FIRST_LINES
    assert (view.more_lines, view.sums.total) == ("Show all 580 lines", "$580.00")
    browser.call(InvoicePage.show_all_lines)
    view = browser.view(InvoicePage)
    assert len(view.lines) == 580
    assert view.more_lines == ""
    assert len(browser.reconnect().view(InvoicePage).lines) == 580


def test_an_invoice_of_just_so_many_lines_is_whole(company, dana, tab):
    lines = tuple((f"Radiator {number}", "1", "100") for number in range(FIRST_LINES))
    view = tab(dana, page_of(write_invoice(company, dana, lines=lines))).view(InvoicePage)
    assert (len(view.lines), view.more_lines) == (FIRST_LINES, "")


@pytest.mark.parametrize("whose", ["missing", "draft", "neighbours", "other company's", "no id"])
def test_case_35_what_is_not_yours_looks_like_what_is_not_there(
    whose, company, dana, northwind, other_company, other_companys_customer, tab
):
    """Case 35: the identical answer for a stranger's invoice, a draft and a made-up id."""
    ids = {
        "missing": "0" * 32,
        "draft": write_invoice(company, dana, number="INV-1", issued=False).id,
        "neighbours": write_invoice(company, northwind, number="INV-2").id,
        "other company's": write_invoice(other_company, other_companys_customer).id,
        "no id": "'; drop table invoice; --",
    }
    view = tab(dana, address_of(ids[whose])).view(InvoicePage)
    seen = {name: value for name, value in vars(view).items() if name not in ("id", "company")}
    nothing = tab(dana, address_of("f" * 32)).view(InvoicePage)
    assert seen == {name: getattr(nothing, name) for name in seen}
    assert view.loaded
    assert not view.found
    assert view.company.name == "Bright Heating Co."


def test_hostile_words_in_an_invoice_stay_words(company, dana, tab):
    """Case 43: text is sent as text; the browser's own rendering escapes it."""
    script = "<script>alert(1)</script>"
    invoice = write_invoice(company, dana, lines=((script, "1", "100"),))
    assert tab(dana, page_of(invoice)).view(InvoicePage).lines[0].description == script


def test_the_name_of_the_company_is_not_shown_to_a_customer_of_another(
    invoice, other_companys_customer, tab
):
    view = tab(other_companys_customer, page_of(invoice)).view(InvoicePage)
    assert view.company.name == cast.clearwater_plumbing().name
    assert not view.found
