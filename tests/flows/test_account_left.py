"""The company is paid on another Stripe account now: what was paid on the old one goes on there."""

import pytest

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.company import Company
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.stripe_event import Outcome, StripeEvent
from fsm_portal.flows.reconcile import differences
from fsm_portal.flows.start_checkout import start_checkout
from fsm_portal.flows.sweeping import accounts_to_sweep, sweep
from tests.flows import books
from tests.flows.conftest import _connected
from tests.flows.refunds import ask, paid, refund, work_at_stripe
from tests.flows.stripe_side import StripeSide, deliver, event_of
from tests.invoices import write_invoice
from tests.sandbox_process import pay


@pytest.fixture
def payment(stripe, payer, invoice) -> Payment:
    """280.00 USD for INV-0042, paid on the account that is left afterwards; its fees are known."""
    made = paid(stripe, payer, invoice)
    sweep()
    return made


@pytest.fixture
def moved(stripe, payment, company, sandbox) -> StripeSide:
    """The company's new account; ``stripe`` is the old one from here on."""
    return _connected(company, sandbox)


def differences_to_stripe(company) -> list:
    with reading() as session:
        return differences(session.connection(), company.id)


def test_a_dispute_on_the_old_account_is_on_the_books(
    any_database, stripe, sandbox, company, invoice, payment, moved
):
    """Invariants A and K: the invoice says no longer that it is paid."""
    dispute = sandbox.open_dispute(payment.charge_id)
    topics = deliver(*stripe.events())
    assert f"invoice:{company.id}:{invoice.id}" in topics
    assert books.status(invoice) == "Disputed"
    sandbox.decide_dispute(dispute["id"], "lost")
    deliver(*stripe.events())
    assert (books.status(invoice), books.balance(invoice).due) == ("Unpaid", 28_000)
    assert books.accounts(company)["stripe"] == stripe.balance()


def test_a_refund_in_the_old_accounts_dashboard_is_on_the_books(
    stripe, sandbox, company, invoice, payment, moved
):
    """Case 9."""
    sandbox.refund(stripe.account, payment.charge_id, 8_000)
    deliver(*stripe.events())
    assert books.status(invoice) == "Partially refunded"


def test_a_refund_that_was_asked_for_before_goes_back_and_may_come_back(
    stripe, sandbox, owner, company, invoice, payment
):
    """Case 8: carried to the account that took the payment, whichever is the company's now."""
    asked = ask(owner, payment, "80.00")
    _connected(company, sandbox)
    work_at_stripe()
    assert refund(asked).status == "succeeded"
    sandbox.settle_refund(refund(asked).stripe_refund_id, "failed")
    deliver(*stripe.events())
    assert (refund(asked).status, books.status(invoice)) == ("failed", "Paid")


def test_what_no_webhook_brought_the_sweep_finds_on_both(
    stripe, sandbox, payer, company, dana, invoice, payment, moved
):
    """Invariant J: and the proof holds to the cent over the two accounts together."""
    sandbox.refund(stripe.account, payment.charge_id, 8_000)
    sandbox.pay_out(stripe.account)
    later = write_invoice(company, dana, number="INV-0043")
    assert pay(start_checkout(payer, later.id)).paid
    moved.settled_events()
    sweep()
    assert books.status(invoice) == "Partially refunded"
    assert books.status(later) == "Paid"
    assert differences_to_stripe(company) == []
    held = books.accounts(company)["stripe"]
    assert held == stripe.balance() + moved.balance()


def test_an_old_account_that_lets_go_of_us_stops_nothing(
    stripe, sandbox, payer, company, dana, invoice, payment, moved
):
    sandbox.disconnect(stripe.account)
    deliver(event_of("account.application.deauthorized", {"id": "ca_portal"}, stripe.account))
    with reading() as session:
        assert session.get_one(Company, company.id).can_take_payments
    later = write_invoice(company, dana, number="INV-0043")
    assert pay(start_checkout(payer, later.id)).paid
    sweep()
    assert books.status(later) == "Paid"


def test_news_of_what_the_old_account_may_do_is_none_about_the_new(stripe, company, payment, moved):
    old = {"id": stripe.account, "charges_enabled": False, "payouts_enabled": False}
    deliver(event_of("account.updated", old, stripe.account))
    with reading() as session:
        assert session.get_one(Company, company.id).can_take_payments


def test_an_account_that_is_another_companys_now_tells_of_nobody_elses_money(
    stripe, sandbox, company, other_company, invoice, payment, moved
):
    """Invariant F: it is theirs while they have it; of nobody's account the payment decides."""
    with unit_of_work() as session:
        session.get_one(Company, other_company.id).stripe_account_id = stripe.account
    swept = {(each.company_id, each.id) for each in accounts_to_sweep()}
    assert (company.id, moved.account) in swept and (other_company.id, stripe.account) in swept
    assert (company.id, stripe.account) not in swept
    payout = {"id": "po_1", "object": "payout", "amount": 5, "currency": "usd", "status": "paid"}
    deliver(event_of("payout.paid", payout | {"arrival_date": 1, "created": 1}, stripe.account))
    (kept,) = [row for row in books.rows(StripeEvent) if row.type == "payout.paid"]
    assert kept.company_id == other_company.id

    with unit_of_work() as session:
        session.get_one(Company, other_company.id).stripe_account_id = None
    sandbox.refund(stripe.account, payment.charge_id, 8_000)
    deliver(*stripe.events("refund.created"))
    (kept,) = [row for row in books.rows(StripeEvent) if row.type == "refund.created"]
    assert (kept.company_id, kept.outcome) == (company.id, Outcome.RECORDED)
    assert books.status(invoice) == "Partially refunded"
