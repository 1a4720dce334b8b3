"""How an invoice stands, in the words of its customer, and in their own figures."""

import pytest

from fsm_portal.db import unit_of_work
from fsm_portal.domain.customer import Customer
from fsm_portal.flows.invoices.invoice_news import NO_NEWS, NewsView
from fsm_portal.flows.invoices.show_customer_invoice import (
    CustomerInvoiceView,
    show_customer_invoice,
)
from fsm_portal.flows.paying.cannot_pay import CannotPay
from fsm_portal.flows.paying.start_checkout import start_checkout
from tests.flows.stripe_side import deliver
from tests.invoices import write_invoice
from tests.payments import checkout, debit_started
from tests.sandbox_process import DECLINED_CARD, pay, pay_by_bank


def shown(who, invoice) -> CustomerInvoiceView:
    return show_customer_invoice(who.scope, invoice.id)


def news(who, invoice) -> NewsView:
    return shown(who, invoice).news


def test_a_card_that_was_declined_is_said_until_something_is_paid(
    any_database, stripe, payer, invoice
):
    assert news(payer, invoice) == NO_NEWS
    page = start_checkout(payer, invoice.id)
    assert not pay(page, DECLINED_CARD).paid
    deliver(*stripe.events())
    said = news(payer, invoice)
    assert said.title == "Your last payment was declined"
    assert said.text.startswith("Visa ending 0002 was declined for $280.00 on ")
    assert pay(page).paid
    deliver(*stripe.settled_events())
    assert news(payer, invoice).title == "Paid in full"


def test_of_a_part_that_is_on_its_way_it_says_how_much(any_database, payer, invoice):
    """Case 18."""
    debit_started(checkout(invoice, amount=10_000))
    said = "$100.00 takes a few days to arrive. The rest can be paid once it is here."
    assert news(payer, invoice).text == said
    assert not shown(payer, invoice).may_pay


def test_a_bank_debit_on_its_way_and_then_turned_down(any_database, stripe, payer, invoice):
    """Case 18, to its bad end."""
    assert pay_by_bank(start_checkout(payer, invoice.id), "000222222227").paid
    deliver(*stripe.events())
    said = news(payer, invoice)
    assert said.title == "Bank payment on its way"
    assert said.text == "$280.00 takes a few days to arrive. There is nothing more to do."
    stripe.days_later()
    deliver(*stripe.events())
    said = news(payer, invoice)
    assert said.title == "Your bank payment did not go through"
    assert "not enough money in the account. Nothing was paid" in said.text


def test_a_dispute_opened_and_lost_and_what_its_history_says(
    any_database, stripe, payer, invoice, sandbox
):
    """Case 10."""
    assert pay(start_checkout(payer, invoice.id)).paid
    deliver(*stripe.settled_events())
    (charge,) = stripe.get("/v1/charges")["data"]
    dispute = sandbox.open_dispute(charge["id"])
    deliver(*stripe.events())
    assert news(payer, invoice).title == "Your bank is looking into a payment"
    sandbox.decide_dispute(dispute["id"], "lost")
    deliver(*stripe.events())
    view = shown(payer, invoice)
    assert view.news.title == "Due again"
    assert "Your bank gave $280.00 back to you" in view.news.text
    assert [(each.title, each.amount) for each in view.payments] == [
        ("Taken back by your bank", "-$280.00"),
        ("Visa ending 4242", "$280.00"),
    ]
    assert view.may_pay


@pytest.mark.parametrize(
    ("typed", "cents"), [("50,10", 5_010), ("1.234,50", 123_450), ("50.1", 5_010), ("50", 5_000)]
)
def test_an_amount_is_typed_as_its_customer_writes_it(typed, cents, stripe, payer, dana, company):
    invoice = write_invoice(company, dana, lines=(("Boiler", "1", "200000"),), due_in_days=365)
    with unit_of_work() as session:
        invoice.partial_payments = True
        session.merge(invoice)
        session.get_one(Customer, (dana.company_id, dana.id)).locale = "de_DE"
    assert shown(payer, invoice).sums.due == "2.000,00\xa0$"
    assert shown(payer, invoice).pay.offered == "2000,00"
    start_checkout(payer, invoice.id, typed)
    assert stripe.only_session()["amount_total"] == cents


@pytest.mark.parametrize("typed", ["1.234", "1,2,3", "1.2,50", ",", "1,234.5,6", "-1,00"])
def test_what_could_be_read_in_two_ways_is_refused(typed, stripe, payer, dana, company):
    """Case 2."""
    invoice = write_invoice(company, dana, lines=(("Boiler", "1", "200000"),), due_in_days=365)
    with unit_of_work() as session:
        invoice.partial_payments = True
        session.merge(invoice)
        session.get_one(Customer, (dana.company_id, dana.id)).locale = "de_DE"
    with pytest.raises(CannotPay):
        start_checkout(payer, invoice.id, typed)
    assert stripe.get("/v1/checkout/sessions")["data"] == []
