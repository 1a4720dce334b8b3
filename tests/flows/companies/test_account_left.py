"""The company is paid on another Stripe account now: what was paid on the old one goes on there."""

import pytest

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.checkout_attempt import CheckoutAttempt
from fsm_portal.domain.company import Company
from fsm_portal.domain.company_scope import within
from fsm_portal.domain.ledger import LedgerEntry
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.stripe_event import Outcome, StripeEvent
from fsm_portal.flows.from_stripe import receive_stripe_event as receiving
from fsm_portal.flows.paying.confirm_checkout import confirm_checkout
from fsm_portal.flows.paying.start_checkout import start_checkout
from fsm_portal.flows.reconciliation.reconcile import differences
from fsm_portal.flows.sweeping import accounts_to_sweep, sweep
from tests.flows import books
from tests.flows.conftest import _connected
from tests.flows.elsewhere import shop_payment
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


# ── It is another company's now ─────────────────────────────────────────────────────────────


@pytest.fixture
def handed_over(stripe, payment, other_company, moved) -> StripeSide:
    """Bright Heating's old account is Clearwater's now; Bright Heating is paid on a new one."""
    with unit_of_work() as session:
        session.get_one(Company, other_company.id).stripe_account_id = stripe.account
    return stripe


def kept(kind: str) -> StripeEvent:
    (event,) = [row for row in books.rows(StripeEvent) if row.type == kind]
    return event


def test_a_refund_of_the_other_companys_payment_is_the_other_companys(
    any_database, handed_over, sandbox, company, other_company, invoice, payment
):
    """Invariant F: neither in the inbox nor on the books of who has the account now."""
    sandbox.refund(handed_over.account, payment.charge_id, 8_000)
    topics = deliver(*handed_over.events("refund.created", "charge.refunded"))
    refunded = kept("refund.created")
    assert (refunded.company_id, refunded.outcome) == (company.id, Outcome.RECORDED)
    assert books.status(invoice) == "Partially refunded"
    assert books.accounts(other_company) == {}
    assert not [topic for topic in topics if other_company.id in topic]


def test_a_dispute_of_it_too(any_database, handed_over, sandbox, company, invoice, payment):
    sandbox.open_dispute(payment.charge_id)
    deliver(*handed_over.events("charge.dispute.created", "charge.dispute.funds_withdrawn"))
    assert kept("charge.dispute.created").company_id == company.id
    assert books.status(invoice) == "Disputed"


@pytest.fixture
def charged(any_database, stripe, sandbox, payer, company, other_company, invoice) -> dict:
    """Paid on a page that was open when the account went over, and refunded: of the charge's event
    and of the refund's nobody has been told."""
    page = start_checkout(payer, invoice.id)
    sweep()
    _connected(company, sandbox)
    with unit_of_work() as session:
        session.get_one(Company, other_company.id).stripe_account_id = stripe.account
    assert pay(page).paid
    (charged,) = stripe.events("charge.succeeded")
    sandbox.refund(stripe.account, charged["data"]["object"]["id"], 8_000)
    return charged


def test_what_came_of_a_page_that_was_open_then_is_the_other_companys(
    charged, stripe, company, other_company, invoice
):
    """Its refund is told first: it waits unseen, for it may be either company's."""
    assert deliver(*stripe.events("refund.created")) == frozenset()
    assert (kept("refund.created").company_id, kept("refund.created").outcome) == (
        None,
        Outcome.PARKED,
    )
    deliver(charged)
    for kind in ("charge.succeeded", "refund.created"):
        assert (kept(kind).company_id, kept(kind).outcome) == (company.id, Outcome.RECORDED)
    deliver(*stripe.events())
    assert books.status(invoice) == "Partially refunded"
    assert books.accounts(other_company) == {}
    theirs = [row for row in books.rows(StripeEvent) if row.company_id == other_company.id]
    assert {row.reason for row in theirs} == {"nothing to record in this type of event"}


def test_what_waited_for_it_as_nobodys_is_on_the_books_when_its_payer_comes_back(
    charged, stripe, payer, company, invoice
):
    """Invariant J: the return is before the webhook, and within the payer's company."""
    deliver(*stripe.events("refund.created"))
    assert kept("refund.created").company_id is None
    with within(company.id):
        confirm_checkout(company.id, payer.person_id, stripe.only_session()["id"])
    assert (kept("refund.created").company_id, kept("refund.created").outcome) == (
        company.id,
        Outcome.RECORDED,
    )
    assert books.status(invoice) == "Partially refunded"


def test_a_page_that_nobody_paid_is_told_to_nobody_else(
    stripe, sandbox, payer, company, other_company, invoice
):
    start_checkout(payer, invoice.id)
    _connected(company, sandbox)
    with unit_of_work() as session:
        session.get_one(Company, other_company.id).stripe_account_id = stripe.account
    session = stripe.only_session() | {"status": "expired"}
    deliver(event_of("checkout.session.expired", session, stripe.account))
    assert kept("checkout.session.expired").company_id == company.id
    assert books.rows(CheckoutAttempt)[0].closed_at is not None


def test_the_sweep_of_who_has_it_now_takes_nothing_of_the_others(
    any_database, handed_over, sandbox, company, other_company, invoice, payment
):
    """Invariants A and F: to the cent on both sides, whoever's sweep reads it first.

    What moves on its account without it is money from elsewhere to the company that has it.
    """
    sandbox.refund(handed_over.account, payment.charge_id, 8_000)
    sweep()
    assert books.status(invoice) == "Partially refunded"
    assert differences_to_stripe(company) == differences_to_stripe(other_company) == []
    held = books.accounts(other_company)
    assert held["stripe"] == -held["elsewhere"] == handed_over.balance()
    assert {each.kind for each in entries_of(other_company)} == {"elsewhere"}


def test_what_waits_as_nobodys_is_looked_up_by_who_has_the_account(
    any_database, handed_over, sandbox, company, other_company, clock_ahead
):
    """Invariant J: a payment of neither's is said to be so, and off every list."""
    charge = shop_payment(handed_over, 5_000)
    sandbox.refund(handed_over.account, charge["id"], 1_000)
    deliver(*handed_over.events("refund.created"))
    assert (kept("refund.created").company_id, kept("refund.created").outcome) == (
        None,
        Outcome.PARKED,
    )
    clock_ahead(days=2)
    sweep()
    assert kept("refund.created").outcome is Outcome.IGNORED


@pytest.mark.breaks_the_books("a refund of one company waits at another")
def test_control_by_the_account_alone_it_is_in_the_wrong_inbox(
    monkeypatch, handed_over, sandbox, other_company, invoice, payment
):
    """Invariant F's control: it is the payment that says whose it is."""
    monkeypatch.setattr(receiving, "company_paid", lambda *_: None)
    monkeypatch.setattr(receiving, "may_be_anothers", lambda *_: False)
    sandbox.refund(handed_over.account, payment.charge_id, 8_000)
    deliver(*handed_over.events("refund.created"))
    assert (kept("refund.created").company_id, kept("refund.created").outcome) == (
        other_company.id,
        Outcome.PARKED,
    )
    assert books.status(invoice) == "Paid"


def entries_of(company: Company) -> list[LedgerEntry]:
    return [entry for entry in books.rows(LedgerEntry) if entry.company_id == company.id]
