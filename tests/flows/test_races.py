"""Races that are won whoever is first, each with a control that loses it. (Invariants D, E, J)"""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sqlalchemy import bindparam, update

from fsm_portal.domain.company import Company
from fsm_portal.domain.ledger import LedgerEntry
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.refund import Refund
from fsm_portal.domain.statement import Statement
from fsm_portal.domain.stripe_event import StripeEvent
from fsm_portal.flows.paying import start_checkout as checking_out
from fsm_portal.flows.paying.cannot_pay import CannotPay
from fsm_portal.flows.paying.start_checkout import start_checkout
from fsm_portal.flows.proving import prove
from fsm_portal.flows.recorder import account as account_recorder
from fsm_portal.flows.recorder import known_payment as known
from fsm_portal.flows.recorder import payment as payment_recorder
from fsm_portal.flows.recorder import refund as refund_recorder
from tests.flows import books
from tests.flows.at_once import take_copies
from tests.flows.forks import forks
from tests.flows.from_stripe.test_event_twice import paid_at_new_company
from tests.flows.stripe_side import (
    CONNECT_SECRET,
    Event,
    as_body,
    deliver,
    event_of,
    signature,
)
from tests.flows.unguarded import drop_guards
from tests.sandbox_process import pay

WORKERS, COPIES = 4, 20


# ── Twenty copies over four workers ─────────────────────────────────────────────────────────


def taken_by_four_workers(event: Event) -> list[str]:
    """Twenty copies of one event, five in each process, all let go in the same moment."""
    context = forks()
    together, answers = context.Barrier(COPIES), context.Queue()
    body = as_body(event).encode()
    signed = signature(body, CONNECT_SECRET)
    share = COPIES // WORKERS
    workers = [
        context.Process(
            target=take_copies, args=(dict(os.environ), body, signed, share, together, answers)
        )
        for _ in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    said = [answers.get(timeout=60) for _ in range(COPIES)]
    for worker in workers:
        worker.join(30)
    return said


def test_twenty_copies_over_four_workers_are_one_payment(any_database, stripe, payer, invoice):
    """Case 13: one row each, and every copy is acknowledged."""
    assert pay(start_checkout(payer, invoice.id)).paid
    (charged,) = stripe.events("charge.succeeded")
    assert taken_by_four_workers(charged) == ["taken"] * COPIES
    assert len(books.rows(StripeEvent)) == len(books.rows(Payment)) == 1
    assert [each.kind for each in books.rows(LedgerEntry)].count("payment") == 1
    assert [each.kind for each in books.rows(OutboxMessage)].count("receipt_mail") == 1


@pytest.mark.breaks_the_books("no key of any table holds")
def test_control_without_keys_four_workers_keep_it_twenty_times(any_database, at_stripe, sandbox):
    """Case 13's control: it is the inbox's key that stops the copies, not luck."""
    drop_guards(any_database)
    event = paid_at_new_company(sandbox)
    assert taken_by_four_workers(event) == ["taken"] * COPIES
    assert len(books.rows(StripeEvent)) == COPIES


# ── A refund and its payment in the same moment ─────────────────────────────────────────────


@pytest.fixture
def paid_and_refunded(stripe, sandbox, payer, invoice) -> tuple[Event, Event]:
    """The event of a payment, and that of a refund of it."""
    assert pay(start_checkout(payer, invoice.id)).paid
    (charged,) = stripe.events("charge.succeeded")
    sandbox.refund(stripe.account, charged["data"]["object"]["id"], 8_000)
    (refunded,) = stripe.events("refund.created")
    return charged, refunded


def told_together(monkeypatch: pytest.MonkeyPatch, payment: Event, refund: Event) -> None:
    """The refund has looked for its payment in vain; before it ends, the payment comes."""
    looked, committed = threading.Event(), threading.Event()
    wait_for = refund_recorder.wait_for

    def wait_meanwhile(intent: str):
        looked.set()
        committed.wait(0.7)  # in vain, where the payment has to wait for us
        return wait_for(intent)

    def pay_then() -> None:
        assert looked.wait(10)
        deliver(payment)
        committed.set()

    monkeypatch.setattr(refund_recorder, "wait_for", wait_meanwhile)
    with ThreadPoolExecutor(2) as threads:
        for told in [threads.submit(deliver, refund), threads.submit(pay_then)]:
            told.result(20)


def test_a_refund_in_the_moment_of_its_payment(
    any_database, monkeypatch, paid_and_refunded, invoice
):
    """Case 16: whichever of the two is committed first, the refund is on the books."""
    told_together(monkeypatch, *paid_and_refunded)
    assert len(books.rows(Refund)) == 1
    assert books.status(invoice) == "Partially refunded"


@pytest.mark.breaks_the_books("nobody takes turns at a payment that is not there yet")
def test_control_without_turns_the_refund_waits_for_ever(
    postgres_database, monkeypatch, paid_and_refunded
):
    """Case 16's control, where two can write at once; the proof names it."""
    for module in (known, payment_recorder):
        monkeypatch.setattr(module, "its_turn", lambda *_: [])
    told_together(monkeypatch, *paid_and_refunded)
    assert books.rows(Refund) == []
    named = {breach.rule for breach in prove().breaches}
    assert named == {"a fact waits only for a payment that is not here"}


# ── Two events that each tell a part of one payment ─────────────────────────────────────────


def told_in_turn(monkeypatch: pytest.MonkeyPatch, slow: Event, quick: Event) -> None:
    """``slow`` has read what is known of the payment; before it writes, ``quick`` is recorded."""
    looked, recorded = threading.Event(), threading.Event()
    learn = payment_recorder._learn_more

    def learn_then(connection, company_id, known, fact):
        if fact.balance_transaction_id is None:
            looked.set()
            recorded.wait(10)
        return learn(connection, company_id, known, fact)

    def tell_meanwhile() -> None:
        assert looked.wait(10)
        deliver(quick)
        recorded.set()

    monkeypatch.setattr(payment_recorder, "_learn_more", learn_then)
    with ThreadPoolExecutor(2) as threads:
        for told in [threads.submit(deliver, slow), threads.submit(tell_meanwhile)]:
            told.result(20)


@pytest.fixture
def three_parts(stripe, payer, invoice) -> list[Event]:
    """The session's event makes the payment; the charge and its fees are told by two others."""
    assert pay(start_checkout(payer, invoice.id)).paid
    stripe.settled_events()
    told = ("checkout.session.completed", "charge.succeeded", "charge.updated")
    (paid,), (charged,), (updated,) = (stripe.events(kind) for kind in told)
    deliver(paid)
    return [charged, updated]


def test_what_two_events_tell_of_a_payment_at_once_is_all_there(
    postgres_database, monkeypatch, three_parts
):
    """Case 14: neither writes over what the other knew. (SQLite has one writer.)"""
    told_in_turn(monkeypatch, *three_parts)
    payment = books.only_payment()
    assert payment.charge_id and payment.balance_transaction_id


@pytest.mark.breaks_the_books("the fees of a payment are forgotten")
def test_control_by_what_was_read_before_the_fees_are_forgotten(
    postgres_database, monkeypatch, three_parts
):
    """Case 14's control: it is the row as it is when it is written that counts."""
    columns = payment_recorder._payment.c
    as_read = {name: bindparam(name) for name in payment_recorder._LEARNS}
    careless = update(payment_recorder._payment).where(
        columns.company_id == bindparam("its_company"), columns.id == bindparam("its_payment")
    )
    monkeypatch.setattr(payment_recorder, "_LEARNED", Statement(careless.values(as_read)))
    told_in_turn(monkeypatch, *three_parts)
    assert books.only_payment().balance_transaction_id is None


# ── An old and a new word about what the account may do ─────────────────────────────────────


def told_of_the_account(monkeypatch: pytest.MonkeyPatch, stripe) -> None:
    """The old word has looked for newer ones in vain; before it is written, the new one comes."""
    looked, written = threading.Event(), threading.Event()
    change = account_recorder._change_company

    def change_then(connection, company_id, changes):
        if changes["stripe_charges_enabled"]:
            looked.set()
            written.wait(0.7)  # in vain, where the new one has to wait for us
        return change(connection, company_id, changes)

    def word(may: bool, at: int) -> Event:
        said = {"id": stripe.account, "charges_enabled": may, "payouts_enabled": may}
        return event_of("account.updated", said, stripe.account, created=at)

    def tell_the_new() -> None:
        assert looked.wait(10)
        deliver(word(False, 1_790_000_060))
        written.set()

    monkeypatch.setattr(account_recorder, "_change_company", change_then)
    with ThreadPoolExecutor(2) as threads:
        old = threads.submit(deliver, word(True, 1_790_000_000))
        for told in [old, threads.submit(tell_the_new)]:
            told.result(20)


def charges_enabled(company) -> bool:
    (kept,) = [row for row in books.rows(Company) if row.id == company.id]
    return kept.stripe_charges_enabled


def test_of_two_words_about_the_account_the_newer_one_stays(
    postgres_database, monkeypatch, stripe, company
):
    """Invariant E, where two can write at once."""
    told_of_the_account(monkeypatch, stripe)
    assert not charges_enabled(company)


def test_control_without_turns_the_older_word_stays(
    postgres_database, monkeypatch, stripe, company
):
    monkeypatch.setattr(account_recorder, "_take_turns", lambda *_: None)
    told_of_the_account(monkeypatch, stripe)
    assert charges_enabled(company)


# ── Two sessions for one invoice ────────────────────────────────────────────────────────────


def pressed_together(monkeypatch: pytest.MonkeyPatch, payer, invoice) -> list[str]:
    """Pay now in two tabs: both have read which pages are open before either opens its own."""
    both, open_page = threading.Barrier(2), checking_out._open

    def press(_tab: int) -> str:
        try:
            return start_checkout(payer, invoice.id)
        except CannotPay:
            return ""

    def open_together(*about):
        with suppress(threading.BrokenBarrierError):
            both.wait(3)
        return open_page(*about)

    monkeypatch.setattr(checking_out, "_open", open_together)
    with ThreadPoolExecutor(2) as threads:
        return [url for url in threads.map(press, range(2)) if url]


def test_two_sessions_for_one_invoice(any_database, monkeypatch, stripe, payer, company, invoice):
    """Case 1: of two pages opened in the same moment one is closed, and the other is paid."""
    pages = pressed_together(monkeypatch, payer, invoice)
    sessions = stripe.get("/v1/checkout/sessions")["data"]
    assert [each["status"] for each in sessions].count("open") <= 1
    assert [pay(page).paid for page in pages].count(True) <= 1
    deliver(*stripe.events())
    assert "customer_credit" not in books.accounts(company)


def test_control_without_a_look_at_the_others_both_are_paid(
    any_database, monkeypatch, stripe, payer, company, invoice
):
    """Case 1's control: both pages stay open, and what was paid twice is credit."""
    monkeypatch.setattr(checking_out, "_close_rivals", lambda *_: None)
    pages = pressed_together(monkeypatch, payer, invoice)
    assert [pay(page).paid for page in pages] == [True, True]
    deliver(*stripe.events())
    held = books.accounts(company)
    assert (held["receivable"], held["customer_credit"]) == (0, -28_000)
