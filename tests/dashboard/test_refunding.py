"""The refund dialog on the staff's pages, and what every open tab shows of it."""

import pytest
from sqlmodel import select

from fsm_portal import live
from fsm_portal.dashboard.invoice_page import StaffInvoicePage
from fsm_portal.dashboard.invoices_page import InvoicesPage
from fsm_portal.dashboard.overview_page import OverviewPage
from fsm_portal.dashboard.payments_page import PaymentsPage
from fsm_portal.dashboard.refunding import Refunding
from fsm_portal.db import reading, writing
from fsm_portal.domain.clock import now
from fsm_portal.domain.payment import BroughtBy, Payment
from fsm_portal.domain.refund import Refund
from fsm_portal.flows.invoicing.send_invoice import CannotSend, send_invoice
from fsm_portal.flows.recorder import record_fact
from fsm_portal.gateways.stripe_facts import DisputeChanged, DisputeMovement, RefundChanged
from fsm_portal.portal.home_page import HomePage
from fsm_portal.portal.invoice_page import InvoicePage
from fsm_portal.ui.toast import Toast
from tests.flows.conftest import staff_identity
from tests.payments import checkout, fees_known, received

FORM = {"refund_amount": "80.00", "refund_reason": "requested_by_customer"}


@pytest.fixture
def payment(invoice) -> Payment:
    """280.00 USD for INV-0042, by a card."""
    paid = received(checkout(invoice))
    fees_known(paid, 842, 420)
    return paid


@pytest.fixture
def path(invoice) -> str:
    return f"/dashboard/invoices/{invoice.id}/"


def kept() -> list[Refund]:
    with reading() as session:
        return list(session.exec(select(Refund)))


def stripe_says(payment: Payment, status: str = "succeeded", **more) -> frozenset[str]:
    """Stripe's word about the one refund there is."""
    (refund,) = kept()
    fact = RefundChanged(
        stripe_refund_id="re_test",
        payment_intent_id=payment.payment_intent_id,
        refund_id=refund.id,
        amount=refund.amount,
        currency=refund.currency,
        status=status,
        reason=refund.reason,
        failure_reason=more.get("failure_reason", ""),
        balance_transaction_id="txn_test",
        returned=status == "failed",
        occurred_at=now(),
    )
    with writing() as connection:
        return record_fact(connection, payment.company_id, fact, BroughtBy.WEBHOOK).topics


def disputed(payment: Payment, status: str = "needs_response") -> frozenset[str]:
    taken = DisputeMovement(
        "txn_dp", amount=-payment.amount, fee=1_500, currency="USD", occurred_at=now()
    )
    fact = DisputeChanged(
        stripe_dispute_id="dp_test",
        payment_intent_id=payment.payment_intent_id,
        amount=payment.amount,
        currency=payment.currency,
        status=status,
        reason="product_not_received",
        evidence_due_at=now(),
        movements=(taken,),
        occurred_at=now(),
    )
    with writing() as connection:
        return record_fact(connection, payment.company_id, fact, BroughtBy.WEBHOOK).topics


def ring(page, topics) -> None:
    page.server.run(live.ring, topics)
    page.settle()


def test_a_part_is_refunded_and_every_open_tab_shows_it(tab, maya, dana, invoice, payment, path):
    """The walk of a refund: asked for, done, on both faces."""
    office, other = tab(maya, path), tab(maya, "/dashboard/payments/")
    customer, home = tab(dana, f"/portal/invoices/{invoice.id}/"), tab(dana, "/portal/")
    (row,) = office.view(StaffInvoicePage).payments
    assert row.may_refund and row.refunds == []

    office.call(Refunding.ask, {"payment_id": payment.id, "invoice_id": invoice.id})
    terms = office.var(Refunding, "terms")
    assert (terms.amount, terms.limit) == ("280.00", "$280.00")
    office.call(Refunding.refund, {"form": FORM})

    assert office.var(Refunding, "terms").payment_id == ""
    assert office.var(Toast, "text") == "Refund on its way to Stripe"
    view = office.wait_until(StaffInvoicePage, lambda view: view.payments[0].refunds)
    (shown,) = view.payments[0].refunds
    assert (shown.amount, shown.label, shown.by) == ("$80.00", "On its way to Stripe", "Maya Ortiz")
    assert view.status.code == "paid"
    listed = other.wait_until(PaymentsPage, lambda view: len(view.rows) == 2).rows[0]
    assert (listed.is_refund, listed.gross, listed.refund.by) == (True, "-$80.00", "Maya Ortiz")
    assert customer.view(InvoicePage).status.code == "paid", "nothing is claimed before it is so"
    assert len(customer.view(InvoicePage).payments) == 1

    ring(office, stripe_says(payment))

    view = office.view(StaffInvoicePage)
    assert view.status.code == "partially_refunded" and view.sums.credited == "-$80.00"
    (shown,) = view.payments[0].refunds
    assert (shown.label, shown.reference) == ("Refunded", "re_test")
    seen = customer.view(InvoicePage)
    assert seen.status.code == "partially_refunded" and not seen.may_pay
    back, paid = seen.payments
    assert (back.title, back.amount) == ("Refunded to Visa ending 4242", "-$80.00")
    assert "5 to 10 days" in back.note and paid.amount == "$280.00"
    (settled,) = home.view(HomePage).settled
    assert settled.status.code == "partially_refunded"


def test_one_opening_of_the_dialog_is_one_refund(tab, maya, invoice, payment, path):
    """However often the form is sent: a double click, a repeated frame."""
    page = tab(maya, path)
    page.call(Refunding.ask, {"payment_id": payment.id, "invoice_id": invoice.id})
    for _ in range(4):
        page.call(Refunding.refund, {"form": FORM}, settle=False)
    page.settle()
    assert len(kept()) == 1


def test_a_mistake_is_said_beside_its_field_and_the_dialog_stays(tab, maya, invoice, payment, path):
    page = tab(maya, path)
    page.call(Refunding.ask, {"payment_id": payment.id, "invoice_id": invoice.id})
    for form, field, words in (
        ({"refund_amount": "300"}, "amount", "At most $280.00"),
        ({"refund_amount": "a lot"}, "amount", "such as 120.50"),
        ({"refund_amount": 5}, "amount", "such as 120.50"),
        ({"refund_reason": "because"}, "reason", "Choose a reason"),
    ):
        page.call(Refunding.refund, {"form": FORM | form})
        assert page.var(Refunding, "field") == field
        assert words in page.var(Refunding, "problem")
        assert page.var(Refunding, "terms").payment_id == payment.id
    assert kept() == [] and not page.var(Refunding, "busy")
    page.call(Refunding.refund, {"form": FORM | {"still_owed": "on"}})
    (refund,) = kept()
    assert refund.still_owed and page.var(Refunding, "problem") == ""


def test_a_form_that_nobody_opened_refunds_nothing(tab, maya, invoice, payment, path):
    page = tab(maya, path)
    page.call(Refunding.refund, {"form": FORM})
    page.call(Refunding.ask, {"payment_id": payment.id, "invoice_id": invoice.id})
    page.call(Refunding.stop)
    page.call(Refunding.refund, {"form": FORM})
    page.call(Refunding.ask, {"payment_id": payment.id, "invoice_id": invoice.id})
    page.navigate(path)
    page.call(Refunding.refund, {"form": FORM})
    assert kept() == []


def test_a_technician_sees_the_refund_and_no_button(tab, tom, maya, invoice, payment, path):
    page = tab(tom, path)
    (row,) = page.view(StaffInvoicePage).payments
    assert not row.may_refund
    page.call(Refunding.ask, {"payment_id": payment.id, "invoice_id": invoice.id})
    assert page.var(Refunding, "refusal").startswith("Your role cannot refund")
    page.call(Refunding.refund, {"form": FORM})
    assert kept() == []
    office = tab(maya, path)
    office.call(Refunding.ask, {"payment_id": payment.id, "invoice_id": invoice.id})
    office.call(Refunding.refund, {"form": FORM})
    (row,) = page.wait_until(StaffInvoicePage, lambda view: view.payments[0].refunds).payments
    assert row.refunds[0].amount == "$80.00" and row.refunds[0].fee_back == ""


def test_a_refund_that_came_back_is_said_to_everybody(tab, maya, dana, invoice, payment, path):
    """Case 8: the office has to do something, the customer is not left to wait."""
    office = tab(maya, path)
    office.call(Refunding.ask, {"payment_id": payment.id, "invoice_id": invoice.id})
    office.call(Refunding.refund, {"form": FORM})
    stripe_says(payment)
    stripe_says(payment, "failed", failure_reason="lost_or_stolen_card")
    view = tab(maya, path).view(StaffInvoicePage)
    assert view.status.code == "paid"
    (shown,) = view.payments[0].refunds
    assert (shown.label, shown.nothing) == ("Came back", True)
    assert "lost or stolen" in shown.note and "pay it back another way" in shown.note
    (alert,) = tab(maya, "/dashboard/").view(OverviewPage).alerts
    assert alert.title == "Refund of $80.00 to Harbor View Apartments: came back"
    assert alert.invoice_id == invoice.id
    back, _ = tab(dana, f"/portal/invoices/{invoice.id}/").view(InvoicePage).payments
    assert (back.kind, back.title) == ("failed_refund", "A refund that did not arrive")


def test_a_dispute_is_the_offices_to_answer_and_nobody_asks_the_customer(
    tab, clock, maya, dana, invoice, payment, path
):
    """Staff read what to do and until when; the customer reads it calmly."""
    disputed(payment)
    view = tab(maya, path).view(StaffInvoicePage)
    assert view.status.disputed and not view.status.overdue
    assert not view.sendable
    with pytest.raises(CannotSend, match="nobody is asked for that money"):
        send_invoice(staff_identity(maya), invoice.id)
    (row,) = view.payments
    assert not row.may_refund
    (dispute,) = row.disputes
    assert (dispute.label, dispute.reference) == ("Answer needed", "dp_test")
    assert "by Nov 16, 2026" in dispute.to_do and dispute.link.endswith("/disputes/dp_test")
    assert "they say the work was not done" in dispute.title
    clock.move(days=60)
    overview = tab(maya, "/dashboard/").view(OverviewPage)
    assert (overview.outstanding.amount, overview.overdue.amount) == ("$280.00", "$0.00")
    assert not tab(maya, path).view(StaffInvoicePage).status.overdue
    (alert,) = overview.alerts
    assert alert.title.startswith("Harbor View Apartments: the customer’s bank disputes $280.00")
    seen = tab(dana, f"/portal/invoices/{invoice.id}/").view(InvoicePage)
    assert seen.status.disputed and not seen.may_pay and seen.cannot_pay == ""
    home = tab(dana, "/portal/").view(HomePage)
    assert (home.to_pay, home.owed) == ([], "$0.00")
    (settled,) = home.settled
    assert settled.when == "Your bank is looking into it"


@pytest.mark.parametrize("show", ["refunded", "disputed", "paid"])
def test_the_list_has_a_filter_for_each(tab, maya, invoice, payment, path, show):
    def numbers() -> list[str]:
        view = tab(maya, f"/dashboard/invoices/?show={show}").view(InvoicesPage)
        return [row.number for row in view.rows]

    assert numbers() == (["INV-0042"] if show == "paid" else [])
    if show == "disputed":
        disputed(payment)
    else:
        page = tab(maya, path)
        page.call(Refunding.ask, {"payment_id": payment.id, "invoice_id": invoice.id})
        page.call(Refunding.refund, {"form": FORM})
        stripe_says(payment)
    assert numbers() == ["INV-0042"]
