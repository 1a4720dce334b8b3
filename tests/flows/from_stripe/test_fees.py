"""Fees arrive after the payment; until then they are pending, and nobody waits for them."""

from dataclasses import replace

import pytest

from fsm_portal.config import settings
from fsm_portal.db import unit_of_work
from fsm_portal.domain.balance_transaction import BalanceTransaction
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.domain.payment import Payment
from fsm_portal.flows.from_stripe import record_fees as flow
from fsm_portal.flows.from_stripe.record_fees import record_fees
from fsm_portal.flows.outbox import claim, work_off
from fsm_portal.flows.paying.start_checkout import start_checkout
from fsm_portal.flows.payments.list_payments import PaymentQuery, list_payments
from fsm_portal.flows.work_outbox import fetch_fees
from fsm_portal.gateways import stripe_client
from tests.flows import books
from tests.flows.stripe_side import deliver
from tests.sandbox_process import SECRET_KEY, pay

FEES = {"fees": fetch_fees}


@pytest.fixture
def paid(stripe, payer, invoice):
    """A payment of 280.00 USD of which all events but the last have come."""
    assert pay(start_checkout(payer, invoice.id)).paid
    *early, last = stripe.settled_events()
    assert last["type"] == "charge.updated"
    deliver(*early)
    return last


def shown(owner):
    (row,) = list_payments(owner.scope, PaymentQuery()).rows
    return row


def work_off_fees() -> frozenset[str]:
    """Do the fee work that is due; letters are left alone."""
    topics: frozenset[str] = frozenset()
    while work := claim(only=frozenset(FEES)):
        topics |= work_off(work, FEES)
    return topics


def test_fees_are_pending_until_stripe_tells_them(paid, stripe, owner, company, invoice):
    """Walk A: gross at once; Stripe's fee, the platform's and the net when charge.updated came."""
    before = shown(owner)
    assert (before.gross, before.fees_pending, before.net) == ("$280.00", True, "")
    assert books.only_payment().stripe_fee is None

    deliver(paid)
    topics = work_off_fees()

    after = shown(owner)
    assert (after.gross, after.stripe_fee, after.platform_fee, after.net) == (
        "$280.00",
        "$8.42",
        "$4.20",
        "$267.38",
    )
    assert not after.fees_pending
    assert {f"company:{company.id}", f"invoice:{company.id}:{invoice.id}"} <= topics
    assert books.accounts(company)["stripe"] == stripe.balance()


def test_fees_looked_up_twice_are_posted_once(paid, company):
    """Invariant C."""
    deliver(paid)
    payment = books.only_payment()
    record_fees(company.id, payment.id)
    with unit_of_work() as session:  # as a second worker sees it that asked in the same moment
        row = session.get_one(Payment, (company.id, payment.id))
        row.stripe_fee = row.platform_fee = None
        session.add(row)
    record_fees(company.id, payment.id)
    held = books.accounts(company)
    assert (held["stripe_fee"], held["platform_fee"]) == (842, 420)


def test_stripe_down_delays_the_fees_and_nothing_else(
    paid, company, owner, clock_ahead, unreachable
):
    """Invariant J: the outbox asks again by itself."""
    deliver(paid)
    with unreachable():
        work_off_fees()
    assert shown(owner).fees_pending
    (waiting,) = [each for each in books.rows(OutboxMessage) if each.kind == "fees"]
    assert (waiting.settled_at, waiting.attempts) == (None, 1)

    clock_ahead(seconds=6)
    assert work_off_fees()
    assert shown(owner).net == "$267.38"


def test_a_key_that_stripe_does_not_take_delays_the_fees_and_gives_nothing_up(
    environment, paid, owner, clock_ahead
):
    """Invariant J: the operator mends the key, the outbox asks again."""
    deliver(paid)
    for wrong in ("sk_live_mistyped", SECRET_KEY):
        environment.setenv("FSM_STRIPE_SECRET_KEY", wrong)
        settings.cache_clear()
        stripe_client.client.cache_clear()
        work_off_fees()
        assert shown(owner).fees_pending == (wrong != SECRET_KEY)
        clock_ahead(seconds=6)
    assert shown(owner).net == "$267.38"


def test_an_account_that_does_not_let_us_in_delays_its_fees(paid, company, owner, clock_ahead):
    deliver(paid)
    (payment,) = books.rows(Payment)
    for account in ("acct_stranger", payment.stripe_account_id):
        with unit_of_work() as session:
            found = session.get_one(Payment, (company.id, payment.id))
            found.stripe_account_id = account
        work_off_fees()
        assert shown(owner).fees_pending == (account == "acct_stranger")
        clock_ahead(seconds=6)
    assert shown(owner).net == "$267.38"


def test_fees_in_the_accounts_own_currency_are_shown_and_booked_as_such(
    monkeypatch, paid, company, owner
):
    """Stripe turned 280.00 USD into 260.40 EUR: per currency the books say what Stripe says."""
    deliver(paid)
    movement_of = flow.movement_of

    def converted(*asked):
        said = movement_of(*asked)
        return replace(said, currency="EUR", amount=26_040, fee=1_174, platform_fee=391, net=24_866)

    monkeypatch.setattr(flow, "movement_of", converted)
    for _ in range(2):
        work_off_fees()

    assert books.accounts(company, currency="USD")["stripe"] == 0
    held = books.accounts(company, currency="EUR")
    assert (held["stripe"], held["stripe_fee"], held["platform_fee"]) == (24_866, 783, 391)
    assert held["exchange"] == -26_040
    assert books.accounts(company, currency="USD")["exchange"] == 28_000
    payment = books.only_payment()
    assert (payment.settled_currency, payment.settled_amount) == ("EUR", 26_040)
    (kept,) = books.rows(BalanceTransaction)
    assert (kept.currency, kept.net) == ("EUR", 24_866)


def test_without_a_platform_fee_there_is_none(environment, stripe, payer, invoice, company):
    environment.setenv("FSM_PLATFORM_FEE_BPS", "0")
    settings.cache_clear()
    assert pay(start_checkout(payer, invoice.id)).paid
    deliver(*stripe.settled_events())
    work_off_fees()
    payment = books.only_payment()
    assert (payment.stripe_fee, payment.platform_fee) == (842, 0)
    assert books.accounts(company)["stripe"] == stripe.balance()
