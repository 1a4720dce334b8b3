"""Stripe does not answer: the refund is "unknown", looked up and never guessed. (Case 26)"""

from datetime import timedelta

import pytest
from stripe._http_client import HTTPClient

from fsm_portal.domain.payment import Payment
from fsm_portal.domain.refund import Refund, RefundStatus
from fsm_portal.flows.outbox import MAX_ATTEMPTS, claim, work_off
from fsm_portal.flows.refunding import send_refund as sending
from fsm_portal.flows.refunding.refundable import CannotRefund
from fsm_portal.flows.work_outbox import HANDLERS
from tests.flows import books
from tests.flows.refunds import (
    ask,
    at_stripe,
    due_now,
    paid,
    refund,
    refunds_events,
    work,
    work_at_stripe,
)
from tests.flows.stripe_side import deliver
from tests.sandbox_process import start_sandbox

# The SDK asks three times by itself.
ONE_ASKING = 3


@pytest.fixture
def payment(stripe, payer, invoice, environment) -> Payment:
    """280.00 USD for INV-0042."""
    environment.setattr(HTTPClient, "INITIAL_DELAY", 0.01)
    environment.setattr(HTTPClient, "MAX_DELAY", 0.02)
    return paid(stripe, payer, invoice)


@pytest.fixture
def broken(stripe, sandbox, payment):
    """``broken("timeout", times=3)``: what happens to requests about refunds from now on."""

    def fault(kind: str, **how) -> None:
        sandbox.fault(kind, path="/v1/refunds", account=stripe.account, **how)

    yield fault
    sandbox.heal()


@pytest.mark.parametrize("kind", ["lose_response", "timeout", "error_500"])
def test_no_answer_is_said_so_and_asked_again_by_the_same_key(
    any_database, broken, stripe, owner, company, invoice, payment, kind
):
    """Whether it was made or not: one refund in the end, and nothing claimed meanwhile."""
    how = {} if kind == "error_500" else {"seconds": 0}
    broken(kind, times=ONE_ASKING, **how)
    asked = ask(owner, payment, "80.00")
    topics = work_at_stripe()

    unknown = refund(asked)
    assert unknown.status == RefundStatus.ASKED and unknown.unanswered_at is not None
    assert f"company:{company.id}" in topics
    assert books.status(invoice) == "Paid"
    assert len(at_stripe(stripe)) == (1 if kind == "lose_response" else 0)
    with pytest.raises(CannotRefund, match=r"At most \$200\.00"):
        ask(owner, payment, "280.00")

    due_now("refund")
    work_at_stripe()
    (made,) = at_stripe(stripe)
    known = refund(asked)
    assert (known.status, known.stripe_refund_id) == ("succeeded", made["id"])
    assert known.unanswered_at is None
    assert books.accounts(company)["stripe"] == stripe.balance()


def test_the_event_settles_what_was_not_answered(broken, stripe, owner, invoice, payment):
    broken("lose_response", times=ONE_ASKING, seconds=0)
    asked = ask(owner, payment, "80.00")
    work_at_stripe()
    deliver(*refunds_events(stripe))
    known = refund(asked)
    assert known.status == RefundStatus.SUCCEEDED and known.unanswered_at is None
    assert books.status(invoice) == "Partially refunded"
    due_now("refund")
    work_at_stripe()
    assert len(at_stripe(stripe)) == 1


def test_a_no_after_a_yes_that_was_lost_is_not_believed(
    broken, monkeypatch, stripe, sandbox, owner, invoice, payment
):
    """Its answer was lost, the payment is gone since: Stripe refuses, and has made it all along."""
    broken("lose_response", times=ONE_ASKING, seconds=0)
    asked = ask(owner, payment, "280.00")
    work_at_stripe()
    create = sending.create_refund
    # As if the key were forgotten already.
    monkeypatch.setattr(
        sending, "create_refund", lambda **about: create(**about | {"reason": "duplicate"})
    )
    due_now("refund")
    work_at_stripe()
    assert refund(asked).status == RefundStatus.SUCCEEDED
    assert books.status(invoice) == "Refunded"


def test_a_refund_without_an_answer_is_never_given_up(unreachable, stripe, owner, payment):
    """Invariant J: after a day of silence another day's work goes on with it."""
    asked = ask(owner, payment, "80.00")
    with unreachable():
        for _ in range(MAX_ATTEMPTS):
            due_now("refund")
            one_attempt()
    first, next_day = sorted(work("refund"), key=lambda each: each.key)
    assert first.settled_at is not None and first.dead_reason is None
    assert next_day.settled_at is None
    due_now("refund")
    work_at_stripe()
    assert refund(asked).status == RefundStatus.SUCCEEDED
    assert len(at_stripe(stripe)) == 1


def test_a_yes_that_our_books_have_no_room_for_yet_is_not_given_up(
    stripe, sandbox, owner, company, invoice, payment
):
    """Another refund failed at Stripe, so ours was made; that it failed we are told only later."""
    asked = ask(owner, payment, "280.00")
    other = sandbox.refund(stripe.account, payment.charge_id, 20_000)
    deliver(*refunds_events(stripe))
    told = len(refunds_events(stripe))
    sandbox.settle_refund(other["id"], "failed")
    work_at_stripe()
    assert refund(asked).status == RefundStatus.ASKED
    (waits,) = work("refund")
    assert waits.settled_at is None and waits.dead_reason is None

    deliver(*refunds_events(stripe)[told:])
    due_now("refund")
    work_at_stripe()
    assert refund(asked).status == RefundStatus.SUCCEEDED
    (done,) = work("refund")
    assert done.settled_at is not None and done.dead_reason is None
    assert books.status(invoice) == "Refunded"
    assert books.accounts(company)["stripe"] == stripe.balance()


def one_attempt() -> None:
    found = claim(only=frozenset({"refund"}))
    assert found is not None
    work_off(found, HANDLERS)


def test_an_account_that_shut_us_out_before_we_asked_is_a_plain_no(
    stripe, sandbox, owner, company, payment
):
    """Case 27: nothing can have been made, so nothing is left open."""
    asked = ask(owner, payment, "80.00")
    sandbox.disconnect(stripe.account)
    work_at_stripe()
    known = refund(asked)
    assert known.status == RefundStatus.REFUSED
    assert "does not let us into this account" in known.failure_reason


class TestAfterADay:
    """Stripe has forgotten the key: its refunds are looked through before anything is asked."""

    @pytest.fixture
    def sandbox(self, tmp_path):
        """A sandbox whose clock can be moved."""
        running = start_sandbox(tmp_path, settle_delay=0)
        yield running
        running.stop()

    @pytest.fixture
    def a_day_later(self, sandbox, clock_ahead):
        def pass_the_day() -> None:
            sandbox.advance(25 * 3600)
            clock_ahead(hours=25)

        return pass_the_day

    @pytest.fixture
    def died_before_the_answer_was_recorded(self, monkeypatch, stripe, owner, payment) -> str:
        class Killed(BaseException):
            pass

        def die(*_):
            raise Killed

        asked = ask(owner, payment, "80.00")
        with monkeypatch.context() as patched:
            patched.setattr(sending, "_record", die)
            with pytest.raises(Killed):
                work_at_stripe()
        assert len(at_stripe(stripe)) == 1
        return asked

    def test_what_was_made_is_found(
        self, stripe, company, invoice, died_before_the_answer_was_recorded, a_day_later
    ):
        """The worker was killed right after asking, and nobody was there for a day."""
        a_day_later()
        work_at_stripe()
        (made,) = at_stripe(stripe)
        known = refund(died_before_the_answer_was_recorded)
        assert (known.status, known.stripe_refund_id) == ("succeeded", made["id"])
        assert books.status(invoice) == "Partially refunded"

    def test_control_without_the_look_money_goes_back_twice(
        self, monkeypatch, stripe, died_before_the_answer_was_recorded, a_day_later
    ):
        monkeypatch.setattr(sending, "KEY_IS_GOOD_FOR", timedelta(days=999))
        a_day_later()
        work_at_stripe()
        assert len(at_stripe(stripe)) == 2

    def test_what_was_not_made_is_asked_for_now(
        self, stripe, sandbox, owner, invoice, payment, a_day_later
    ):
        """A 500 that the key remembers: the same answer all day, then the key is free again."""
        sandbox.fault(
            "error_500", path="/v1/refunds", account=stripe.account, times=1, remembered=True
        )
        asked = ask(owner, payment, "80.00")
        for _ in range(2):
            work_at_stripe()
            assert refund(asked).unanswered_at is not None
            due_now("refund")
        assert at_stripe(stripe) == []
        a_day_later()
        work_at_stripe()
        assert refund(asked).status == RefundStatus.SUCCEEDED
        assert len(at_stripe(stripe)) == len(books.rows(Refund)) == 1
