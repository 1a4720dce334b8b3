"""What somebody who wants the books to be wrong would try next. (Invariants A, B, E, J)"""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.credit_note import CreditNote
from fsm_portal.domain.customer_credit import credit_of
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.payment import Payment
from fsm_portal.flows.by_hand.reverse_payment import reverse_payment
from fsm_portal.flows.by_hand.take_payment import Taken, take_payment
from fsm_portal.flows.crediting.use_credit import CannotUse, use_credit
from fsm_portal.flows.paying import open_pages
from fsm_portal.flows.paying import start_checkout as checking_out
from fsm_portal.flows.paying.start_checkout import (
    CannotPay,
    start_checkout,
    start_checkout_of_several,
)
from fsm_portal.flows.reconciliation.settle_fact import set_aside
from fsm_portal.flows.sweeping import sweep
from tests.flows import books
from tests.flows.refunds import ask, at_stripe, paid, refund, work_at_stripe
from tests.flows.stripe_side import deliver
from tests.invoices import write_invoice
from tests.sandbox_process import pay


def cash(amount: str, **changes) -> Taken:
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    words = {"press_id": new_id(), "method": "cash", "amount": amount, "day": yesterday}
    return Taken(**{**words, **changes})


@pytest.fixture
def later(company, dana) -> Invoice:
    """INV-0043 for the same customer, 280.00 USD too."""
    return write_invoice(company, dana, number="INV-0043")


@pytest.fixture
def in_parts(invoice) -> Invoice:
    """INV-0042, 280.00 USD, which may be paid in parts."""
    with unit_of_work() as session:
        invoice.partial_payments = True
        session.merge(invoice)
    return invoice


def credit(customer) -> int:
    with reading() as session:
        return credit_of(session, customer.company_id, customer.id, "USD")


# ── Two pages at once ───────────────────────────────────────────────────────────────────────


def two_tabs_pay_parts(monkeypatch, payer, invoice) -> list[str]:
    """100.00 in one tab and 200.00 in the other, in the same moment; the pages."""
    both, really_open = threading.Barrier(2), checking_out.open_checkout

    def together(**asked):
        both.wait(10)
        return really_open(**asked)

    def press(typed: str) -> str | None:
        with suppress(CannotPay):
            return start_checkout(payer, invoice.id, typed)
        return None

    monkeypatch.setattr(checking_out, "open_checkout", together)
    with ThreadPoolExecutor(2) as tabs:
        return [page for page in tabs.map(press, ("100", "200")) if page]


def test_two_tabs_pay_parts_at_once(any_database, monkeypatch, stripe, payer, in_parts):
    """Case 1: together they are more than is due, so one page stays open."""
    pages = two_tabs_pay_parts(monkeypatch, payer, in_parts)
    assert [pay(page).paid for page in pages].count(True) == 1
    deliver(*stripe.settled_events())
    assert books.status(in_parts) == "Partially paid"


def test_control_without_a_look_at_the_other_both_parts_are_paid(
    monkeypatch, stripe, payer, company, in_parts
):
    """Case 1's control; and what is more than was due is explicit credit."""
    monkeypatch.setattr(checking_out, "_close_rivals", lambda *_: None)
    pages = two_tabs_pay_parts(monkeypatch, payer, in_parts)
    assert [pay(page).paid for page in pages] == [True, True]
    deliver(*stripe.settled_events())
    held = books.accounts(company)
    assert (held["receivable"], held["customer_credit"]) == (0, -2_000)


def test_a_page_for_two_invoices_is_paid_though_one_was_paid_in_cash_meanwhile(
    stripe, payer, owner, company, dana, invoice, later, unreachable
):
    """Case 1: the page could not be closed. The other invoice takes its part, no more."""
    page = start_checkout_of_several(payer, [invoice.id, later.id])
    with unreachable():
        take_payment(owner, invoice.id, cash("280"))
    assert pay(page).paid
    deliver(*stripe.settled_events())
    assert [books.status(each) for each in (invoice, later)] == ["Paid", "Paid"]
    assert credit(dana) == 28_000
    assert books.accounts(company)["receivable"] == 0


@pytest.fixture
def paid_twice(monkeypatch, stripe, payer, invoice) -> list[Payment]:
    """INV-0042 was paid on two pages; the later payment is all credit."""
    first = start_checkout(payer, invoice.id)
    monkeypatch.setattr(open_pages, "expire_checkout", lambda *_: True)
    second = start_checkout(payer, invoice.id)
    assert pay(first).paid and pay(second).paid
    deliver(*stripe.settled_events())
    return sorted(books.rows(Payment), key=lambda payment: payment.id)


def test_what_was_paid_twice_goes_back_once_and_the_invoice_stays_paid(
    stripe, owner, dana, invoice, paid_twice
):
    """Cases 1 and 12: nothing of the invoice is credited for money that was never for it."""
    _, surplus = paid_twice
    ask(owner, surplus, "280.00", invoice_id=invoice.id)
    work_at_stripe()
    assert (books.status(invoice), credit(dana), books.rows(CreditNote)) == ("Paid", 0, [])


def test_credit_whose_payment_is_disputed_after_it_was_used(
    stripe, sandbox, owner, company, dana, invoice, later, paid_twice
):
    """Case 10: the bank takes it where it is now; won, it is there again and nowhere else."""
    _, surplus = paid_twice
    work_at_stripe()
    use_credit(owner, later.id, new_id(), "200")
    dispute = sandbox.open_dispute(surplus.charge_id)
    deliver(*stripe.events())
    assert (credit(dana), books.status(invoice), books.status(later)) == (0, "Paid", "Disputed")
    sandbox.decide_dispute(dispute["id"], "won")
    deliver(*stripe.events())
    assert (credit(dana), books.balance(later).paid) == (8_000, 20_000)
    assert books.accounts(company)["stripe"] == stripe.balance()


# ── Credit that is not there any more ───────────────────────────────────────────────────────


def test_credit_is_used_while_its_payment_is_reversed(
    any_database, owner, company, dana, invoice, later
):
    """Invariant B: in the end there is neither the credit nor anything that it paid."""
    take_payment(owner, invoice.id, cash("380", keep=True))
    surplus, together = books.only_payment(), threading.Barrier(3)

    def use(typed: str) -> None:
        together.wait(10)
        with suppress(CannotUse):
            use_credit(owner, later.id, new_id(), typed)

    def reverse() -> None:
        together.wait(10)
        reverse_payment(owner, surplus.id)

    with ThreadPoolExecutor(3) as threads:
        for done in [*(threads.submit(use, "60") for _ in range(2)), threads.submit(reverse)]:
            done.result(20)
    assert credit(dana) == 0
    assert (books.balance(invoice).due, books.balance(later).due) == (28_000, 28_000)
    assert books.accounts(company)["on_hand"] == 0


def test_a_fortune_taken_by_mistake_is_carried_and_reversed_to_the_cent(
    any_database, owner, company, dana, invoice
):
    """Far beyond what a card can pay, and beyond 32 bits."""
    for _ in range(3):
        take_payment(owner, invoice.id, cash("9,999,999,999,999.99", keep=True))
        assert credit(dana) == 999_999_999_999_999 - 28_000
        (mistaken,) = [each for each in books.rows(Payment) if each.reversed_at is None]
        reverse_payment(owner, mistaken.id)
    assert books.balance(invoice).due == 28_000
    assert books.accounts(company)["on_hand"] == 0


# ── Out of time ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("hours", [-48, 48])
def test_a_clock_that_jumps_between_asking_and_sending_makes_no_second_refund(
    stripe, payer, owner, invoice, clock_ahead, hours
):
    """Case 26: neither lost nor made twice, whichever way it jumps."""
    payment = paid(stripe, payer, invoice)
    asked = ask(owner, payment, "80.00")
    clock_ahead(hours=hours)
    work_at_stripe()
    clock_ahead()
    work_at_stripe()
    assert refund(asked).status == "succeeded"
    assert len(at_stripe(stripe)) == 1


def test_a_clock_that_was_a_year_ahead_leaves_no_year_unread(
    stripe, payer, invoice, clock_ahead, company
):
    """Invariant J: what the sweep noted then is no reason to read nothing until then."""
    clock_ahead(days=365)
    sweep()
    clock_ahead()
    assert pay(start_checkout(payer, invoice.id)).paid
    stripe.settled_events()
    # Five minutes later, when the next one is due.
    clock_ahead(minutes=5)
    sweep()
    assert books.status(invoice) == "Paid"
    assert books.accounts(company)["stripe"] == stripe.balance()


def test_a_refund_that_was_set_aside_counts_once_its_payment_is_there(
    stripe, sandbox, owner, company, payer, invoice
):
    """Case 16: staff were mistaken; the refund's other events and Stripe's own books tell."""
    assert pay(start_checkout(payer, invoice.id)).paid
    stripe.settled_events()
    (charge,) = stripe.get("/v1/charges")["data"]
    sandbox.refund(stripe.account, charge["id"], 8_000)
    (refunded,) = stripe.events("refund.created")
    deliver(refunded)
    set_aside(owner, refunded["id"], "nobody here has heard of it")
    deliver(*stripe.events("charge.succeeded"))
    assert books.status(invoice) == "Paid"
    sweep()
    assert books.status(invoice) == "Partially refunded"
    assert books.accounts(company)["stripe"] == stripe.balance()
