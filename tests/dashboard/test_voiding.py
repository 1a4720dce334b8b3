"""TakingBack an invoice: the dialog on its page, and what every open browser says then."""

import pytest

from fsm_portal.dashboard.invoice_page import StaffInvoicePage
from fsm_portal.dashboard.taking_back import TakingBack
from fsm_portal.portal.invoice_page import InvoicePage
from fsm_portal.ui.toast import Toast
from tests.payments import checkout, received


@pytest.fixture
def path(invoice) -> str:
    return f"/dashboard/invoices/{invoice.id}/"


def test_it_is_void_everywhere_at_once(tab, maya, tom, dana, invoice, path):
    office, customer = tab(maya, path), tab(dana, f"/portal/invoices/{invoice.id}/")
    technician = tab(tom, path)
    assert office.view(StaffInvoicePage).may_void
    assert not technician.view(StaffInvoicePage).may_void

    office.call(TakingBack.ask_void, {"invoice_id": invoice.id})
    office.call(TakingBack.void)
    assert office.var(TakingBack, "about") == office.var(TakingBack, "problem") == ""
    assert office.var(Toast, "text") == "Invoice voided"

    view = office.view(StaffInvoicePage)
    assert (view.status.code, view.sums.due, view.may_void, view.sendable) == (
        "void",
        "$0.00",
        False,
        False,
    )
    assert not view.hand.may_take
    customer.settle()
    seen = customer.view(InvoicePage)
    assert (seen.status.code, seen.may_pay) == ("void", False)


def test_who_may_not_is_told_so(tab, tom, invoice, path):
    """Case 37: the handler is an open endpoint; the role decides."""
    technician = tab(tom, path)
    technician.call(TakingBack.ask_void, {"invoice_id": invoice.id})
    technician.call(TakingBack.void)
    assert "Your role cannot void" in technician.var(TakingBack, "problem")
    assert technician.view(StaffInvoicePage).status.code == "unpaid"


def test_what_was_paid_meanwhile_is_not_voided(tab, maya, invoice, path):
    office = tab(maya, path)
    office.call(TakingBack.ask_void, {"invoice_id": invoice.id})
    received(checkout(invoice))
    office.call(TakingBack.void)
    assert "Money was received" in office.var(TakingBack, "problem")
    office.call(TakingBack.stop)
    assert office.var(TakingBack, "about") == ""
