"""A deposit: the amount that an invoice asks for first."""

import pytest

from fsm_portal.db import unit_of_work
from fsm_portal.domain.balances import InvoiceBalance
from fsm_portal.domain.deposit import deposit_left
from fsm_portal.domain.payment import Payment
from fsm_portal.flows.paying.start_checkout import CannotPay, start_checkout
from tests.flows import books
from tests.flows.stripe_side import deliver
from tests.sandbox_process import pay


@pytest.fixture
def with_deposit(invoice):
    """INV-0042, 280.00 USD, of which 80.00 first."""
    return ask_first(invoice, 8_000)


def ask_first(invoice, deposit, parts=None):
    with unit_of_work() as session:
        invoice.deposit, invoice.partial_payments = deposit, parts
        session.merge(invoice)
    return invoice


def refusal(who, invoice, typed) -> str:
    with pytest.raises(CannotPay) as refused:
        start_checkout(who, invoice.id, typed)
    return str(refused.value)


def test_the_deposit_is_offered_first_then_the_rest(stripe, payer, with_deposit):
    assert pay(start_checkout(payer, with_deposit.id)).paid
    deliver(*stripe.settled_events())
    assert books.balance(with_deposit).paid == 8_000
    assert books.status(with_deposit) == "Partially paid"

    assert pay(start_checkout(payer, with_deposit.id)).paid
    deliver(*stripe.settled_events())
    assert sorted(payment.amount for payment in books.rows(Payment)) == [8_000, 20_000]
    assert books.status(with_deposit) == "Paid"


def test_all_of_it_may_be_paid_at_once(stripe, payer, with_deposit):
    start_checkout(payer, with_deposit.id, "280.00")
    assert stripe.only_session()["amount_total"] == 28_000


def test_nothing_between_the_two_where_parts_are_not_allowed(stripe, payer, with_deposit):
    """Case 2."""
    assert refusal(payer, with_deposit, "100") == "Pay the deposit of $80.00, or all $280.00."


def test_where_parts_are_allowed_it_may_be_more_but_not_less(stripe, payer, invoice):
    """Case 2."""
    ask_first(invoice, 8_000, parts=True)
    assert refusal(payer, invoice, "79.99") == "The deposit comes first: pay $80.00 or more."
    assert pay(start_checkout(payer, invoice.id, "100")).paid
    deliver(*stripe.settled_events())
    start_checkout(payer, invoice.id, "0.50")


def test_a_deposit_that_would_leave_too_little_is_refused_in_plain_words(stripe, payer, invoice):
    """Case 3."""
    ask_first(invoice, 27_970)
    assert refusal(payer, invoice, None).endswith("Pay all $280.00, or leave at least $0.50.")
    start_checkout(payer, invoice.id, "280.00")


@pytest.mark.parametrize(
    ("balance", "left"),
    [
        (InvoiceBalance(charged=28_000), 8_000),
        (InvoiceBalance(charged=28_000, paid=3_000), 5_000),
        (InvoiceBalance(charged=28_000, paid=8_000), 0),
        # Paid and given back: it was paid once, and is not asked for again.
        (InvoiceBalance(charged=28_000, paid=0, refunded=8_000), 0),
        (InvoiceBalance(charged=28_000, paid=0, disputed=8_000), 0),
        # What is left is less than the deposit, or as much: then all is due.
        (InvoiceBalance(charged=28_000, credited=21_000), 0),
        (InvoiceBalance(charged=28_000, credited=20_000), 0),
    ],
)
def test_how_much_of_the_deposit_is_still_to_be_paid(balance, left):
    assert deposit_left(8_000, balance) == left
    assert deposit_left(None, balance) == 0
