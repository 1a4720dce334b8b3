"""The customer's form on the page of an invoice."""

import pytest

from fsm_portal.dashboard.customer_form import CustomerForm
from fsm_portal.dashboard.invoice_page import StaffInvoicePage
from fsm_portal.db import reading
from fsm_portal.domain.customer import Customer
from fsm_portal.live import LiveTab
from fsm_portal.ui.toast import Toast

TYPED = {
    "name": "Harbor View Apartments",
    "contact": "Ana Diaz",
    "mail": "ap@harborview.example",
    "phone": "+1 201 555 0199",
}


@pytest.fixture
def path(invoice) -> str:
    return f"/dashboard/invoices/{invoice.id}/"


def kept(customer: Customer) -> Customer:
    with reading() as session:
        return session.get_one(Customer, (customer.company_id, customer.id))


def test_what_is_typed_shows_on_the_invoice_and_ends_the_customers_session(
    tab, maya, dana, invoice, path
):
    """Case 34: the customer's open tab goes blank at once."""
    office, customer = tab(maya, path), tab(dana, f"/portal/invoices/{invoice.id}/")
    shown = office.view(StaffInvoicePage).customer
    assert (shown.id, shown.email) == (dana.id, "dana@harborview.example")

    office.call(CustomerForm.edit, {"customer_id": shown.id})
    assert office.var(CustomerForm, "about") == dana.id
    office.call(CustomerForm.save, {"form": TYPED})

    assert office.var(CustomerForm, "about") == office.var(CustomerForm, "problem") == ""
    assert office.var(Toast, "text") == "Customer saved"
    view = office.wait_until(
        StaffInvoicePage, lambda view: view.customer.email == "ap@harborview.example"
    )
    assert (view.customer.contact, view.customer.phone) == ("Ana Diaz", "+1 201 555 0199")
    customer.settle()
    assert customer.var(LiveTab, "signed_out") is True


def test_a_mistake_is_said_beside_its_field_and_the_form_stays(tab, maya, dana, path):
    page = tab(maya, path)
    page.call(CustomerForm.edit, {"customer_id": dana.id})
    page.call(CustomerForm.save, {"form": TYPED | {"mail": "dana@"}})
    assert page.var(CustomerForm, "field") == "email"
    assert "is not an email address" in page.var(CustomerForm, "problem")
    assert page.var(CustomerForm, "about") == dana.id and not page.var(CustomerForm, "busy")
    assert kept(dana).email == "dana@harborview.example"


def test_a_form_that_nobody_opened_changes_nothing(tab, maya, dana, path):
    page = tab(maya, path)
    page.call(CustomerForm.save, {"form": TYPED})
    page.call(CustomerForm.edit, {"customer_id": dana.id})
    page.call(CustomerForm.stop)
    page.call(CustomerForm.save, {"form": TYPED})
    assert kept(dana).contact == "Dana Reyes"


def test_a_technician_is_shown_no_button_and_refused(tab, tom, dana, path):
    page = tab(tom, path)
    assert not page.view(StaffInvoicePage).desk.may_send
    page.call(CustomerForm.edit, {"customer_id": dana.id})
    page.call(CustomerForm.save, {"form": TYPED})
    assert page.var(CustomerForm, "problem").startswith("Your role cannot change customers.")
    assert kept(dana).email == "dana@harborview.example"


def test_going_to_another_page_closes_the_form(tab, maya, dana, path):
    page = tab(maya, path)
    page.call(CustomerForm.edit, {"customer_id": dana.id})
    page.navigate(path)
    assert page.var(CustomerForm, "about") == ""
