"""Every currency to its own minor unit, on our books and on Stripe's page alike."""

import pytest

from fsm_portal.flows.home.show_home import show_home
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoices.list_customer_invoices import (
    customer_invoice_query,
    list_customer_invoices,
)
from fsm_portal.flows.invoices.show_customer_invoice import show_customer_invoice
from fsm_portal.flows.paying.choose_invoices import all_payable
from fsm_portal.flows.paying.start_checkout import CannotPay, start_checkout
from tests.flows import books
from tests.flows.stripe_side import deliver
from tests.invoices import write_invoice
from tests.sandbox_process import pay


def paid_in(currency, price, stripe, payer, company, dana):
    """One line of ``price`` (minor units), invoiced, paid and recorded."""
    invoice = write_invoice(company, dana, lines=(("Repair", "1", price),), currency=currency)
    assert pay(start_checkout(payer, invoice.id)).paid
    deliver(*stripe.settled_events())
    return invoice


@pytest.mark.parametrize(
    ("currency", "price", "stripes_amount", "fee"),
    [
        ("JPY", "12345", 12_345, 185),
        ("KWD", "12340", 12_340, 180),  # 1.5% is 185.1 fils: cards take steps of ten
        ("EUR", "9999", 9_999, 150),
        ("ISK", "4900", 490_000, 7_400),  # Stripe counts krónur in hundredths
        ("MGA", "250000", 2_500, 37),  # and ariary without any
    ],
)
def test_the_amount_is_exact_on_both_sides(
    stripe, payer, company, dana, currency, price, stripes_amount, fee
):
    """Cases 4 and 11."""
    invoice = paid_in(currency, price, stripe, payer, company, dana)

    (charge,) = stripe.get("/v1/charges")["data"]
    assert (charge["amount"], charge["currency"]) == (stripes_amount, currency.lower())
    assert charge["application_fee_amount"] == fee
    payment = books.only_payment()
    assert (payment.amount, payment.currency) == (int(price), currency)
    assert books.status(invoice) == "Paid"
    assert books.balance(invoice).due == 0


def test_an_amount_that_no_card_can_be_charged_is_said_so(stripe, payer, company, dana):
    """Case 4: 12.345 dinars; card networks carry two decimals."""
    invoice = write_invoice(company, dana, lines=(("Repair", "1", "12345"),), currency="KWD")
    with pytest.raises(CannotPay, match=r"cannot be charged 12\.345 KWD"):
        start_checkout(payer, invoice.id)
    assert stripe.get("/v1/checkout/sessions")["data"] == []


def test_a_currency_that_stripe_does_not_take_is_no_button_but_a_sentence(
    stripe, payer, company, dana
):
    """Nor is anything offered that would be refused when it is pressed."""
    funds = write_invoice(company, dana, lines=(("Repair", "1", "30310"),), currency="CLF")
    odd = write_invoice(
        company, dana, number="INV-0043", lines=(("Repair", "1", "12345"),), currency="KWD"
    )
    tiny = write_invoice(company, dana, number="INV-0044", lines=(("Washer", "1", "20"),))
    dollars = write_invoice(company, dana, number="INV-0045")
    scope = Scope("customer", company.id, dana.id, None)
    said = (
        (funds, "Cards cannot be charged in CLF. Please contact us."),
        (odd, "Cards cannot be charged 12.345 KWD to the last digit. Please contact us."),
        (tiny, "What is left is below the smallest amount a card payment can be."),
        (dollars, ""),
    )
    for invoice, sentence in said:
        view = show_customer_invoice(scope, invoice.id)
        assert (view.cannot_pay, view.may_pay) == (sentence, not sentence)
        if sentence:
            with pytest.raises(CannotPay, match=sentence):
                start_checkout(payer, invoice.id)
    home = {row.number: row.payable for row in show_home(scope).to_pay}
    assert home == {"INV-0042": False, "INV-0043": True, "INV-0044": True, "INV-0045": True}
    assert funds.id not in all_payable(scope)
    listed = list_customer_invoices(scope, customer_invoice_query("unpaid", "", None, None))
    assert {row.number: row.payable for row in listed.rows}["INV-0042"] is False
    assert stripe.get("/v1/checkout/sessions")["data"] == []
