"""Stripe's own books, read by the sweep: whatever the ledger lacks of them is put there, once."""

import pytest

from fsm_portal.db import reading
from fsm_portal.domain.balance_transaction import BalanceTransaction
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.payout import Payout
from fsm_portal.domain.refund import Refund
from fsm_portal.domain.stripe_event import Outcome, StripeEvent
from fsm_portal.domain.stripe_sweep import StripeBalance, StripeSweep
from fsm_portal.flows.paying.start_checkout import start_checkout
from fsm_portal.flows.reconciliation.reconcile import Why, differences, proofs
from fsm_portal.flows.sweeping import sweep
from fsm_portal.flows.work_outbox import work_one
from fsm_portal.gateways import stripe_objects
from tests.flows import books
from tests.flows.elsewhere import shop_payment
from tests.flows.stripe_side import deliver
from tests.sandbox_process import pay

AT_ONCE_CARD = "4000 0000 0000 0077"


@pytest.fixture
def paid(stripe, payer, invoice):
    """A payment of 280.00 USD that Stripe has settled; nothing of it has come yet."""
    assert pay(start_checkout(payer, invoice.id)).paid
    stripe.settled_events()
    return stripe.get("/v1/charges")["data"][0]


def in_balance(company, stripe) -> bool:
    """Whether the proof holds, and both sides are what Stripe's balance comes to."""
    with reading() as session:
        assert differences(session.connection(), company.id) == []
        found = proofs(session.connection(), company.id)
    for proof in found:
        assert proof.ledger == proof.stripe
    return sum(proof.stripe for proof in found) == stripe.balance()


def once_more() -> None:
    """A second sweep changes nothing."""
    before = {model: len(books.rows(model)) for model in (StripeEvent, BalanceTransaction, Payout)}
    entries = books.rows(books.LedgerEntry)
    found = []
    sweep(progress=found.append)
    assert {model: len(books.rows(model)) for model in before} == before
    assert len(books.rows(books.LedgerEntry)) == len(entries)
    for swept in found:
        assert (swept.missed, swept.rows, swept.posted, swept.elsewhere) == (0, 0, 0, 0)


def without_events(monkeypatch) -> None:
    """As if Stripe's events were gone: older than thirty days."""
    monkeypatch.setattr("fsm_portal.flows.sweeping.events.events_since", lambda *_: [])


def test_a_swept_payment_is_in_balance_with_its_fees(any_database, paid, company, stripe, invoice):
    found = []
    sweep(progress=found.append)
    assert in_balance(company, stripe)
    payment = books.only_payment()
    assert (payment.stripe_fee, payment.platform_fee) == (842, 420)
    (row,) = books.rows(BalanceTransaction)
    assert (row.source_id, row.net, row.platform_fee) == (paid["id"], 28_000 - 842 - 420, 420)
    (swept,) = found
    assert (swept.rows, swept.posted, swept.open) == (1, 1, 0)
    (mark,) = books.rows(StripeSweep)
    assert mark.finished_at and mark.balance_until and not mark.trouble
    (held,) = books.rows(StripeBalance)
    assert held.available + held.pending == stripe.balance()
    once_more()


def test_the_queued_work_for_fees_finds_them_done(paid, company, stripe):
    sweep()
    while work_one() is not None:
        pass
    assert [row.dead_reason for row in books.rows(OutboxMessage) if row.kind == "fees"] == [None]
    assert in_balance(company, stripe)


def test_without_any_event_the_books_are_found_by_stripes_rows_alone(
    any_database, monkeypatch, paid, company, stripe, invoice
):
    """Invariant J: events are kept for thirty days, balance transactions for good."""
    without_events(monkeypatch)
    refund = stripe.sandbox.refund(stripe.account, paid["id"], 5_000)
    stripe.sandbox.open_dispute(paid["id"])
    sweep()
    assert in_balance(company, stripe)
    payment = books.only_payment()
    assert (payment.charge_id, payment.stripe_fee) == (paid["id"], 842)
    (kept,) = books.rows(Refund)
    assert (kept.stripe_refund_id, kept.amount) == (refund["id"], 5_000)
    assert books.balance(invoice).disputed == 23_000
    once_more()


def test_a_refund_that_came_back_is_in_balance(any_database, paid, company, stripe):
    refund = stripe.sandbox.refund(stripe.account, paid["id"], refund_application_fee="true")
    sweep()
    assert in_balance(company, stripe)
    (kept,) = books.rows(Refund)
    assert kept.platform_fee == 420
    stripe.sandbox.settle_refund(refund["id"], "failed")
    sweep()
    assert in_balance(company, stripe)
    once_more()


def test_a_dispute_won_is_in_balance(any_database, paid, company, stripe):
    dispute = stripe.sandbox.open_dispute(paid["id"])
    sweep()
    assert in_balance(company, stripe)
    stripe.sandbox.decide_dispute(dispute["id"], "won")
    sweep()
    assert in_balance(company, stripe)
    assert books.accounts(company)["dispute_fee"] > 0
    once_more()


def test_a_payment_waits_for_what_stripe_says_of_it(paid, company, stripe):
    """Control: before the sweep the sides differ, and it is said why."""
    deliver(*stripe.events("charge.succeeded"))
    with reading() as session:
        (found,) = differences(session.connection(), company.id)
    assert (found.why, found.ledger, found.stripe) == (Why.STRIPE_HAS_NOT_TOLD, 28_000, None)
    assert found.source == paid["id"] and found.why.passes


# ── Money that moved at Stripe without this portal ──────────────────────────────────────────────


@pytest.fixture
def till(stripe):
    """A payment in the company's own shop, on the same account: 50.00 USD."""
    return shop_payment(stripe, 5_000)


def test_what_the_company_takes_elsewhere_is_none_of_ours_and_in_balance(
    any_database, paid, till, company, stripe
):
    refund = stripe.sandbox.refund(stripe.account, till["id"], 1_000)
    stripe.sandbox.open_dispute(till["id"])
    found = []
    sweep(progress=found.append)
    assert in_balance(company, stripe)
    assert len(books.rows(Payment)) == 1
    kept = {row.source_id: row.elsewhere for row in books.rows(BalanceTransaction)}
    assert kept.pop(paid["id"]) is False
    assert len(kept) == 3 and refund["id"] in kept and all(kept.values())
    assert found[0].elsewhere == 3
    assert not [row for row in books.rows(StripeEvent) if row.outcome == Outcome.PARKED]
    once_more()


def test_a_mark_that_somebody_took_off_a_charge_does_not_make_it_anothers(
    any_database, paid, company, stripe, monkeypatch
):
    """Anybody at the company can edit what we wrote on a charge."""
    deliver(*stripe.settled_events())
    without_events(monkeypatch)
    monkeypatch.setattr(stripe_objects, "attempt", lambda _: None)
    sweep()
    assert in_balance(company, stripe)
    assert [row.elsewhere for row in books.rows(BalanceTransaction)] == [False]


def test_a_charge_that_names_an_attempt_nobody_made_stays_open_and_is_shown(
    any_database, company, stripe
):
    """Never a guess: another installation's, or one whose row was lost."""
    charge = shop_payment(stripe, 5_000, fsm_attempt="0" * 32)
    found = []
    sweep(progress=found.append)
    with reading() as session:
        (found_difference,) = differences(session.connection(), company.id)
    assert (found_difference.source, found_difference.ledger) == (charge["id"], None)
    assert found_difference.why is Why.NOT_ON_OUR_BOOKS
    (row,) = books.rows(BalanceTransaction)
    assert not row.elsewhere and "no checkout attempt" in row.unmatched
    assert found[0].open == 1


# ── Payouts ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def available(stripe, payer, invoice):
    """A payment of 280.00 USD that can be paid out at once."""
    assert pay(start_checkout(payer, invoice.id), AT_ONCE_CARD).paid
    stripe.settled_events()
    return stripe.get("/v1/charges")["data"][0]


def test_a_payout_is_on_the_books_and_knows_its_payments(
    any_database, monkeypatch, available, company, stripe
):
    without_events(monkeypatch)
    payout = stripe.sandbox.pay_out(stripe.account)["data"][0]
    sweep()
    assert in_balance(company, stripe)
    (kept,) = books.rows(Payout)
    assert (kept.id, kept.status, kept.amount) == (payout["id"], "in_transit", payout["amount"])
    carried = {row.source_id: row.payout_id for row in books.rows(BalanceTransaction)}
    assert carried[available["id"]] == payout["id"]
    stripe.sandbox.settle_payout(payout["id"], "paid")
    sweep()
    (kept,) = books.rows(Payout)
    assert kept.status == "paid"
    once_more()


def test_a_payout_that_came_back_is_in_balance(
    any_database, monkeypatch, available, company, stripe
):
    without_events(monkeypatch)
    payout = stripe.sandbox.pay_out(stripe.account)["data"][0]
    sweep()
    stripe.sandbox.settle_payout(payout["id"], "failed")
    sweep()
    assert in_balance(company, stripe)
    assert books.accounts(company)["bank"] == 0
    once_more()
