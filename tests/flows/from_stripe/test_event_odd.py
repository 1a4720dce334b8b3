"""Events that contradict our books, belong to nobody or come out of time."""

from copy import deepcopy
from datetime import timedelta

import pytest
from sqlmodel import select

from fsm_portal.config import settings
from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.checkout_attempt import CheckoutAttempt, CheckoutAttemptInvoice
from fsm_portal.domain.company import Company
from fsm_portal.domain.ledger import LedgerEntry
from fsm_portal.domain.payment import FailedPayment, Payment
from fsm_portal.domain.stripe_event import Outcome, StripeEvent
from fsm_portal.flows.overview.attention import alerts
from fsm_portal.flows.paying.start_checkout import start_checkout
from fsm_portal.flows.sweeping import sweep
from tests.flows import books
from tests.flows.stripe_side import Event, attempt_of, deliver, event_of
from tests.sandbox_process import DECLINED_CARD, SECRET_KEY, pay


@pytest.fixture
def charged(stripe, payer, invoice) -> Event:
    """``charge.succeeded`` of a payment of 280.00 USD."""
    assert pay(start_checkout(payer, invoice.id)).paid
    (event,) = stripe.events("charge.succeeded")
    return event


def altered(event: Event, **changes: object) -> Event:
    """The same event with other values in its object."""
    copy = deepcopy(event)
    copy["data"]["object"].update(changes)
    return copy


def in_the_inbox(event: Event) -> StripeEvent:
    (kept,) = [row for row in books.rows(StripeEvent) if row.event_id == event["id"]]
    assert kept.payload
    return kept


def use_key(environment: pytest.MonkeyPatch, *, live: bool) -> None:
    environment.setenv("FSM_STRIPE_SECRET_KEY", f"rk_live_{1138:020}" if live else SECRET_KEY)
    settings.cache_clear()


def nothing_was_recorded() -> bool:
    return not books.rows(Payment) and {row.kind for row in books.rows(LedgerEntry)} <= {"sale"}


# ── Contradictions ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"amount_captured": 27_999}, "Stripe says 27999 USD, our checkout attempt 28000 USD"),
        ({"amount_captured": 2_800_000}, "2800000"),
        ({"currency": "jpy"}, "28000 JPY"),
        ({"currency": "xxq"}, "28000 XXQ"),
        ({"metadata": {"fsm_attempt": "0" * 32}}, "no checkout attempt 000"),
    ],
)
def test_what_differs_from_our_own_attempt_is_set_aside_and_shown(
    charged, company, invoice, changes, word
):
    """Case 19: nothing is posted, and staff see what Stripe says and what we say."""
    deliver(altered(charged, **changes))

    assert nothing_was_recorded()
    assert books.status(invoice) == "Unpaid"
    kept = in_the_inbox(charged)
    assert (kept.outcome, word in kept.reason) == (Outcome.QUARANTINED, True)
    with reading() as session:
        (alert,) = alerts(session, session.get_one(Company, company.id))
    assert word in alert.text and "Nothing was posted" in alert.text


def test_one_companys_account_cannot_pay_another_companys_invoice(
    charged, other_stripe, other_company, invoice
):
    """Case 19, invariant F: the attempt's id under the wrong account is no attempt there."""
    deliver({**charged, "account": other_stripe.account})
    assert nothing_was_recorded()
    kept = in_the_inbox(charged)
    assert (kept.outcome, kept.company_id) == (Outcome.QUARANTINED, other_company.id)


def test_a_sale_the_company_made_elsewhere_is_none_of_ours(charged, invoice):
    """Its own shop may use the same Stripe account: no alarm, no entry."""
    deliver(altered(charged, metadata={"order": "1138"}))
    assert nothing_was_recorded()
    assert in_the_inbox(charged).outcome == Outcome.IGNORED


def test_a_declined_card_elsewhere_is_none_of_ours(stripe, payer, invoice):
    pay(start_checkout(payer, invoice.id), DECLINED_CARD)
    (failed,) = stripe.events("charge.failed")
    deliver(altered(failed, metadata={}))
    assert books.rows(FailedPayment) == []


# ── Nobody's, or nothing we know ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "kind", ["charge.dispute.created", "v2.core.event", "invoice.paid", "x" * 80]
)
def test_an_unknown_type_is_kept_without_effect(stripe, company, kind):
    """Case 23."""
    event = event_of(kind, {"id": "obj_1", "object": "thing"}, stripe.account)
    assert deliver(event) == frozenset()
    kept = in_the_inbox(event)
    assert (kept.outcome, kept.company_id) == (Outcome.IGNORED, company.id)


def test_an_unknown_account_is_kept_without_effect(charged):
    """Case 23."""
    assert deliver({**charged, "account": "acct_stranger"}) == frozenset()
    kept = in_the_inbox(charged)
    assert (kept.outcome, kept.company_id) == (Outcome.IGNORED, None)
    assert nothing_was_recorded()


@pytest.mark.parametrize(("installation", "event"), [(False, True), (True, False)])
def test_test_money_is_no_money(environment, charged, invoice, installation, event):
    """Connect endpoints of a live installation get test-mode events too."""
    use_key(environment, live=installation)
    deliver({**charged, "livemode": event})
    assert nothing_was_recorded()
    assert in_the_inbox(charged).reason == "test and live mode differ"


def test_live_money_is_money(environment, charged, invoice):
    use_key(environment, live=True)
    deliver({**charged, "livemode": True})
    assert books.status(invoice) == "Paid"


def test_an_event_that_was_ignored_counts_when_it_comes_again_under_the_right_key(
    environment, charged, invoice
):
    use_key(environment, live=True)
    deliver(charged)
    assert nothing_was_recorded()
    use_key(environment, live=False)
    deliver(charged)
    assert books.status(invoice) == "Paid"
    kept = in_the_inbox(charged)
    assert (kept.outcome, kept.reason) == (Outcome.RECORDED, "")


def test_an_event_of_an_account_nobody_had_yet_counts_when_it_comes_again(
    stripe, charged, company, invoice
):
    """And the sweep brings it unaided."""
    with unit_of_work() as session:
        session.get_one(Company, company.id).stripe_account_id = None
        attempt = session.exec(select(CheckoutAttempt)).one()
        attempt.stripe_account_id = "acct_not_noted"
    deliver(charged)
    assert (in_the_inbox(charged).company_id, nothing_was_recorded()) == (None, True)
    with unit_of_work() as session:
        session.get_one(Company, company.id).stripe_account_id = stripe.account
    sweep()
    assert books.status(invoice) == "Paid"
    kept = in_the_inbox(charged)
    assert (kept.outcome, kept.company_id) == (Outcome.RECORDED, company.id)


def test_a_payment_on_an_account_the_company_has_left_is_still_its_payment(
    charged, company, invoice
):
    with unit_of_work() as session:
        session.get_one(Company, company.id).stripe_account_id = "acct_brightheatings_new"
    deliver(charged)
    assert books.status(invoice) == "Paid"
    assert in_the_inbox(charged).company_id == company.id


@pytest.mark.parametrize(
    "broken",
    [
        {"amount_captured": "28000"},
        {"amount_captured": 280.5},
        {"amount_captured": float("nan")},
        {"created": 10**30},
        {"metadata": "fsm_attempt"},
        {"payment_method_details": "card"},
        {"payment_intent": {"object": "payment_intent"}},
    ],
    ids=str,
)
def test_an_event_of_an_impossible_shape_is_refused_and_not_half_recorded(charged, broken):
    """It is not acknowledged: Stripe sends it again, and the log says what is wrong with it."""
    with pytest.raises(ValueError, match=r"unknown shape|out of range"):
        deliver(altered(charged, **broken))
    assert books.rows(StripeEvent) == [] and nothing_was_recorded()


# ── Out of time ─────────────────────────────────────────────────────────────────────────────


def test_an_event_that_overtakes_our_own_note_of_the_page_is_recorded(charged, invoice):
    """Case 16: the attempt is committed before Stripe is asked; only the answer may be missing."""
    with unit_of_work() as session:
        attempt = session.exec(select(CheckoutAttempt)).one()
        attempt.stripe_session_id = attempt.url = attempt.expires_at = None
        session.add(attempt)
    deliver(charged)
    assert books.status(invoice) == "Paid"


def test_an_event_without_any_attempt_is_not_lost(charged, invoice):
    """Case 16: were our database set back, the event stays in sight and names its attempt."""
    with unit_of_work() as session:
        for model in (CheckoutAttemptInvoice, CheckoutAttempt):
            for row in session.exec(select(model)):
                session.delete(row)
    deliver(charged)
    kept = in_the_inbox(charged)
    assert kept.outcome == Outcome.QUARANTINED
    assert attempt_of(charged) in kept.reason


def test_an_older_word_about_the_account_does_not_undo_a_newer_one(stripe, company):
    """Invariant E: Stripe's "may not charge yet" comes after its "may charge now"."""
    account = {"id": stripe.account, "object": "account", "payouts_enabled": False}
    newer = event_of("account.updated", {**account, "charges_enabled": True}, stripe.account)
    older = event_of("account.updated", {**account, "charges_enabled": False}, stripe.account)
    older["created"] -= int(timedelta(minutes=5).total_seconds())

    deliver(newer, older)
    with reading() as session:
        assert session.get_one(Company, company.id).stripe_charges_enabled
    assert in_the_inbox(older).outcome == Outcome.RECORDED

    stopped = event_of("account.updated", {**account, "charges_enabled": False}, stripe.account)
    stopped["created"] += 1
    assert deliver(stopped) == {f"company:{company.id}"}
    with reading() as session:
        assert not session.get_one(Company, company.id).stripe_charges_enabled


def test_an_account_may_come_back(stripe, company, payer, invoice):
    """Case 27: what was disconnected stays so until staff connect it again, whatever is late."""
    gone = event_of("account.application.deauthorized", {"id": "ca_portal"}, stripe.account)
    late = {"id": stripe.account, "charges_enabled": True, "payouts_enabled": True}
    deliver(gone, event_of("account.updated", late, stripe.account))
    with reading() as session:
        assert not session.get_one(Company, company.id).can_take_payments


def test_an_expired_page_that_is_paid_all_the_same_counts(stripe, charged, invoice):
    """Case 14: ``expired`` before or after, the money is what counts."""
    session = stripe.only_session()
    deliver(event_of("checkout.session.expired", {**session, "status": "expired"}, stripe.account))
    assert books.status(invoice) == "Unpaid"
    deliver(charged)
    assert books.status(invoice) == "Paid"


def test_a_dispute_over_nothing_is_set_aside(stripe, sandbox, charged):
    """Refused by the table it would come back for three days, and nobody would be told."""
    deliver(*stripe.settled_events())
    sandbox.open_dispute(charged["data"]["object"]["id"])
    (opened,) = stripe.events("charge.dispute.created")
    deliver(altered(opened, amount=0))
    kept = in_the_inbox(opened)
    assert kept.outcome == Outcome.QUARANTINED
    assert "a dispute over 0" in kept.reason
