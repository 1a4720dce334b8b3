"""Payments that Stripe converts into the account's own currency, and what goes back of them."""

from dataclasses import replace

import pytest

from fsm_portal.db import reading
from fsm_portal.domain.ledger import Kind, LedgerEntry
from fsm_portal.flows.paying.start_checkout import start_checkout
from fsm_portal.flows.payments.list_payments import PaymentQuery, list_payments
from fsm_portal.flows.reconciliation.reconcile import Proof, differences, proofs
from fsm_portal.flows.sweeping import sweep
from fsm_portal.gateways import stripe_balance, stripe_objects
from tests.flows import books
from tests.sandbox_process import pay


@pytest.fixture
def converted(monkeypatch, stripe, payer, invoice):
    """280.00 USD, paid to an account that holds euros: Stripe's rows are all in EUR."""
    rate = {"now": 93}

    def euros(read):
        def reading_it(found):
            said = read(found)
            # The sandbox does not convert: its answers are changed as Stripe would give them.
            amounts = {
                name: getattr(said, name) * rate["now"] // 100
                for name in ("amount", "fee", "platform_fee")
                if hasattr(said, name)
            }
            net = {"net": amounts["amount"] - amounts["fee"]} if hasattr(said, "net") else {}
            return replace(said, currency="EUR", **amounts, **net)

        return reading_it

    monkeypatch.setattr(stripe_balance, "_movement", euros(stripe_balance._movement))
    monkeypatch.setattr(stripe_objects, "_movement", euros(stripe_objects._movement))
    assert pay(start_checkout(payer, invoice.id)).paid
    stripe.settled_events()
    sweep()
    return rate


def proven(company) -> list[Proof]:
    with reading() as session:
        assert differences(session.connection(), company.id) == []
        return proofs(session.connection(), company.id)


def test_per_currency_the_books_are_what_stripe_says(any_database, converted, company, invoice):
    assert proven(company) == [Proof("EUR", 26_040 - 1_173, 26_040 - 1_173), Proof("USD", 0, 0)]
    assert books.status(invoice) == "Paid"
    payment = books.only_payment()
    assert (payment.settled_currency, payment.settled_amount) == ("EUR", 26_040)


def test_a_refund_at_another_rate_leaves_the_difference_to_exchange(
    any_database, converted, stripe, company, invoice
):
    converted["now"] = 95
    charge = stripe.get("/v1/charges")["data"][0]
    refund = stripe.sandbox.refund(stripe.account, charge["id"], refund_application_fee="true")
    sweep()
    eur, usd = proven(company)
    assert (usd.ledger, usd.stripe) == (0, 0)
    assert eur.ledger == eur.stripe
    assert books.accounts(company, currency="USD")["exchange"] == 0
    assert books.accounts(company, currency="EUR")["exchange"] == 26_600 - 26_040
    stripe.sandbox.settle_refund(refund["id"], "failed")
    sweep()
    eur, usd = proven(company)
    assert (usd.ledger, eur.difference) == (0, 0)
    assert books.balance(invoice).refunded == 0


def test_a_dispute_takes_what_was_paid_and_its_fee_in_the_accounts_currency(
    any_database, converted, stripe, company, invoice
):
    """Case 10, converted."""
    dispute = stripe.sandbox.open_dispute(stripe.get("/v1/charges")["data"][0]["id"])
    sweep()
    assert [proof.difference for proof in proven(company)] == [0, 0]
    assert books.balance(invoice).disputed == 28_000
    fees = [row for row in books.rows(LedgerEntry) if row.kind == Kind.DISPUTE_FEE]
    assert [row.currency for row in fees] == ["EUR"]
    stripe.sandbox.decide_dispute(dispute["id"], "won")
    sweep()
    assert [proof.difference for proof in proven(company)] == [0, 0]
    assert books.balance(invoice).disputed == 0


def test_fees_and_net_are_shown_in_the_currency_they_were_taken_in(converted, owner):
    (row,) = list_payments(owner.scope, PaymentQuery()).rows
    assert (row.gross, row.stripe_fee, row.net) == ("$280.00", "€7.83", "€248.67")
