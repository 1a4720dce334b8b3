"""Money of two payments goes back over the same invoices at once: nobody waits for who waits.

On PostgreSQL: SQLite has one writer anyway. (Invariants A and J)
"""

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from threading import Event as Signal
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from fsm_portal import db
from fsm_portal.db import writing
from fsm_portal.domain import ledger
from fsm_portal.domain.clock import now
from fsm_portal.domain.dispute import Dispute
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.insert_once import insert_once
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.payment import BroughtBy, Payment
from fsm_portal.domain.refund import Refund
from fsm_portal.domain.statement import Answer, Call, together
from fsm_portal.domain.stripe_event import StripeEvent
from fsm_portal.domain.tax_rate import TaxRate
from fsm_portal.flows import recorder
from fsm_portal.flows.customers import edit_customer as editing
from fsm_portal.flows.customers.edit_customer import CustomerWords, edit_customer
from fsm_portal.flows.from_stripe.receive_stripe_event import take_in
from fsm_portal.flows.invoicing import credit_invoice as crediting
from fsm_portal.flows.invoicing import save_sheet as saving
from fsm_portal.flows.invoicing import send_invoice as sending
from fsm_portal.flows.invoicing.keep_sheet import edit_draft
from fsm_portal.flows.reconciliation import settle_fact as settling
from fsm_portal.flows.recorder import dispute as dispute_recorder
from fsm_portal.flows.recorder import payment as payment_recorder
from fsm_portal.flows.recorder import record_fact
from fsm_portal.flows.recorder import refund as recording
from fsm_portal.flows.settings import invoices as numbering
from fsm_portal.flows.settings import keep as keeping
from fsm_portal.flows.settings import taxes as taxing
from fsm_portal.flows.settings.invoices import INVOICES
from fsm_portal.flows.signing_up import setup as walking
from fsm_portal.gateways.stripe_events import read_event
from fsm_portal.gateways.stripe_facts import (
    DisputeChanged,
    DisputeMovement,
    Event,
    Fact,
    RefundChanged,
)
from tests.cast import BRIGHT_HEATING_ACCOUNT
from tests.flows import books
from tests.flows.refunds import ask
from tests.flows.stripe_side import as_body, event_of
from tests.invoices import write_invoice
from tests.money_back import taken_by_bank
from tests.payments import checkout, received


@pytest.fixture
def two_invoices(company, dana) -> list[Invoice]:
    """100.00 each, in the order of their ids."""
    made = [
        write_invoice(company, dana, number=f"INV-{number}", lines=(("Work", "1", "10000"),))
        for number in ("0042", "0043")
    ]
    return sorted(made, key=lambda each: each.id)


@pytest.fixture
def crosswise(company, owner, two_invoices) -> list[RefundChanged]:
    """Two payments of 40.00 on each; what Stripe says of a refund of each of them.

    One goes back on the first invoice before the second, one on the second before the first.
    """
    payments = [received(checkout(*two_invoices, amount=4_000)) for _ in two_invoices]
    return [
        _refund_of(payment, ask(owner, payment, "60.00", invoice_id=first.id))
        for payment, first in zip(payments, two_invoices, strict=True)
    ]


def _refund_of(payment: Payment, refund_id: str) -> RefundChanged:
    return RefundChanged(
        stripe_refund_id=f"re_{refund_id}",
        payment_intent_id=payment.payment_intent_id or "",
        refund_id=refund_id,
        amount=6_000,
        currency=payment.currency,
        status="succeeded",
        reason="requested_by_customer",
        failure_reason="",
        balance_transaction_id=f"txn_{refund_id}",
        returned=False,
        occurred_at=now(),
    )


def after_each_entry(monkeypatch, then: Callable[[Mapping[str, Any]], None]) -> None:
    """What is asked together is asked one by one, with ``then`` behind each entry of the ledger."""

    def one_by_one(connection, *calls: Call) -> list[Answer]:
        answers = []
        for call in calls:
            answers += together(connection, call)
            if "debit" in call.values:
                then(call.values)
        return answers

    for module in (ledger, payment_recorder):
        monkeypatch.setattr(module, "together", one_by_one)


def told_at_once(monkeypatch, company, facts: list[RefundChanged]) -> list[str]:
    """Each posts its first entry before either posts its second, where that can be."""
    both = Barrier(len(facts))

    def wait(entry: Mapping[str, Any]) -> None:
        if entry["kind"] == "refund":
            with suppress(BrokenBarrierError):
                both.wait(0.7)

    def tell(fact: RefundChanged) -> str:
        try:
            with writing() as connection:
                return record_fact(connection, company.id, fact, BroughtBy.WEBHOOK).outcome
        except OperationalError as error:
            return type(error.orig).__name__

    after_each_entry(monkeypatch, wait)
    with ThreadPoolExecutor(len(facts)) as threads:
        return list(threads.map(tell, facts))


def test_two_refunds_over_the_same_invoices_crosswise(
    postgres_database, monkeypatch, company, two_invoices, crosswise
):
    assert told_at_once(monkeypatch, company, crosswise) == ["recorded", "recorded"]
    assert [each.amount for each in books.rows(Refund)] == [6_000, 6_000]
    assert [books.balance(each).refunded for each in two_invoices] == [6_000, 6_000]


@pytest.fixture
def months_are_not_added_up(postgres_database) -> Iterator[None]:
    """Facts of one customer else wait for each other at the sum of their month too."""
    table = "ALTER TABLE ledger_entry {} TRIGGER customer_movement_posted"
    with postgres_database.begin() as connection:
        connection.execute(text(table.format("DISABLE")))
    yield
    with postgres_database.begin() as connection:
        connection.execute(text(table.format("ENABLE")))


@pytest.mark.breaks_the_books("the sums of months are not kept meanwhile")
@pytest.mark.parametrize("guard", ["neither", "the order of entries", "the locks"])
def test_control_without_an_order_one_of_them_is_thrown_out(
    months_are_not_added_up, monkeypatch, company, two_invoices, crosswise, guard
):
    """Either of the two guards is enough; with neither PostgreSQL ends one of the two."""
    # Refunds of one company take turns at its numbers too.
    monkeypatch.setattr(recording, "turn_at_numbers", lambda *_: None)
    if guard != "the order of entries":
        monkeypatch.setattr(ledger, "_in_one_order", lambda rows: rows)
    if guard != "the locks":
        monkeypatch.setattr(recording, "lock_invoices", lambda *_: None)
    said = told_at_once(monkeypatch, company, crosswise)
    thrown_out = ["DeadlockDetected"] if guard == "neither" else []
    assert sorted(said) == sorted(thrown_out + ["recorded"] * (2 - len(thrown_out)))


# ── A fact that staff judge again, and the news that makes it true ──────────────────────────


def _told(payment: Payment, name: str, **more: Any) -> Event:
    refund = {
        "id": f"re_{name}",
        "object": "refund",
        "amount": 6_000,
        "currency": "usd",
        "status": "succeeded",
        "payment_intent": payment.payment_intent_id,
        "balance_transaction": f"txn_{name}",
        "created": int(now().timestamp()),
        **more,
    }
    told = event_of("refund.updated", refund, BRIGHT_HEATING_ACCOUNT)
    return read_event(as_body(told))


def take(told: Event) -> str:
    try:
        with writing() as connection:
            return take_in(connection, told, BroughtBy.WEBHOOK).outcome
    except OperationalError as error:
        return type(error.orig).__name__


@pytest.fixture
def held_back(company, dana) -> tuple[Event, Event]:
    """A refund of 60 that cannot be, for one of 60 took its place; that this one came back."""
    repair = write_invoice(company, dana, lines=(("Repair", "1", "10000"),))
    payment = received(checkout(repair))
    assert take(_told(payment, "one")) == "recorded"
    second = _told(payment, "two")
    assert take(second) == "quarantined"
    gone = {"status": "failed", "failure_balance_transaction": "txn_back"}
    return second, _told(payment, "one", **gone)


def judged_meanwhile(monkeypatch, owner, held_back: tuple[Event, Event]) -> list[str]:
    """Staff have the fact in hand; before they judge it, the webhook has its payment."""
    waiting, news = held_back
    in_hand, came = Signal(), Signal()
    judge, apply = settling._judge_alike, recorder.apply_held_back

    def judge_then(*about):
        in_hand.set()
        came.wait(0.7)
        return judge(*about)

    def apply_then(*about):
        came.set()
        return apply(*about)

    def press() -> str:
        try:
            return settling.check_again(owner, waiting.id)[0]
        except OperationalError as error:
            return type(error.orig).__name__

    def tell() -> str:
        assert in_hand.wait(10)
        return take(news)

    monkeypatch.setattr(settling, "_judge_alike", judge_then)
    monkeypatch.setattr(recorder, "apply_held_back", apply_then)
    with ThreadPoolExecutor(2) as threads:
        return [said.result(20) for said in [threads.submit(press), threads.submit(tell)]]


def test_staff_judge_a_refund_in_the_moment_that_makes_it_true(
    postgres_database, monkeypatch, owner, held_back
):
    """Staff are told what was so then; the webhook judges it anew."""
    assert judged_meanwhile(monkeypatch, owner, held_back) == [
        "It still contradicts our books",
        "recorded",
    ]
    assert {each.outcome for each in books.rows(StripeEvent)} == {"recorded"}
    assert [each.status for each in books.rows(Refund)] == ["failed", "succeeded"]


def test_control_with_the_fact_before_its_payment_one_is_thrown_out(
    postgres_database, monkeypatch, owner, held_back
):
    monkeypatch.setattr(settling, "_lock_payment", lambda *_: None)
    assert "DeadlockDetected" in judged_meanwhile(monkeypatch, owner, held_back)


# ── A customer gets another name while they pay ─────────────────────────────────────────────


def _through_the_table(connection) -> None:
    """As the planner does where most of a table is asked for."""
    for way in ("indexscan", "bitmapscan"):
        connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")


def renamed_meanwhile(monkeypatch, owner, dana, two_invoices) -> list[str]:
    """A payment over both invoices has posted what it has on the first; then comes the name."""
    received(checkout(two_invoices[0], amount=1_000))  # its row is younger than the other's
    attempt = checkout(*two_invoices, amount=4_000)
    event.listen(db.engine(), "begin", _through_the_table)
    posted = Signal()

    def wait(_entry: Mapping[str, Any]) -> None:
        if not posted.is_set():
            posted.set()
            time.sleep(0.7)

    def rename() -> str:
        assert posted.wait(10)
        words = CustomerWords("Harbor View Residences", "", dana.email or "", "")
        try:
            return "renamed" if edit_customer(owner, dana.id, words) else ""
        except OperationalError as error:
            return type(error.orig).__name__

    def pay() -> str:
        try:
            return "paid" if received(attempt) else ""
        except OperationalError as error:
            return type(error.orig).__name__

    after_each_entry(monkeypatch, wait)
    with ThreadPoolExecutor(2) as threads:
        return [said.result(20) for said in [threads.submit(rename), threads.submit(pay)]]


def test_a_customer_gets_another_name_while_they_pay(
    postgres_database, monkeypatch, owner, dana, two_invoices
):
    """The name stands beside what is due on each invoice, for the lists."""
    assert renamed_meanwhile(monkeypatch, owner, dana, two_invoices) == ["renamed", "paid"]


def test_control_without_the_invoices_locks_one_is_thrown_out(
    postgres_database, monkeypatch, owner, dana, two_invoices
):
    monkeypatch.setattr(editing, "lock_invoices_of", lambda *_: None)
    assert "DeadlockDetected" in renamed_meanwhile(monkeypatch, owner, dana, two_invoices)


# ── A letter goes to a new address while the office writes the customer's name anew ─────────


def sent_meanwhile(monkeypatch, owner, dana, invoice: Invoice) -> list[str]:
    """The invoice is in hand, and then comes the name, which stands beside what is due on it."""
    in_hand, disputed = Signal(), sending.disputed_among

    def ask_slowly(*about):
        in_hand.set()
        time.sleep(0.7)
        return disputed(*about)

    def send() -> str:
        try:
            return sending.send_invoice(owner, invoice.id, "accounts@harborview.example")[0]
        except OperationalError as error:
            return type(error.orig).__name__

    def rename() -> str:
        assert in_hand.wait(10)
        words = CustomerWords("Harbor View Residences", "", "", "")
        try:
            return "renamed" if edit_customer(owner, dana.id, words) else ""
        except OperationalError as error:
            return type(error.orig).__name__

    monkeypatch.setattr(sending, "disputed_among", ask_slowly)
    with ThreadPoolExecutor(2) as threads:
        return [said.result(20) for said in [threads.submit(send), threads.submit(rename)]]


def test_a_letter_to_a_new_address_and_a_new_name_at_once(
    postgres_database, monkeypatch, owner, dana, two_invoices
):
    said = sent_meanwhile(monkeypatch, owner, dana, two_invoices[0])
    assert said == ["accounts@harborview.example", "renamed"]


def test_control_with_the_invoice_before_its_customer_one_is_thrown_out(
    postgres_database, monkeypatch, owner, dana, two_invoices
):
    monkeypatch.setattr(sending, "_hold_customer", lambda *_: None)
    change = sending.change_address

    def lock_late(session, customer, email):
        session.refresh(customer, with_for_update={"key_share": True})
        return change(session, customer, email)

    monkeypatch.setattr(sending, "change_address", lock_late)
    assert "DeadlockDetected" in sent_meanwhile(monkeypatch, owner, dana, two_invoices[0])


# ── A draft is saved in the moment in which it is discarded ─────────────────────────────────


def saved_and_discarded(monkeypatch, owner, company, dana) -> tuple[str, str]:
    """The sheet is in hand, and then somebody throws its draft away."""
    draft = write_invoice(company, dana, issued=False)
    sheet = edit_draft(owner, draft.id)
    in_hand, read = Signal(), saving.read_sheet

    def read_slowly(*about):
        in_hand.set()
        time.sleep(0.7)
        return read(*about)

    def save() -> str:
        try:
            return "saved" if saving.save_sheet(owner, sheet, {"notes": "Mind the dog"}) else ""
        except OperationalError as error:
            return type(error.orig).__name__

    def discard() -> str:
        assert in_hand.wait(10)
        try:
            return "discarded" if saving.discard_draft(owner, draft.id) else ""
        except OperationalError as error:
            return type(error.orig).__name__

    monkeypatch.setattr(saving, "read_sheet", read_slowly)
    with ThreadPoolExecutor(2) as threads:
        one, other = threads.submit(save), threads.submit(discard)
        return one.result(20), other.result(20)


def test_a_draft_is_saved_while_somebody_throws_it_away(
    postgres_database, monkeypatch, owner, company, dana
):
    assert saved_and_discarded(monkeypatch, owner, company, dana) == ("saved", "discarded")


def test_control_with_the_sheet_before_its_draft_one_is_thrown_out(
    postgres_database, monkeypatch, owner, company, dana
):
    monkeypatch.setattr(saving, "_hold_draft", lambda *_: None)
    assert "DeadlockDetected" in saved_and_discarded(monkeypatch, owner, company, dana)


# ── A credit note is written while a refund of the same customer is told ────────────────────


def credited_meanwhile(
    monkeypatch, owner, company, owed: Invoice, fact: Fact, first: str = "refund"
) -> list[str]:
    """The ``first`` entry of a fact of one invoice is posted; before its credit note has a number,
    staff write theirs on the one that is ``owed``. Both are sums of the customer's month and
    numbers of the company."""
    posted, numbered, number = Signal(), Signal(), crediting.issue_note

    def wait(entry: Mapping[str, Any]) -> None:
        if entry["kind"] == first:
            posted.set()
            numbered.wait(0.2)

    def number_first(*about):
        given = number(*about)
        numbered.set()
        return given

    def tell() -> str:
        try:
            with writing() as connection:
                return record_fact(connection, company.id, fact, BroughtBy.WEBHOOK).outcome
        except OperationalError as error:
            return type(error.orig).__name__

    def credit() -> str:
        assert posted.wait(10)
        try:
            asked = crediting.Asked(new_id(), "", "Goodwill", mail=False)
            return "credited" if crediting.credit_invoice(owner, owed.id, asked) else ""
        except OperationalError as error:
            return type(error.orig).__name__

    after_each_entry(monkeypatch, wait)
    monkeypatch.setattr(crediting, "issue_note", number_first)
    with ThreadPoolExecutor(2) as threads:
        return [said.result(20) for said in [threads.submit(tell), threads.submit(credit)]]


def test_a_credit_note_is_written_while_a_refund_of_the_same_customer_is_told(
    postgres_database, monkeypatch, owner, company, two_invoices
):
    paid, owed = two_invoices
    payment = received(checkout(paid))
    fact = _refund_of(payment, ask(owner, payment, "60.00", invoice_id=paid.id))
    said = credited_meanwhile(monkeypatch, owner, company, owed, fact)
    assert said == ["recorded", "credited"]


@pytest.fixture
def won(monkeypatch, two_invoices) -> DisputeChanged:
    """A bank took 100.00 of the first invoice and gives them back. A refund of 60.00 was held back
    until another had failed, and nobody has judged it since."""
    payment = received(checkout(two_invoices[0]))
    taken_by_bank(payment, 10_000)
    assert take(_told(payment, "one")) == "recorded"
    assert take(_told(payment, "two")) == "quarantined"
    gone = {"status": "failed", "failure_balance_transaction": "txn_back"}
    with monkeypatch.context() as forgetful:
        forgetful.setattr(recorder, "apply_held_back", lambda *_: frozenset())
        assert take(_told(payment, "one", **gone)) == "recorded"
    return DisputeChanged(
        stripe_dispute_id=books.rows(Dispute)[0].stripe_dispute_id,
        payment_intent_id=payment.payment_intent_id or "",
        amount=10_000,
        currency="USD",
        status="won",
        reason="fraudulent",
        evidence_due_at=None,
        movements=(DisputeMovement("txn_won", "USD", 10_000, 0, now()),),
        occurred_at=now(),
    )


def test_a_credit_note_is_written_while_a_won_dispute_lets_a_refund_go(
    postgres_database, monkeypatch, owner, company, two_invoices, won
):
    owed = two_invoices[1]
    said = credited_meanwhile(monkeypatch, owner, company, owed, won, "dispute_returned")
    assert said == ["recorded", "credited"]
    assert [each.status for each in books.rows(Refund)] == ["failed", "succeeded"]


def test_control_a_won_dispute_that_posts_before_its_turn_throws_one_out(
    postgres_database, monkeypatch, owner, company, two_invoices, won
):
    monkeypatch.setattr(dispute_recorder, "turn_at_numbers", lambda *_: None)
    owed = two_invoices[1]
    said = credited_meanwhile(monkeypatch, owner, company, owed, won, "dispute_returned")
    assert "DeadlockDetected" in said


# ── Settings are kept while something else of the company is written ────────────────────────


@pytest.mark.parametrize("what", ["section", "rate", "walk"])
def test_settings_that_are_kept_hold_up_nobody_who_refers_to_the_company(
    postgres_database, monkeypatch, owner, company, what
):
    """A payment, a session, a note of work: each names its company, and none changes its key."""
    looked = []

    def meanwhile(*about):
        # On another connection, while the company is locked.
        with writing() as connection:
            connection.exec_driver_sql("SET LOCAL lock_timeout = '300ms'")
            insert_once(connection, TaxRate, _RATE | {"company_id": company.id})
        looked.append(about)

    for room, name in ((keeping, "write_down"), (taxing, "write_down"), (walking, "next_step")):
        real = getattr(room, name)

        def first(*about, _real=real, **more):
            meanwhile(*about)
            return _real(*about, **more)

        monkeypatch.setattr(room, name, first)
    match what:
        case "section":
            texts = INVOICES.texts(company)
            keeping.keep(owner, INVOICES, texts | {"days": "14"}, texts)
        case "rate":
            taxing.add_rate(owner, "Sales tax", "8.25")
        case "walk":
            walking.go_on(owner, "company")
    assert len(looked) == 1


_RATE = {"id": "0" * 32, "name": "VAT", "rate_ppm": 1, "created_at": now(), "retired_at": None}


def test_the_highest_number_is_looked_for_before_the_company_is_locked(
    any_database, monkeypatch, owner, company, dana
):
    """Every invoice is gone through for it; again where one was written meanwhile."""
    write_invoice(company, dana, number="INV-0042")
    asked, highest = [], numbering.highest_used

    def ask(session, *about):
        asked.append(session.connection().get_execution_options().get("writing", False))
        return highest(session, *about)

    monkeypatch.setattr(numbering, "highest_used", ask)
    texts = INVOICES.texts(company)
    keeping.keep(owner, INVOICES, texts | {"next": "43"}, texts)
    assert asked == [False, False]
