"""Two people, two presses, an event and an answer at once: one refund. (Invariants B, D)"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest

from fsm_portal.domain.credit_note import CreditNote
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.ledger import LedgerEntry
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.refund import Refund, RefundStatus
from fsm_portal.flows.refunding import ask_refund as asking
from fsm_portal.flows.refunding import send_refund as sending
from fsm_portal.flows.refunding.ask_refund import ask_refund
from fsm_portal.flows.refunding.refundable import CannotRefund
from fsm_portal.gateways import stripe_objects
from tests.flows import books
from tests.flows.refunds import ask, at_stripe, paid, refunds_events, wish, work, work_at_stripe
from tests.flows.stripe_side import deliver
from tests.invoices import write_invoice


@pytest.fixture
def payment(stripe, payer, company, dana) -> Payment:
    """100.00 USD."""
    return paid(stripe, payer, write_invoice(company, dana, lines=(("Repair", "1", "10000"),)))


def at_once(monkeypatch, owner, *wishes) -> list[str]:
    """All asked for in the same moment: each has read before any goes on, where that can be."""
    have_read, look = Barrier(len(wishes)), asking.what_is_left

    def look_and_wait(*about):
        left = look(*about)
        with suppress(BrokenBarrierError):
            have_read.wait(0.7)
        return left

    def press(one):
        try:
            return ask_refund(owner, one)[0]
        except CannotRefund as error:
            return str(error)

    monkeypatch.setattr(asking, "what_is_left", look_and_wait)
    with ThreadPoolExecutor(len(wishes)) as threads:
        return list(threads.map(press, wishes))


def test_two_people_refund_sixty_of_a_hundred_at_once(
    any_database, monkeypatch, stripe, owner, payment
):
    """Case 6: one of them is told, and Stripe hears of one refund."""
    said = at_once(monkeypatch, owner, wish(payment, "60.00"), wish(payment, "60.00"))
    (refused,) = [each for each in said if "At most $40.00" in each]
    (known,) = books.rows(Refund)
    assert known.id in said and refused
    work_at_stripe()
    assert [each["amount"] for each in at_stripe(stripe)] == [6_000]


@pytest.mark.breaks_the_books("more is refunded than was paid")
def test_control_without_the_payments_lock_both_are_put_on_the_books(
    postgres_database, monkeypatch, stripe, owner, payment
):
    """Case 6's control: it is the lock that lets the second see the first."""
    find = asking.payment_of
    monkeypatch.setattr(
        asking, "payment_of", lambda connection, *about, lock: find(connection, *about, lock=False)
    )
    at_once(monkeypatch, owner, wish(payment, "60.00"), wish(payment, "60.00"))
    assert [each.amount for each in books.rows(Refund)] == [6_000, 6_000]


def test_one_press_that_reaches_us_five_times_is_one_refund(
    any_database, monkeypatch, stripe, owner, payment
):
    """However often the network repeats it."""
    press = new_id()
    said = at_once(monkeypatch, owner, *[wish(payment, "10.00", press_id=press) for _ in range(5)])
    (known,) = books.rows(Refund)
    assert set(said) == {known.id}
    assert ask_refund(owner, wish(payment, "10.00", press_id=press)) == (known.id, frozenset())
    assert len(work("refund")) == 1
    work_at_stripe()
    assert len(at_stripe(stripe)) == 1


def event_before_our_commit(monkeypatch, stripe) -> None:
    """Stripe's events are here before its answer to us is."""
    create = sending.create_refund

    def create_slowly(**about):
        made = create(**about)
        deliver(*refunds_events(stripe))
        return made

    monkeypatch.setattr(sending, "create_refund", create_slowly)


def test_the_event_comes_before_our_own_answer_is_recorded(
    any_database, monkeypatch, stripe, owner, company, payment
):
    """Case 7: one row, one set of entries, one credit note, one letter."""
    event_before_our_commit(monkeypatch, stripe)
    asked = ask(owner, payment, "60.00")
    work_at_stripe()
    (known,) = books.rows(Refund)
    assert (known.id, known.status) == (asked, RefundStatus.SUCCEEDED)
    assert known.asked_by == owner.person_id
    assert len([e for e in books.rows(LedgerEntry) if e.kind == "refund"]) == 1
    assert len(books.rows(CreditNote)) == len(work("refund_mail")) == 1
    deliver(*refunds_events(stripe))
    assert books.accounts(company)["stripe"] == stripe.balance()


@pytest.mark.breaks_the_books("one refund is there twice")
def test_control_without_our_id_on_it_the_event_makes_a_second_row(
    monkeypatch, stripe, owner, payment
):
    """Case 7's control: it is the id in the metadata by which the event finds our row."""
    monkeypatch.setattr(stripe_objects, "REFUND_KEY", "somebody_elses")
    event_before_our_commit(monkeypatch, stripe)
    ask(owner, payment, "60.00")
    work_at_stripe()
    assert len(books.rows(Refund)) == 2


def test_the_event_and_the_answer_at_the_same_time(any_database, stripe, owner, company, payment):
    """Case 7: whoever is first, in threads of their own."""
    ask(owner, payment, "60.00")
    events = []

    def tell():
        while not events:
            events.extend(stripe.events("refund.created"))
        deliver(*events)

    with ThreadPoolExecutor(2) as threads:
        told, worked = threads.submit(tell), threads.submit(work_at_stripe)
        told.result(20), worked.result(20)
    (known,) = books.rows(Refund)
    assert known.status == RefundStatus.SUCCEEDED
    assert books.accounts(company)["stripe"] == stripe.balance()
