"""The buttons beside a customer that let them into the portal."""

import pytest

from fsm_portal.dashboard.inviting import Inviting
from fsm_portal.dashboard.invoice_page import StaffInvoicePage
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.ui.toast import Toast
from tests import cast
from tests.flows import books


@pytest.fixture
def path(invoice) -> str:
    return f"/dashboard/invoices/{invoice.id}/"


def queued() -> list[str]:
    return [work.kind for work in books.rows(OutboxMessage)]


def test_who_was_never_in_is_invited_and_once_only(tab, maya, dana, path):
    page = tab(maya, path)
    assert page.view(StaffInvoicePage).customer.portal == "invite"
    page.call(Inviting.invite, {"customer_id": dana.id})
    assert page.var(Toast, "text") == "Invitation on its way to dana@harborview.example"
    page.call(Inviting.invite, {"customer_id": dana.id})
    assert "a moment ago" in page.var(Toast, "text")
    assert queued() == ["welcome_mail"]


def test_who_has_been_in_is_mailed_a_link_on_request(tab, maya, dana, invoice, path):
    tab(dana, f"/portal/invoices/{invoice.id}/")
    page = tab(maya, path)
    assert page.view(StaffInvoicePage).customer.portal == "link"
    page.call(Inviting.send_link, {"customer_id": dana.id})
    assert page.var(Toast, "text") == "Sign-in link on its way to dana@harborview.example"
    assert queued() == ["sign_in_mail"]


def test_a_technician_and_a_stranger_cause_no_mail(tab, tom, maya, dana, other_company, path):
    theirs = cast.save(cast.northwind_dental(other_company))
    for handler in (Inviting.invite, Inviting.send_link):
        tab(tom, path).call(handler, {"customer_id": dana.id})
        tab(maya, path).call(handler, {"customer_id": theirs.id})
        tab(None, path).call(handler, {"customer_id": dana.id})
    assert queued() == []
