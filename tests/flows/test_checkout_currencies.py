"""Every currency to its own minor unit, on our books and on Stripe's page alike."""

import pytest

from fsm_portal.flows.start_checkout import CannotPay, start_checkout
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
