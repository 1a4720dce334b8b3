"""Events come twice, late and in any order; the books end the same. (Invariants A to E)

Events are real ones of the sandbox. Each story is told within one transaction that is rolled
back, so hundreds of them run on the same two invoices.
"""

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.payment import FailedPayment, Payment, PaymentAllocation
from fsm_portal.domain.stripe_event import Outcome, StripeEvent
from fsm_portal.flows.paying import open_pages
from fsm_portal.flows.paying.start_checkout import start_checkout
from fsm_portal.gateways.stripe_events import read_event
from fsm_portal.gateways.stripe_facts import Event
from tests.flows import books
from tests.flows.stories import a_story, orders, state, tell
from tests.flows.stripe_side import as_body
from tests.invoices import write_invoice
from tests.sandbox_process import DECLINED_CARD, pay


@pytest.fixture
def declined_then_paid(stripe, payer, invoice) -> list[Event]:
    """A refused card and then a good one on the same page: the events that say something."""
    page = start_checkout(payer, invoice.id)
    pay(page, DECLINED_CARD)
    assert pay(page).paid
    events = [read_event(as_body(event)) for event in stripe.settled_events()]
    telling = [event for event in events if event.fact is not None]
    assert [event.type for event in telling] == [
        "charge.failed",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
        "charge.updated",
    ]
    return telling


def test_every_order_of_a_payments_events_ends_the_same(declined_then_paid, invoice):
    """Cases 14 and 15: all 120 of them."""
    with a_story() as session:
        tell(session, declined_then_paid)
        as_it_should_be = state(session, invoice)
    assert as_it_should_be["statuses"] == ["Paid"]
    assert as_it_should_be["work"] == ["fees", "notice", "receipt_mail"]

    for order in orders(declined_then_paid):
        with a_story() as session:
            tell(session, list(order))
            assert state(session, invoice) == as_it_should_be, [event.type for event in order]


def test_completed_succeeded_refunded_and_disputed_in_every_order(
    stripe, sandbox, payer, company, invoice
):
    """Case 14 to the letter: the four that say each a different thing, all 24 orders."""
    assert pay(start_checkout(payer, invoice.id)).paid
    stripe.settled_events()
    (charge,) = stripe.get("/v1/charges")["data"]
    sandbox.refund(stripe.account, charge["id"], 8_000)
    sandbox.open_dispute(charge["id"])
    kinds = (
        "checkout.session.completed",
        "payment_intent.succeeded",
        "refund.created",
        "charge.dispute.funds_withdrawn",
    )
    told = [read_event(as_body(event)) for kind in kinds for event in stripe.events(kind)]
    assert len(told) == 4
    with a_story() as session:
        tell(session, told)
        as_it_should_be = state(session, invoice)
        assert books.balance(invoice, session).disputed == 20_000
        assert books.accounts(company, session)["stripe"] == -1_500
    assert as_it_should_be["statuses"] == ["Disputed"]
    for order in orders(told):
        with a_story() as session:
            tell(session, list(order))
            assert state(session, invoice) == as_it_should_be, [event.type for event in order]


def test_any_one_of_a_payments_events_is_enough_to_be_paid(declined_then_paid, invoice):
    """Case 14: whichever comes first says so, and nothing after it takes it back."""
    failure, *successes = declined_then_paid
    for first in successes:
        with a_story() as session:
            tell(session, [first])
            assert books.status(invoice, session) == "Paid", first.type
            for later in (failure, *successes):
                tell(session, [later])
                assert books.status(invoice, session) == "Paid", (first.type, later.type)


def test_a_payments_time_is_its_charges_own_whoever_told_of_it_first(declined_then_paid):
    """Case 14: hours may lie between the first card tried and the one that paid."""
    _, charge, intent, checkout, _ = declined_then_paid
    assert charge.fact is not None and intent.fact is not None
    late = [moved(event, timedelta(hours=2)) for event in (intent, checkout)]
    with a_story() as session:
        tell(session, late)
        (told,) = books.rows(Payment, session)
        assert told.received_at > charge.created_at + timedelta(hours=1)
        tell(session, [charge])
        (known,) = books.rows(Payment, session)
        assert known.received_at == charge.fact.occurred_at


def moved(event: Event, by: timedelta) -> Event:
    """The same event, created later; its object is as old as it was."""
    body = json.loads(event.payload)
    body["created"] += int(by.total_seconds())
    return read_event(json.dumps(body))


# ── Any interleaving of several payments ────────────────────────────────────────────────────


@pytest.fixture
def busy_morning(monkeypatch, stripe, payer, company, dana, invoice) -> list[Event]:
    """Two invoices: one is paid twice (its closed page all the same), one after a refusal."""
    other = write_invoice(company, dana, number="INV-0043", lines=(("Filter", "3", "3333"),))
    first = start_checkout(payer, invoice.id)
    monkeypatch.setattr(open_pages, "expire_checkout", lambda *_: True)
    again = start_checkout(payer, invoice.id)
    unlucky = start_checkout(payer, other.id)
    pay(unlucky, DECLINED_CARD)
    assert pay(first).paid and pay(again).paid and pay(unlucky).paid
    return [read_event(as_body(event)) for event in stripe.settled_events()]


def test_any_interleaving_and_repetition_keeps_the_books(busy_morning, company, invoice):
    """Cases 13 and 14, invariants A to D, at every step on the way."""
    gross = {28_000: 2, 9_999: 1}

    @settings(
        max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.data())
    def whatever_the_order(data):
        told = data.draw(st.lists(st.sampled_from(busy_morning), max_size=30))
        rest = data.draw(st.permutations(busy_morning))
        with a_story() as session:
            tell(session, told)
            assert_books_are_right(session, company)
            tell(session, rest)
            assert_books_are_right(session, company)
            amounts = [payment.amount for payment in books.rows(Payment, session)]
            assert {amount: amounts.count(amount) for amount in amounts} == gross
            held = books.accounts(company, session)
            assert held["stripe"] == 2 * 28_000 + 9_999
            assert held["customer_credit"] == -28_000
            assert held["receivable"] == 0
            assert len(books.rows(FailedPayment, session)) == 1
            inbox = books.rows(StripeEvent, session)
            assert len(inbox) == len(busy_morning)
            assert {row.outcome for row in inbox} <= {Outcome.RECORDED, Outcome.IGNORED}

    whatever_the_order()


def assert_books_are_right(session: Session, company) -> None:
    """Invariants A and B: paid = payments, nothing over-applied, the surplus is credit."""
    payments = books.rows(Payment, session)
    parts = books.rows(PaymentAllocation, session)
    held = books.accounts(company, session)
    received = sum(payment.amount for payment in payments)
    assert sum(held.values()) == 0
    assert held.get("stripe", 0) == received
    assert -held.get("customer_credit", 0) == received - sum(part.amount for part in parts)
    due = 0
    for invoice in books.rows(Invoice, session):
        balance = books.balance(invoice, session)
        applied = sum(part.amount for part in parts if part.invoice_id == invoice.id)
        assert balance.paid == applied <= invoice.total
        assert books.status(invoice, session) == ("Unpaid" if balance.due else "Paid")
        due += balance.due
    assert held["receivable"] == due
