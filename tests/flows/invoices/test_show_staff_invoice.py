"""One invoice as the office sees it: the document, its letters, its payments."""

import dataclasses

import pytest
from sqlalchemy import event

from fsm_portal.config import settings
from fsm_portal.domain.payment import BroughtBy
from fsm_portal.domain.staff import Role
from fsm_portal.domain.tax_rate import TaxRate
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoices.invoice_view import LineView, SumView
from fsm_portal.flows.invoices.show_staff_invoice import StaffInvoiceView, show_staff_invoice
from fsm_portal.flows.invoicing.send_invoice import send_invoice
from tests import cast
from tests.invoices import write_invoice
from tests.payments import checkout, fees_known, received, refused


@pytest.fixture
def show(company, clock):
    def as_role(invoice_id: str, role: Role = Role.OFFICE) -> StaffInvoiceView:
        return show_staff_invoice(Scope("staff", company.id, None, role), invoice_id)

    return as_role


def test_the_document_as_it_was_written(show, company, dana):
    rate = TaxRate(company_id=company.id, name="Sales tax", rate_ppm=82_500)
    view = show(write_invoice(company, dana, tax_rate=rate).id)
    assert view.found and view.number == "INV-0042"
    assert view.lines == (
        LineView("Annual boiler service", "", "1", "$189.00", "$189.00"),
        LineView("Thermostat, fitted", "", "2", "$45.50", "$91.00"),
    )
    assert (view.sums.subtotal, view.sums.total, view.sums.due) == ("$280.00", "$303.10", "$303.10")
    assert view.sums.taxes == (SumView("Sales tax 8.25%", "$23.10"),)
    assert view.sums.paid == view.sums.credited == ""
    assert view.customer.email == "dana@harborview.example"
    assert view.customer.address == ("200 Harbor Drive", "Jersey City, NJ 07302")


def test_a_payment_with_everything_it_cost(show, company, dana):
    invoice = write_invoice(company, dana)
    payment = received(checkout(invoice), brought_by=BroughtBy.SWEEP)

    (row,) = show(invoice.id).payments
    assert row.fees_pending and row.stripe_fee == row.net == ""

    fees_known(payment, 842, 420)
    view = show(invoice.id)
    (row,) = view.payments
    assert not row.fees_pending and not row.failed
    assert (row.gross, row.stripe_fee, row.platform_fee, row.net) == (
        "$280.00",
        "$8.42",
        "$4.20",
        "$267.38",
    )
    assert (row.method, row.source.words) == ("Visa ending 4242", "Found by the check")
    assert row.source.term == "Sweep of Stripe’s events"
    assert row.reference == payment.payment_intent_id
    assert view.status.code == "paid" and view.sums.due == "$0.00"
    assert view.shows_platform_fee


def test_a_refused_attempt_with_its_reason_in_plain_words(show, company, dana, clock):
    invoice = write_invoice(company, dana)
    refused(checkout(invoice), code="incorrect_cvc")
    clock.move(minutes=1)
    refused(checkout(invoice), code="new_in_2027", message="Something Stripe says.")
    clock.move(minutes=1)
    received(checkout(invoice))
    rows = show(invoice.id).payments
    assert [(row.failed, row.reason) for row in rows] == [
        (False, ""),
        (True, "Something Stripe says."),
        (True, "Wrong security code"),
    ]
    assert rows[1].net == "" and not rows[1].fees_pending


def test_a_payment_for_several_invoices_stands_on_each(show, company, dana):
    one = write_invoice(company, dana, number="INV-0001")
    two = write_invoice(company, dana, number="INV-0002")
    received(checkout(one, two))
    for invoice in (one, two):
        (row,) = show(invoice.id).payments
        assert row.gross == "$560.00" and row.credit == ""
        assert [link.number for link in row.invoices] == ["INV-0001", "INV-0002"]


def test_what_an_invoice_cannot_take_is_shown_as_credit(show, company, dana):
    """Case 1: a second payment that was captured anyway."""
    invoice = write_invoice(company, dana)
    first, second = checkout(invoice), checkout(invoice)
    received(first)
    received(second)
    view = show(invoice.id)
    assert [(row.gross, row.credit) for row in view.payments] == [
        ("$280.00", "$280.00"),
        ("$280.00", ""),
    ]
    assert view.sums.paid == "-$280.00" and view.sums.due == "$0.00"


def test_a_technician_sees_amounts_and_statuses_but_no_fees_and_no_buttons(show, company, dana):
    invoice = write_invoice(company, dana)
    fees_known(received(checkout(invoice)), 842, 420)
    view = show(invoice.id, Role.TECHNICIAN)
    assert not view.desk.may_send and not view.desk.sees_fees and not view.shows_platform_fee
    (row,) = view.payments
    assert row.gross == "$280.00"
    assert (row.stripe_fee, row.platform_fee, row.net, row.fees_pending) == ("", "", "", False)


@pytest.mark.parametrize(
    ("variable", "value"), [("FSM_PLATFORM_FEE_BPS", "0"), ("FSM_STRIPE_CONNECT", "false")]
)
def test_where_no_platform_fee_is_taken_none_is_spoken_of(
    show, company, dana, environment, variable, value
):
    environment.setenv(variable, value)
    settings.cache_clear()
    invoice = write_invoice(company, dana)
    fees_known(received(checkout(invoice)), 842)
    view = show(invoice.id)
    assert not view.shows_platform_fee
    (row,) = view.payments
    assert row.platform_fee == "" and row.net == "$271.58"


def test_a_fee_that_was_taken_is_told_even_after_it_was_abolished(show, company, dana, environment):
    """Gross less the fees on screen is always the net on screen."""
    invoice = write_invoice(company, dana)
    fees_known(received(checkout(invoice)), 842, 420)
    environment.setenv("FSM_PLATFORM_FEE_BPS", "0")
    settings.cache_clear()
    view = show(invoice.id)
    assert view.shows_platform_fee and view.payments[0].platform_fee == "$4.20"


def test_a_strangers_invoice_is_no_different_from_a_missing_one(show, company, other_company):
    """Case 35."""
    theirs = write_invoice(other_company, cast.save(cast.harbor_view(other_company)))
    missing = "0" * 32
    assert show(theirs.id) == dataclasses.replace(show(missing), id=theirs.id)
    assert not show(theirs.id).found
    for nonsense in ("", "../..", "x" * 100, "' OR 1=1 --"):
        assert not show(nonsense).found


def test_a_draft_is_due_in_full_and_never_sent(show, company, dana):
    view = show(write_invoice(company, dana, issued=False).id)
    assert view.is_draft and view.letter.words == "" and view.sendable
    assert view.status.code == "draft" and view.sums.due == "$280.00"


def test_nothing_is_asked_of_the_database_twice(show, company, dana, owner, _a_database):
    """The page is read anew at every ring."""
    invoice = write_invoice(company, dana, issued=False)
    send_invoice(owner, invoice.id)
    received(checkout(invoice, amount=1_000))
    asked: list[tuple[str, str]] = []
    event.listen(
        _a_database,
        "before_cursor_execute",
        lambda *said: asked.append((said[2], repr(said[3]))),
    )
    assert show(invoice.id, Role.OWNER).deliveries
    assert [one for one in asked if asked.count(one) > 1] == []
