"""The sweep: whatever a webhook missed comes in unaided. (Invariant J)"""

import logging
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from datetime import timedelta
from threading import Barrier

import pytest

from fsm_portal.db import unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.payment import BroughtBy, FailedPayment, Payment
from fsm_portal.domain.stripe_event import Outcome, StripeEvent
from fsm_portal.domain.stripe_sweep import StripeSweep
from fsm_portal.flows.paying.start_checkout import start_checkout
from fsm_portal.flows.sweeping import events as flow
from fsm_portal.flows.sweeping import sweep
from fsm_portal.gateways import stripe_api
from fsm_portal.gateways.stripe_client import StripeDenied, StripeUnavailable
from fsm_portal.worker import _ring
from tests import cast
from tests.flows import books
from tests.flows.conftest import customer_identity
from tests.flows.stripe_side import deliver
from tests.invoices import write_invoice
from tests.sandbox_process import DECLINED_CARD, pay


@pytest.fixture
def missed(stripe, payer, invoice):
    """A payment after a refusal, of which no webhook ever came."""
    page = start_checkout(payer, invoice.id)
    pay(page, DECLINED_CARD)
    assert pay(page).paid
    return stripe.settled_events()


def test_a_payment_whose_webhooks_never_came_is_found(stripe, missed, company, invoice):
    found = []
    assert sweep(progress=found.append) == len(missed)

    assert books.status(invoice) == "Paid"
    payment = books.only_payment()
    assert (payment.brought_by, payment.last4) == (BroughtBy.SWEEP, "4242")
    assert payment.balance_transaction_id is not None
    assert len(books.rows(FailedPayment)) == 1
    (swept,) = found
    assert (swept.company_name, swept.seen) == ("Bright Heating Co.", len(missed))
    assert f"invoice:{company.id}:{invoice.id}" in swept.topics


def test_a_second_sweep_finds_nothing_new(missed, invoice):
    sweep()
    before = len(books.rows(StripeEvent))
    assert sweep() == 0
    assert len(books.rows(StripeEvent)) == before
    assert books.only_payment().amount == 28_000


def test_what_webhooks_brought_is_left_alone(missed, invoice):
    deliver(*missed)
    assert sweep() == 0
    assert books.only_payment().brought_by == BroughtBy.WEBHOOK


def test_a_late_webhook_after_the_sweep_is_acknowledged_without_effect(missed, invoice):
    """Case 24."""
    sweep()
    assert deliver(*missed) == frozenset()
    assert books.only_payment().brought_by == BroughtBy.SWEEP


def test_two_sweeps_at_once_do_no_harm(any_database, monkeypatch, missed, invoice):
    """Case 13: both see every event as missed."""
    together, events_since = Barrier(2), flow.events_since

    def listed(*asked):
        events = list(events_since(*asked))
        together.wait(10)
        return events

    monkeypatch.setattr(flow, "events_since", listed)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: sweep(), range(2)))
    assert len(books.rows(StripeEvent)) == len(missed)
    assert books.only_payment().amount == 28_000
    assert books.balance(invoice).due == 0


def test_it_goes_on_where_the_last_one_ended_or_as_far_back_as_it_is_told(
    stripe, payer, invoice, clock_ahead
):
    sweep()
    assert pay(start_checkout(payer, invoice.id)).paid
    missed = stripe.settled_events()
    clock_ahead(hours=2)
    with unit_of_work() as session:  # as if it had been read before these came to be listed
        (mark,) = books.rows(StripeSweep, session)
        mark.events_until = now()
    assert sweep() == 0
    assert sweep(back=timedelta(hours=1)) == 0
    assert sweep(back=timedelta(hours=3)) == len(missed)


def test_a_first_sweep_goes_back_to_when_there_was_the_company(clock, asked):
    sweep()
    assert asked == [clock.now - timedelta(minutes=30)]


def test_stripe_keeps_events_for_thirty_days_and_is_not_asked_for_more(clock, asked, company):
    with unit_of_work() as session:
        session.get_one(Company, company.id).created_at = clock.now - timedelta(days=400)
    sweep(back=timedelta(days=90))
    clock.move(days=45)
    sweep()
    assert asked == [
        clock.now - timedelta(days=45 + 30),
        clock.now - timedelta(days=30),
    ]


@pytest.fixture
def asked(clock, monkeypatch, stripe):
    """Since when Stripe was asked for events."""
    moments = []
    monkeypatch.setattr(flow, "events_since", lambda _account, since: moments.append(since) or [])
    return moments


def test_one_company_that_left_does_not_keep_the_others_from_theirs(
    stripe, other_stripe, company, other_company, caplog
):
    """Invariants F and J: its account was closed at Stripe, and no event told us."""
    dana = cast.save(cast.harbor_view(other_company))
    invoice = write_invoice(other_company, dana)
    assert pay(start_checkout(customer_identity(dana), invoice.id)).paid
    with unit_of_work() as session:
        session.get_one(Company, company.id).stripe_account_id = "acct_closed"

    with caplog.at_level(logging.WARNING):
        assert sweep() > 0
    assert books.status(invoice) == "Paid"
    assert "Bright Heating Co." in caplog.text


def test_an_event_nobody_can_read_does_not_hide_the_others(monkeypatch, missed, invoice, caplog):
    """Invariant J."""
    read_event = stripe_api.read_event

    def failing(payload):
        if '"type":"charge.failed"' in payload:
            raise ValueError("a charge.failed event of an unknown shape")
        return read_event(payload)

    monkeypatch.setattr(stripe_api, "read_event", failing)
    with caplog.at_level(logging.WARNING):
        sweep()
    assert books.status(invoice) == "Paid"
    assert "unknown shape" in caplog.text


def test_each_account_is_asked_from_its_last_success_on(clock, monkeypatch, stripe, other_stripe):
    """Invariant J: one company's trouble does not let its time slip by."""
    asked, refused = [], [StripeDenied("not connected")]

    def events_since(account, since):
        asked.append((account, clock.now - since))
        if account == stripe.account and refused:
            raise refused.pop()
        return []

    monkeypatch.setattr(flow, "events_since", events_since)
    for _ in range(3):
        sweep()
        clock.move(hours=1)
    of = {
        each: [back for account, back in asked if account == each]
        for each in (stripe.account, other_stripe.account)
    }
    half, hour = timedelta(minutes=30), timedelta(hours=1)
    # Refused at the first time, so the second goes as far back; then from success to success.
    assert of[stripe.account] == [half, half + hour, half + hour]
    assert of[other_stripe.account] == [half, half + hour, half + hour]


def test_what_stripe_refused_is_asked_again_from_where_it_was(clock, monkeypatch, stripe):
    asked = []

    def events_since(account, since):
        asked.append(clock.now - since)
        raise StripeDenied("not connected")

    monkeypatch.setattr(flow, "events_since", events_since)
    found = []
    for _ in range(3):
        sweep(progress=found.append)
        clock.move(hours=1)
    assert asked == [timedelta(hours=passed, minutes=30) for passed in range(3)]
    assert all("not connected" in swept.trouble for swept in found)
    (mark,) = books.rows(StripeSweep)
    assert (mark.finished_at, mark.events_until) == (None, None)
    assert "not connected" in mark.trouble


@pytest.mark.parametrize("odd", ["\0", "\ud800", "not an attempt of ours"])
def test_metadata_no_database_can_hold_is_none_of_ours(any_database, missed, invoice, odd):
    """Another program of the company's may write to its payments."""
    charge = next(event for event in missed if event["type"] == "charge.succeeded")
    strange = deepcopy(charge)
    strange["id"] = "evt_strange"
    strange["data"]["object"]["metadata"]["fsm_attempt"] = odd
    deliver(strange)
    (kept,) = books.rows(StripeEvent)
    assert (kept.outcome, books.rows(Payment)) == (Outcome.IGNORED, [])


def test_an_event_that_cannot_be_recorded_does_not_stop_the_others(
    monkeypatch, missed, invoice, caplog
):
    """Invariant J."""
    take_in = flow.take_in

    def failing(session, event, brought_by):
        if event.type == "charge.failed":
            raise ValueError("a NUL in its message")
        return take_in(session, event, brought_by)

    monkeypatch.setattr(flow, "take_in", failing)
    sweep()
    assert books.status(invoice) == "Paid"
    assert "cannot be recorded" in caplog.text and "a NUL in its message" in caplog.text


def test_when_stripe_is_away_the_sweep_says_so_and_the_next_one_catches_up(
    missed, invoice, unreachable
):
    with unreachable(), pytest.raises(StripeUnavailable):
        sweep()
    assert books.rows(Payment) == []
    sweep()
    assert books.status(invoice) == "Paid"


def test_a_company_that_is_not_connected_is_not_asked_about(at_stripe, company, unreachable):
    with unit_of_work() as session:
        session.get_one(Company, company.id).stripe_account_id = None
    with unreachable():
        assert sweep() == 0


def test_what_a_sweep_found_is_rung(monkeypatch, missed, company, invoice):
    """Open tabs learn of it as they would from a webhook."""
    rung = []
    monkeypatch.setattr("fsm_portal.worker.live.ring", rung.append)
    sweep(progress=_ring)
    assert f"invoice:{company.id}:{invoice.id}" in rung[0]
