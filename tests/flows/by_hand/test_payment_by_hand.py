"""Cash, cheques and transfers: recorded by the office once a press, reversed by new entries."""

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from fsm_portal.db import unit_of_work
from fsm_portal.domain.company import Company
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.ledger import Kind, LedgerEntry
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.domain.payment import Payment, PaymentAllocation
from fsm_portal.flows.by_hand import take_payment as flow
from fsm_portal.flows.by_hand.reverse_payment import CannotReverse, reverse_payment
from fsm_portal.flows.by_hand.take_payment import CannotTake, Taken, take_payment
from fsm_portal.flows.invoices.show_staff_invoice import show_staff_invoice
from fsm_portal.flows.paying.start_checkout import start_checkout
from fsm_portal.flows.recorder import payment as recorder
from tests import cast
from tests.flows import books
from tests.flows.conftest import staff_identity
from tests.flows.postbox import work_off_everything
from tests.flows.refunds import paid
from tests.flows.stripe_side import deliver
from tests.invoices import write_invoice
from tests.payments import checkout, debit_started, received
from tests.sandbox_process import pay, pay_by_bank

TODAY = "2026-11-16"


def taken(amount="280.00", **changes) -> Taken:
    words = {"press_id": new_id(), "method": "cash", "amount": amount, "day": TODAY}
    return Taken(**{**words, **changes})


def refusal(who, invoice_id, words) -> tuple[str, str]:
    with pytest.raises(CannotTake) as refused:
        take_payment(who, invoice_id, words)
    return refused.value.field, str(refused.value)


def test_cash_is_on_the_books_and_on_hand(any_database, clock, owner, company, dana, invoice, maya):
    topics = take_payment(owner, invoice.id, taken(note="  Till,\n no. 4 "))
    assert topics == {
        f"company:{company.id}",
        f"customer:{company.id}:{dana.id}",
        f"invoice:{company.id}:{invoice.id}",
    }
    assert books.status(invoice) == "Paid"
    assert books.accounts(company)["on_hand"] == 28_000
    payment = books.only_payment()
    assert (payment.method, payment.note, payment.taken_by) == ("cash", "Till, no. 4", maya.id)
    assert (payment.brought_by, payment.received_at) == ("staff", clock.now)
    assert books.rows(OutboxMessage) == []


def test_a_part_is_taken_whether_or_not_customers_may_pay_in_parts(clock, owner, invoice):
    take_payment(owner, invoice.id, taken("100", method="cheque", day="2026-11-13"))
    assert books.status(invoice) == "Partially paid"
    assert books.only_payment().received_at == datetime(2026, 11, 13, 17, 0, tzinfo=UTC)


def test_a_press_takes_one_payment_however_often_it_arrives(any_database, clock, owner, invoice):
    """Invariant D."""
    once = taken("100")
    threads = [
        threading.Thread(target=take_payment, args=(owner, invoice.id, once)) for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    take_payment(owner, invoice.id, once)
    assert books.only_payment().amount == 10_000
    assert books.balance(invoice).due == 18_000


def test_more_than_is_due_is_asked_about_and_then_explicit_credit(clock, owner, company, invoice):
    """Invariant B."""
    too_much = taken("300")
    with pytest.raises(CannotTake) as refused:
        take_payment(owner, invoice.id, too_much)
    assert (refused.value.field, refused.value.surplus) == ("amount", "$20.00")
    assert str(refused.value) == "$280.00 is due: that is $20.00 more."
    assert books.rows(Payment) == []

    take_payment(owner, invoice.id, taken("300", press_id=too_much.press_id, keep=True))
    held = books.accounts(company)
    assert (held["on_hand"], held["receivable"], held["customer_credit"]) == (30_000, 0, -2_000)
    assert [part.amount for part in books.rows(PaymentAllocation)] == [28_000]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": "10.001"}, "amount"),
        ({"amount": "280.01"}, "amount"),
        ({"method": "bitcoin"}, "method"),
        ({"day": "2026-11-17"}, "day"),
        ({"day": "0206-11-16"}, "day"),
        ({"day": "yesterday"}, "day"),
        ({"note": "x" * 201}, "note"),
        ({"press_id": "x"}, ""),
    ],
)
def test_a_mistake_is_said_at_its_field_and_nothing_is_recorded(
    clock, owner, invoice, changes, field
):
    """Case 2."""
    said, sentence = refusal(owner, invoice.id, taken(**changes))
    assert said == field and sentence.endswith((".", "?"))
    assert books.rows(Payment) == []


def test_what_no_database_can_hold_is_left_out_of_a_note(any_database, clock, owner, invoice):
    """Case 2: a socket may send what no keyboard types."""
    take_payment(owner, invoice.id, taken(note="Ch\x00eque \ud800\u2014 no.\r\n 7"))
    assert books.only_payment().note == "Cheque \u2014 no. 7"


def test_who_may_take_payments_and_on_what(clock, owner, tom, company, other_company, dana):
    """Case 35."""
    theirs = write_invoice(other_company, cast.save(cast.harbor_view(other_company)))
    draft = write_invoice(company, dana, number="INV-2", issued=False)
    missing = refusal(owner, "0" * 32, taken())
    assert refusal(owner, theirs.id, taken()) == missing == ("", "This invoice does not exist.")
    assert "draft" in refusal(owner, draft.id, taken())[1]
    invoice = write_invoice(company, dana, number="INV-3")
    assert "Your role cannot" in refusal(staff_identity(tom), invoice.id, taken())[1]
    with unit_of_work() as session:
        invoice.voided_at = clock.now
        session.merge(invoice)
    assert "void" in refusal(owner, invoice.id, taken())[1]


def test_a_receipt_goes_out_where_one_is_asked_for(clock, owner, dana, invoice, postbox):
    take_payment(owner, invoice.id, taken("100", method="bank_transfer", receipt=True))
    work_off_everything()
    letter = postbox.only_letter(dana.email)
    assert "Payment method: Bank transfer" in letter["text"]
    assert "Still due on INV-0042: $180.00" in letter["text"]
    assert "Reference:" not in letter["text"]


def test_without_an_address_a_receipt_is_refused_before_anything_is_recorded(
    clock, owner, dana, invoice
):
    with unit_of_work() as session:
        dana.email = None
        session.merge(dana)
    assert refusal(owner, invoice.id, taken(receipt=True))[0] == "receipt"
    assert books.rows(Payment) == []


# ── While the customer pays online ──────────────────────────────────────────────────────────────


def yesterday() -> str:
    return (datetime.now(UTC) - timedelta(days=1)).date().isoformat()


def test_a_page_that_is_open_is_closed(stripe, payer, owner, invoice):
    """Case 1."""
    page = start_checkout(payer, invoice.id)
    take_payment(owner, invoice.id, taken(day=yesterday()))
    assert not pay(page).paid
    assert stripe.only_session()["status"] == "expired"
    assert books.status(invoice) == "Paid"


def test_a_page_that_was_just_paid_is_found_out_first(stripe, payer, owner, company, invoice):
    """Case 1: the money is on the books by now, and the office is told before it takes cash."""
    assert pay(start_checkout(payer, invoice.id)).paid
    with pytest.raises(CannotTake, match="Nothing is due on this invoice any more") as refused:
        take_payment(owner, invoice.id, taken(day=yesterday()))
    assert f"company:{company.id}" in refused.value.topics
    assert books.only_payment().taken_by is None
    assert books.status(invoice) == "Paid"


def test_stripe_away_is_no_reason_to_turn_cash_down(
    stripe, payer, owner, company, invoice, unreachable
):
    """What is paid there all the same is credit."""
    page = start_checkout(payer, invoice.id)
    with unreachable():
        take_payment(owner, invoice.id, taken(day=yesterday()))
    assert pay(page).paid
    deliver(*stripe.settled_events())
    assert books.balance(invoice).due == 0
    assert sum(row.amount for row in books.rows(Payment)) == 56_000
    assert books.accounts(company)["customer_credit"] == -28_000


def _cash_and_card_at_once(monkeypatch, owner, invoice):
    """Both read the balance before either has posted, as far as they are let."""
    both = threading.Barrier(2)

    def reading_at_once(original, looks=lambda *_: True):
        def read(*asked):
            found = original(*asked)
            if looks(*asked):
                with suppress(threading.BrokenBarrierError):
                    both.wait(0.7)
            return found

        return read

    def looks_at_what_is_due(_connection, *calls):
        return any(call.statement is recorder.BALANCE for call in calls)

    monkeypatch.setattr(flow, "open_due", reading_at_once(flow.open_due))
    asking = reading_at_once(recorder.together, looks_at_what_is_due)
    monkeypatch.setattr(recorder, "together", asking)
    attempt = checkout(invoice)
    with unit_of_work() as session:
        # No page that could be closed first.
        session.merge(attempt).stripe_session_id = None
    at_the_office = taken(keep=True, day=yesterday())

    def cash():
        with suppress(CannotTake):
            take_payment(owner, invoice.id, at_the_office)

    threads = [threading.Thread(target=cash), threading.Thread(target=received, args=(attempt,))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)


def test_cash_at_the_office_while_the_customer_pays_online_is_never_owed_negatively(
    any_database, monkeypatch, owner, company, invoice
):
    """Case 1, invariant B: whichever comes second is credit, or not taken at all."""
    _cash_and_card_at_once(monkeypatch, owner, invoice)
    assert books.balance(invoice).due == 0
    held = books.accounts(company)
    assert held["receivable"] == 0
    taken_in = held.get("stripe", 0) + held.get("on_hand", 0)
    assert taken_in == 28_000 - held.get("customer_credit", 0)


@pytest.mark.breaks_the_books("the guard is off")
def test_control_without_the_lock_more_is_taken_than_was_owed(
    postgres_database, monkeypatch, owner, invoice
):
    """Case 1's control."""
    monkeypatch.setattr(flow, "lock_invoices", lambda *_: None)
    monkeypatch.setattr(recorder, "turns_at_invoices", lambda *_: [])
    _cash_and_card_at_once(monkeypatch, owner, invoice)
    assert books.balance(invoice).due == -28_000


# ── While a bank has it ─────────────────────────────────────────────────────────────────────────


def test_while_a_bank_payment_is_on_its_way_no_second_one_is_taken(owner, company, maya, invoice):
    """Case 18."""
    debit_started(checkout(invoice))
    assert "on its way" in refusal(owner, invoice.id, taken(keep=True, day=yesterday()))[1]
    view = show_staff_invoice(staff_identity(maya).scope, invoice.id)
    assert not view.hand.may_take and not view.hand.may_use
    assert books.rows(Payment) == []


def test_a_page_on_which_a_bank_payment_was_just_submitted_is_found_out_first(
    stripe, payer, owner, invoice
):
    """Case 18: its event is late."""
    assert pay_by_bank(start_checkout(payer, invoice.id)).paid
    assert "on its way" in refusal(owner, invoice.id, taken(day=yesterday()))[1]
    assert books.status(invoice) == "Processing"


def test_what_a_bank_disputes_is_not_taken_a_second_time(
    stripe, sandbox, payer, owner, maya, invoice
):
    """Case 10: were it won, the customer would have paid twice; lost, it is owed again."""
    payment = paid(stripe, payer, invoice)
    dispute = sandbox.open_dispute(payment.charge_id)
    deliver(*stripe.events())
    assert "is disputing a payment" in refusal(owner, invoice.id, taken(day=yesterday()))[1]
    assert not show_staff_invoice(staff_identity(maya).scope, invoice.id).hand.may_take
    sandbox.decide_dispute(dispute["id"], "lost")
    deliver(*stripe.events())
    assert show_staff_invoice(staff_identity(maya).scope, invoice.id).hand.due == "280.00"
    take_payment(owner, invoice.id, taken(day=yesterday()))
    assert books.status(invoice) == "Paid"


def test_beside_what_is_disputed_the_rest_is_taken(
    stripe, sandbox, payer, owner, company, maya, invoice
):
    """Case 10: and what is brought beyond that is credit, if it is meant."""
    with unit_of_work() as session:
        session.get_one(Company, company.id).partial_payments = True
    assert pay(start_checkout(payer, invoice.id, "100")).paid
    deliver(*stripe.settled_events())
    sandbox.open_dispute(books.only_payment().charge_id)
    deliver(*stripe.events())
    assert show_staff_invoice(staff_identity(maya).scope, invoice.id).hand.due == "180.00"
    said = refusal(owner, invoice.id, taken("280", day=yesterday()))[1]
    assert said.startswith("$180.00 is due: that is $100.00 more. The customer’s bank is disputing")
    take_payment(owner, invoice.id, taken("280", keep=True, day=yesterday()))
    assert books.balance(invoice).due == 10_000
    assert books.accounts(company)["customer_credit"] == -10_000


# ── Reversed ────────────────────────────────────────────────────────────────────────────────────


def test_a_mistake_is_reversed_by_new_entries_and_its_row_stays(
    any_database, clock, owner, company, maya, invoice
):
    take_payment(owner, invoice.id, taken("300", keep=True))
    before = books.rows(LedgerEntry)
    topics = reverse_payment(owner, books.only_payment().id)
    assert f"invoice:{company.id}:{invoice.id}" in topics
    payment = books.only_payment()
    assert (payment.reversed_by, payment.reversed_at) == (maya.id, clock.now)
    assert books.status(invoice) == "Unpaid"
    held = books.accounts(company)
    assert (held["on_hand"], held["customer_credit"], held["receivable"]) == (0, 0, 28_000)
    after = books.rows(LedgerEntry)
    assert [entry for entry in after if entry.kind != Kind.PAYMENT_REVERSED] == before


def test_reversing_twice_is_reversing_once(any_database, clock, owner, invoice):
    """Invariant D."""
    take_payment(owner, invoice.id, taken())
    payment = books.only_payment()
    threads = [threading.Thread(target=reverse_payment, args=(owner, payment.id)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert books.balance(invoice).due == 28_000


def test_what_can_be_reversed_and_by_whom(clock, owner, tom, company, dana, invoice):
    """Case 35."""
    online = received(checkout(invoice))
    for who, payment_id, words in (
        (owner, online.id, "refund it instead"),
        (owner, "0" * 32, "does not exist"),
        (owner, None, "does not exist"),
        (staff_identity(tom), online.id, "Your role cannot"),
    ):
        with pytest.raises(CannotReverse, match=words):
            reverse_payment(who, payment_id)
    assert books.status(invoice) == "Paid"
