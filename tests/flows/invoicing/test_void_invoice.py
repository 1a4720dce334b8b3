"""Void: what should not have been sent is owed no more, and nobody can pay it."""

import contextlib
import io
import threading
from datetime import timedelta

import pytest
from pypdf import PdfReader

from fsm_portal.db import reading
from fsm_portal.domain.audit_entry import AuditEntry, Deed
from fsm_portal.domain.clock import now
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.staff import Role
from fsm_portal.domain.tax_rate import TaxRate
from fsm_portal.flows.by_hand.reverse_payment import reverse_payment
from fsm_portal.flows.by_hand.take_payment import CannotTake, Taken, take_payment
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoices.invoice_document import invoice_document
from fsm_portal.flows.invoices.show_staff_invoice import show_staff_invoice
from fsm_portal.flows.invoicing import void_invoice as voiding
from fsm_portal.flows.invoicing.void_invoice import CannotVoid, void_invoice
from fsm_portal.flows.paying.cannot_pay import CannotPay
from fsm_portal.flows.paying.start_checkout import start_checkout
from fsm_portal.gateways.pdf import draw
from tests.flows import books
from tests.flows.conftest import staff_identity
from tests.flows.refunds import ask, paid, work_at_stripe
from tests.flows.stripe_side import deliver
from tests.invoices import write_invoice
from tests.payments import checkout, debit_started, received
from tests.sandbox_process import pay, pay_by_bank


def test_nothing_is_owed_and_the_books_are_as_if_it_had_not_been(
    any_database, stripe, owner, company, dana
):
    """Invariant A: sale and tax are taken back by new entries; a second press changes nothing."""
    tax = TaxRate(company_id=company.id, name="Sales tax", rate_ppm=82_500)
    invoice = write_invoice(company, dana, tax_rate=tax)
    staff = Scope("staff", company.id, None, Role.OWNER)
    assert show_staff_invoice(staff, invoice.id).may_void
    topics = void_invoice(owner, invoice.id)
    assert f"invoice:{company.id}:{invoice.id}" in topics
    void_invoice(owner, invoice.id)
    assert books.status(invoice) == "Void"
    assert books.balance(invoice).due == 0
    assert set(books.accounts(company).values()) == {0}
    shown = show_staff_invoice(staff, invoice.id)
    assert not shown.may_void
    assert (shown.sums.credited_label, shown.sums.due) == ("Voided", "$0.00")
    with reading() as session:
        drawn = draw(invoice_document(session, session.get_one(Invoice, (company.id, invoice.id))))
    (page,) = PdfReader(io.BytesIO(drawn.content)).pages
    assert "Void" in page.extract_text() and "Credited" not in page.extract_text()


def test_the_page_that_was_open_for_it_is_closed(stripe, owner, payer, invoice):
    """Case 1: nobody pays what is void."""
    page = start_checkout(payer, invoice.id)
    void_invoice(owner, invoice.id)
    assert not pay(page).paid
    assert stripe.only_session()["status"] == "expired"
    with pytest.raises(CannotPay, match="void"):
        start_checkout(payer, invoice.id)


def test_a_page_that_was_paid_a_moment_ago_is_found_first(stripe, owner, payer, invoice):
    """Invariant J: its events have not come yet."""
    assert pay(start_checkout(payer, invoice.id)).paid
    with pytest.raises(CannotVoid, match="Money was received") as refused:
        void_invoice(owner, invoice.id)
    assert refused.value.topics
    assert books.status(invoice) == "Paid"


def test_what_is_captured_all_the_same_is_credit(stripe, owner, company, dana, payer, invoice):
    """Invariant B: a payment that is told after all, of a page that nobody could close."""
    attempt = checkout(invoice)
    void_invoice(owner, invoice.id)
    received(attempt)
    assert books.status(invoice) == "Void"
    assert books.accounts(company)["customer_credit"] == -28_000


def test_a_bank_debit_on_its_way_is_waited_for(stripe, owner, invoice):
    """Case 18."""
    debit_started(checkout(invoice))
    with pytest.raises(CannotVoid, match="on its way"):
        void_invoice(owner, invoice.id)


def test_a_bank_debit_that_is_found_while_closing_its_page_is_waited_for(
    any_database, stripe, owner, payer, invoice
):
    """Case 18: nothing had been told of it yet, and the page was to be closed."""
    assert pay_by_bank(start_checkout(payer, invoice.id)).paid
    with pytest.raises(CannotVoid, match="on its way") as refused:
        void_invoice(owner, invoice.id)
    assert refused.value.topics
    assert books.status(invoice) == "Processing"
    stripe.days_later()
    deliver(*stripe.settled_events())
    assert books.status(invoice) == "Paid"


def test_control_without_a_second_look_it_is_void_and_paid(
    monkeypatch, stripe, owner, company, payer, invoice
):
    """Case 18's control: what comes in days later is on no invoice."""
    look, looks = voiding._refuse_what_is_on_its_way, []

    def look_once(*about) -> None:
        looks.append(about)
        if len(looks) == 1:
            look(*about)

    monkeypatch.setattr(voiding, "_refuse_what_is_on_its_way", look_once)
    assert pay_by_bank(start_checkout(payer, invoice.id)).paid
    void_invoice(owner, invoice.id)
    stripe.days_later()
    deliver(*stripe.settled_events())
    assert books.status(invoice) == "Void"
    assert books.accounts(company)["customer_credit"] == -28_000


def test_who_voided_it_is_kept(any_database, stripe, owner, invoice):
    """Once, however often the button is pressed; nothing is written where it was refused."""
    for _ in range(2):
        void_invoice(owner, invoice.id)
    (written,) = books.rows(AuditEntry)
    assert (written.deed, written.about_id) == (Deed.VOIDED_INVOICE, invoice.id)
    assert (written.staff_id, written.words) == (owner.person_id, invoice.number)


def test_what_was_paid_and_refunded_is_not_void(stripe, owner, payer, invoice):
    ask(owner, paid(stripe, payer, invoice), "280.00", still_owed=True)
    work_at_stripe()
    deliver(*stripe.events())
    with pytest.raises(CannotVoid, match="Money was received"):
        void_invoice(owner, invoice.id)


def test_a_payment_that_was_a_mistake_does_not_stand_in_the_way(stripe, owner, invoice):
    take_payment(
        owner, invoice.id, Taken(new_id(), "cash", "280.00", str(now().date() - timedelta(days=1)))
    )
    reverse_payment(owner, books.only_payment().id)
    void_invoice(owner, invoice.id)
    assert books.status(invoice) == "Void"


def test_whom_it_is_refused(stripe, owner, maya, tom, other_company, invoice, company, dana):
    """Case 35: another company's invoice is no different from none."""
    draft = write_invoice(company, dana, number="INV-0050", issued=False)
    for wanted in ("x", None, new_id(), {"id": invoice.id}):
        with pytest.raises(CannotVoid, match="does not exist"):
            void_invoice(owner, wanted)
    with pytest.raises(CannotVoid, match="not sent yet"):
        void_invoice(owner, draft.id)
    with pytest.raises(CannotVoid, match="Your role"):
        void_invoice(staff_identity(tom), invoice.id)
    assert books.status(invoice) == "Unpaid"


def test_voided_and_paid_by_hand_at_once(any_database, stripe, owner, invoice):
    """Invariant B: one of the two, never both."""

    together = threading.Barrier(2)

    def do(what, *said) -> None:
        together.wait(10)
        with contextlib.suppress(CannotVoid, CannotTake):
            what(owner, invoice.id, *said)

    cash = Taken(new_id(), "cash", "280.00", str(now().date() - timedelta(days=1)))
    both = [
        threading.Thread(target=do, args=(void_invoice,)),
        threading.Thread(target=do, args=(take_payment, cash)),
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert books.status(invoice) in ("Void", "Paid")
    assert books.balance(invoice).due == 0
