"""Credit that was put to the wrong invoice: who did it stays known, and it is taken off again."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from fsm_portal.db import reading
from fsm_portal.domain.credit_use import CreditUse
from fsm_portal.domain.customer_credit import credit_of
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Kind, LedgerEntry
from fsm_portal.domain.payment import Payment
from fsm_portal.flows.by_hand.reverse_payment import reverse_payment
from fsm_portal.flows.by_hand.take_payment import Taken, take_payment
from fsm_portal.flows.crediting import undo_credit as flow
from fsm_portal.flows.crediting.undo_credit import CannotUndo, undo_credit
from fsm_portal.flows.crediting.use_credit import use_credit
from fsm_portal.flows.invoices.show_customer_invoice import show_customer_invoice
from fsm_portal.flows.invoices.show_staff_invoice import show_staff_invoice
from fsm_portal.flows.paying import open_pages
from fsm_portal.flows.paying.start_checkout import start_checkout
from tests import cast
from tests.flows import books
from tests.flows.conftest import customer_identity, staff_identity
from tests.flows.statement.test_statement import statement, told
from tests.flows.stripe_side import Event, StripeSide, deliver
from tests.invoices import write_invoice
from tests.sandbox_process import pay

TODAY = "2026-11-16"


@pytest.fixture
def later(company, dana) -> Invoice:
    """INV-0043 for the same customer, 280.00 USD too."""
    return write_invoice(company, dana, number="INV-0043")


@pytest.fixture
def used(clock, owner, invoice, later) -> str:
    """60.00 of the 100.00 that were paid too much in cash, put to INV-0043."""
    take_payment(owner, invoice.id, Taken(new_id(), "cash", "380.00", TODAY, keep=True))
    press = new_id()
    use_credit(owner, later.id, press, "60")
    return press


def credit(customer) -> int:
    with reading() as session:
        return credit_of(session, customer.company_id, customer.id, "USD")


def refusal(who, use_id) -> str:
    with pytest.raises(CannotUndo) as refused:
        undo_credit(who, use_id)
    return str(refused.value)


def test_it_is_the_customers_again_and_the_invoice_is_owed(
    any_database, clock, owner, company, dana, maya, invoice, later, used
):
    before = books.rows(LedgerEntry)
    clock.move(hours=1)
    topics = undo_credit(owner, used)
    assert topics == {
        f"company:{company.id}",
        f"customer:{company.id}:{dana.id}",
        f"invoice:{company.id}:{later.id}",
    }
    assert (credit(dana), books.balance(later).due, books.status(later)) == (
        10_000,
        28_000,
        "Unpaid",
    )
    after = books.rows(LedgerEntry)
    assert [entry for entry in after if entry.kind != Kind.CREDIT_RETURNED] == before
    (kept,) = books.rows(CreditUse)
    assert (kept.used_by, kept.undone_by, kept.undone_at) == (maya.id, maya.id, clock.now)
    # And it can be used where it was meant.
    use_credit(owner, later.id, new_id(), "100")
    assert credit(dana) == 0


def test_the_office_reads_who_used_it_and_who_undid_it(
    clock, owner, company, dana, maya, tom, later, used
):
    (shown,) = show_staff_invoice(staff_identity(tom).scope, later.id).credits
    assert (shown.id, shown.amount, shown.by, shown.undone) == (used, "$60.00", "Maya Ortiz", "")
    undo_credit(owner, used)
    view = show_staff_invoice(staff_identity(maya).scope, later.id)
    (shown,) = view.credits
    assert "Credit of $60.00, undone since" in [moment.title for moment in view.timeline]
    assert shown.undone.startswith("Undone by Maya Ortiz, ")
    customers = show_customer_invoice(customer_identity(dana).scope, later.id)
    assert customers.payments == ()


def test_the_customers_statement_says_both(clock, owner, dana, later, used):
    clock.move(hours=1)
    undo_credit(owner, used)
    said = [row[1:3] for row in told(statement(dana))]
    assert ("$60.00 of your credit used", "INV-0043") in said
    assert ("$60.00 of your credit no longer used", "INV-0043") in said


def test_undone_twice_is_undone_once(any_database, owner, dana, later, used):
    """Invariant D."""
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: undo_credit(owner, used), range(4)))
    assert (credit(dana), books.balance(later).due) == (10_000, 28_000)


def test_who_may_undo_and_what(owner, tom, company, other_company, used):
    """Case 35: what another company used is no different from nothing."""
    priya = staff_identity(cast.save(cast.priya(other_company)))
    assert refusal(priya, used) == refusal(owner, "0" * 32) == refusal(owner, None)
    assert "Your role cannot" in refusal(staff_identity(tom), used)
    assert all(row.undone_at is None for row in books.rows(CreditUse))


def test_what_was_reversed_since_is_no_credit_any_more(owner, dana, invoice, later, used):
    """Invariant B."""
    reverse_payment(owner, books.only_payment().id)
    assert "has gone back since" in refusal(owner, used)
    assert (credit(dana), books.balance(later).due) == (0, 28_000)
    # Nobody reads of credit that still counts.
    view = show_staff_invoice(owner.scope, later.id)
    (shown,) = view.credits
    assert shown.is_gone and "The payment it came from was reversed" in shown.reversed
    assert "Credit of $60.00, reversed since" in [moment.title for moment in view.timeline]
    customers = show_customer_invoice(customer_identity(dana).scope, later.id)
    assert [paid.kind for paid in customers.payments] == ["reversed"]


# ── Of a payment that may go back ───────────────────────────────────────────────────────────


@pytest.fixture
def surplus(monkeypatch, stripe, payer, invoice) -> Payment:
    """INV-0042 was paid on two pages: the later payment of 280.00 is all credit."""
    first = start_checkout(payer, invoice.id)
    monkeypatch.setattr(open_pages, "expire_checkout", lambda *_: True)
    second = start_checkout(payer, invoice.id)
    assert pay(first).paid and pay(second).paid
    deliver(*stripe.settled_events())
    return max(books.rows(Payment), key=lambda payment: payment.id)


@pytest.fixture
def all_used(surplus, owner, later) -> str:
    press = new_id()
    use_credit(owner, later.id, press, "280")
    return press


def test_what_a_bank_has_taken_since_cannot_be_undone_until_it_is_back(
    stripe, sandbox, owner, dana, later, surplus, all_used
):
    """Case 10."""
    dispute = sandbox.open_dispute(surplus.charge_id)
    deliver(*stripe.events())
    assert "has gone back since" in refusal(owner, all_used)
    sandbox.decide_dispute(dispute["id"], "won")
    deliver(*stripe.events())
    undo_credit(owner, all_used)
    assert (credit(dana), books.status(later)) == (28_000, "Unpaid")


def test_a_refund_after_it_takes_the_credit_and_leaves_the_invoice_alone(
    stripe, sandbox, owner, dana, later, surplus, all_used
):
    """Case 12."""
    undo_credit(owner, all_used)
    sandbox.refund(stripe.account, surplus.charge_id, 10_000)
    deliver(*stripe.events())
    assert (credit(dana), books.balance(later).refunded) == (18_000, 0)


def undone_while_it_is_refunded(monkeypatch, stripe: StripeSide, owner, surplus, use_id) -> None:
    """Whoever undoes has read what is left; before anything is posted all of it goes back."""
    stripe.sandbox.refund(stripe.account, surplus.charge_id, 28_000)
    refunded: list[Event] = stripe.events("refund.created")
    has_read, told = threading.Event(), threading.Event()
    really_left = flow._left

    def left_then_wait(*about):
        left = really_left(*about)
        has_read.set()
        told.wait(0.7)  # in vain, where the refund has to wait for us
        return left

    def tell() -> None:
        assert has_read.wait(10)
        deliver(*refunded)
        told.set()

    def undo() -> None:
        with suppress(CannotUndo):
            undo_credit(owner, use_id)

    monkeypatch.setattr(flow, "_left", left_then_wait)
    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(undo), threads.submit(tell)]:
            done.result(20)


def test_it_is_undone_while_its_payment_is_refunded(
    any_database, monkeypatch, stripe, owner, dana, later, surplus, all_used
):
    """Invariant B: the money went back once, of the credit or of the invoice."""
    undone_while_it_is_refunded(monkeypatch, stripe, owner, surplus, all_used)
    assert credit(dana) == 0
    assert books.balance(later).paid == 0


@pytest.mark.breaks_the_books("nobody takes turns at the payment")
def test_control_without_the_payments_lock_the_customer_has_it_twice(
    postgres_database, monkeypatch, stripe, owner, dana, later, surplus, all_used
):
    monkeypatch.setattr(flow, "lock_payments", lambda *_: None)
    undone_while_it_is_refunded(monkeypatch, stripe, owner, surplus, all_used)
    assert credit(dana) == 28_000
