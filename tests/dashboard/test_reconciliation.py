"""The Reconciliation page over the websocket: the proof, payouts, and what staff can do."""

import pytest

from fsm_portal import live
from fsm_portal.dashboard.reconciliation_check import StripeCheck
from fsm_portal.dashboard.reconciliation_facts import Settling
from fsm_portal.dashboard.reconciliation_page import ReconciliationPage
from fsm_portal.db import unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.outbox import OutboxMessage, WorkKind, enqueue
from fsm_portal.domain.stripe_event import Outcome, StripeEvent
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.paying.start_checkout import CannotPay, start_checkout
from fsm_portal.flows.sweeping import accounts_to_sweep, sweep
from fsm_portal.ui.toast import Toast
from tests import cast
from tests.flows import books
from tests.flows.conftest import at_stripe, customer_identity, sandbox, stripe  # noqa: F401
from tests.flows.elsewhere import shop_payment
from tests.flows.stripe_side import deliver
from tests.invoices import write_invoice
from tests.sandbox_process import pay

PATH = "/dashboard/reconciliation/"
AT_ONCE_CARD = "4000 0000 0000 0077"


@pytest.fixture
def nobody_at_stripe():
    """Here somebody is."""


@pytest.fixture
def server(server, stripe):  # noqa: F811
    """The portal, beside a sandbox of Stripe's that delivers nothing by itself."""
    return server


@pytest.fixture
def paid(stripe, company, dana):  # noqa: F811
    """280.00 USD for INV-0042, of which nothing has come yet; it can be paid out at once."""
    invoice = write_invoice(company, dana)
    assert pay(start_checkout(customer_identity(dana), invoice.id), AT_ONCE_CARD).paid
    stripe.settled_events()
    return invoice


def seen(tab, who):
    page = tab(who, PATH)
    return page, page.view(ReconciliationPage)


def checked(page):
    """Press Check with Stripe now, and wait until it is done."""
    page.call(StripeCheck.check)
    page.wait_until(ReconciliationPage, lambda _: not page.var(StripeCheck, "busy"))


def test_nothing_yet_and_everything_is_in_balance(tab, maya, server):
    _, view = seen(tab, maya)
    assert view.allowed and view.may_check
    assert [(proof.currency, proof.state) for proof in view.proofs] == [("USD", "balanced")]
    assert view.checked == "Not compared with Stripe yet"
    assert (view.payouts, view.facts, view.work) == ([], [], [])


def test_check_with_stripe_now_finds_a_payment_and_its_payout(tab, maya, server, stripe, paid):  # noqa: F811
    payout = stripe.sandbox.pay_out(stripe.account)["data"][0]
    page, _ = seen(tab, maya)
    checked(page)
    assert page.var(StripeCheck, "answer").startswith("Checked: ")
    assert page.var(StripeCheck, "problem") == ""
    view = page.wait_until(ReconciliationPage, lambda view: view.payouts != [])
    (proof,) = view.proofs
    assert (proof.state, proof.difference) == ("balanced", "$0.00")
    assert proof.ledger == proof.stripe == "$0.00"
    (row,) = view.payouts
    assert (row.id, row.amount, row.status) == (payout["id"], "$267.38", "On its way")
    assert view.checked.startswith("Last compared with Stripe: ")

    page.call(ReconciliationPage.toggle, {"payout_id": payout["id"]})
    view = page.wait_until(ReconciliationPage, lambda view: view.payouts[0].is_open)
    ((inside,),) = [view.payouts[0].rows]
    assert inside.what == "Payment by Harbor View Apartments, INV-0042"
    assert inside.net == "$267.38"
    assert inside.invoice_id == paid.id
    page.call(ReconciliationPage.toggle, {"payout_id": payout["id"]})
    page.wait_until(ReconciliationPage, lambda view: not view.payouts[0].is_open)


def test_what_differs_is_named_and_said_what_it_means(tab, maya, server, stripe, paid, company):  # noqa: F811
    deliver(*stripe.events("charge.succeeded"))
    page, view = seen(tab, maya)
    (proof,) = view.proofs
    assert (proof.state, proof.ledger, proof.stripe) == ("waiting", "$280.00", "$0.00")
    (row,) = proof.rows
    assert row.what == "Payment by Harbor View Apartments, INV-0042"
    assert (row.ledger, row.stripe, row.tone) == ("$280.00", "—", "info")
    sweep()
    live.ring({company_topic(company.id)})
    page.wait_until(ReconciliationPage, lambda view: view.proofs[0].state == "balanced")


def test_money_that_is_nowhere_on_our_books_does_not_match(tab, maya, server, stripe):  # noqa: F811
    shop_payment(stripe, 5_000, fsm_attempt="0" * 32)
    sweep()
    _, view = seen(tab, maya)
    (proof,) = view.proofs
    assert proof.state == "off"
    (row,) = proof.rows
    assert row.ledger == "—" and row.tone == "bad"
    assert "no checkout of yours" in row.why


@pytest.fixture
def parked(stripe):  # noqa: F811
    """A refund in the company's own shop that waits for its payment."""
    charge = shop_payment(stripe, 5_000)
    stripe.sandbox.refund(stripe.account, charge["id"])
    deliver(*stripe.events("refund.created"))
    (event,) = books.rows(StripeEvent)
    return event


def outcomes() -> set[str]:
    return {event.outcome for event in books.rows(StripeEvent)}


def outcome() -> tuple[str, str]:
    (event,) = books.rows(StripeEvent)
    return event.outcome, event.reason


def test_a_fact_that_waits_is_looked_up_at_stripe(tab, maya, server, parked):
    page, view = seen(tab, maya)
    (fact,) = view.facts
    assert (fact.title, fact.badge, fact.may_look_up) == ("Refund of $50.00", "Waiting", True)
    page.call(Settling.look_up, {"event_id": fact.id})
    assert outcome() == (Outcome.IGNORED, "its payment was not made through this portal")
    page.wait_until(ReconciliationPage, lambda view: view.facts == [])
    assert "nothing to do with this portal" in page.var(Toast, "text")


def test_a_fact_is_set_aside_with_a_note(tab, maya, server, parked):
    page, view = seen(tab, maya)
    page.call(Settling.ask_why, {"event_id": view.facts[0].id})
    assert page.var(Settling, "asking") == parked.event_id
    page.call(Settling.set_aside, {"form": {"note": "   "}})
    assert page.var(Settling, "note_problem").startswith("Say in a few words")
    page.call(Settling.set_aside, {"form": {"note": "Our web shop, not an invoice"}})
    assert page.var(Settling, "asking") == ""
    assert outcome() == (
        Outcome.IGNORED,
        "set aside by Maya Ortiz: Our web shop, not an invoice",
    )
    page.wait_until(ReconciliationPage, lambda view: view.facts == [])


def test_a_fact_that_contradicted_our_books_is_judged_again(tab, maya, server, stripe, paid):  # noqa: F811
    """Case 19: quarantined as another amount; the attempt was corrected since."""
    from fsm_portal.domain.checkout_attempt import CheckoutAttempt

    with unit_of_work() as session:
        (attempt,) = books.rows(CheckoutAttempt, session)
        attempt.amount = 27_999
    deliver(*stripe.events("charge.succeeded", "payment_intent.succeeded"))
    page, view = seen(tab, maya)
    # Two events tell of it, and it is one payment.
    (fact,) = view.facts
    assert (fact.title, fact.badge) == ("Payment of $280.00", "Held back")
    assert "Stripe says $280.00, your checkout was for $279.99" in fact.meaning
    page.call(Settling.check_again, {"event_id": fact.id})
    assert outcomes() == {Outcome.QUARANTINED}
    assert "still contradicts" in page.var(Toast, "text")
    with unit_of_work() as session:
        (attempt,) = books.rows(CheckoutAttempt, session)
        attempt.amount = 28_000
    page.call(Settling.check_again, {"event_id": fact.id})
    assert outcomes() == {Outcome.RECORDED}
    page.wait_until(ReconciliationPage, lambda view: view.facts == [])
    assert books.status(paid) == "Paid"


def test_work_that_was_given_up_gets_another_chance(tab, maya, server, company):
    with unit_of_work() as session:
        enqueue(session, company.id, WorkKind.FEES, "fees:x", {"payment_id": "x"})
        enqueue(session, company.id, WorkKind.SIGN_IN_MAIL, "sign_in:x", {})
    with unit_of_work() as session:
        for message in books.rows(OutboxMessage, session):
            message.dead_reason, message.settled_at, message.attempts = "tired", now(), 16
    page, view = seen(tab, maya)
    (work,) = view.work
    assert (work.title, work.reason) == ("Look up the fees of a payment", "tired.")
    page.call(Settling.try_again, {"key": work.key})
    page.wait_until(ReconciliationPage, lambda view: view.work == [])
    queued = {row.key: row for row in books.rows(OutboxMessage)}
    assert (queued["fees:x"].dead_reason, queued["fees:x"].attempts) == (None, 0)
    page.call(Settling.try_again, {"key": "sign_in:x"})
    assert books.rows(OutboxMessage) and queued["sign_in:x"].dead_reason == "tired"


def test_a_technician_sees_nothing_of_it_and_can_do_nothing(tab, tom, server, stripe, paid, parked):  # noqa: F811
    page, view = seen(tab, tom)
    assert view.loaded and not view.allowed
    assert (view.proofs, view.payouts, view.facts, view.work) == ([], [], [], [])
    checked(page)
    assert "Your role cannot do this" in page.var(StripeCheck, "problem")
    page.call(Settling.look_up, {"event_id": parked.event_id})
    page.call(Settling.check_again, {"event_id": parked.event_id})
    page.call(Settling.ask_why, {"event_id": parked.event_id})
    page.call(Settling.set_aside, {"form": {"note": "mine"}})
    assert "Your role cannot do this" in page.var(Settling, "note_problem")
    assert outcome()[0] == Outcome.PARKED


def test_another_companys_fact_is_like_none(tab, server, parked, other_company):
    """Case 35."""
    priya = cast.save(cast.priya(other_company))
    page, view = seen(tab, priya)
    assert view.facts == []
    for event_id in (parked.event_id, "evt_none"):
        page.call(Settling.look_up, {"event_id": event_id})
        assert page.var(Toast, "text") == "Somebody has settled this already."
    assert outcome()[0] == Outcome.PARKED


def test_stripe_away_is_said_and_nothing_else_happens(tab, maya, server, monkeypatch):
    from fsm_portal.gateways.stripe_client import StripeUnavailable

    def away(*_):
        raise StripeUnavailable("nobody answers")

    monkeypatch.setattr("fsm_portal.flows.sweeping.events.events_since", away)
    page, _ = seen(tab, maya)
    checked(page)
    assert "does not answer" in page.var(StripeCheck, "problem")
    assert page.var(StripeCheck, "answer") == ""


def test_a_disconnected_account_is_said_and_its_history_kept(
    tab,
    maya,
    server,
    stripe,  # noqa: F811
    paid,
    company,
    dana,
):
    """Case 27: Pay is off, the sweep passes over it, the page says so and shows what was."""
    page, _ = seen(tab, maya)
    checked(page)
    stripe.sandbox.disconnect(stripe.account)
    with unit_of_work() as session:
        session.get_one(Company, company.id).stripe_deauthorized_at = now()
    assert accounts_to_sweep() == []
    assert sweep() == 0
    live.ring({company_topic(company.id)})
    view = page.wait_until(ReconciliationPage, lambda view: view.notice_title != "")
    assert view.notice_title == "Your Stripe account was disconnected"
    assert not view.may_check
    assert [proof.ledger for proof in view.proofs] == ["$267.38"]
    checked(page)
    assert "No Stripe account is connected" in page.var(StripeCheck, "problem")
    another = write_invoice(company, dana, number="INV-0099")
    with pytest.raises(CannotPay, match="cannot be paid online"):
        start_checkout(customer_identity(dana), another.id)
    assert books.status(paid) == "Paid"
