"""Taking money by hand, reversing it, using credit: the dialogs on the page of an invoice."""

import pytest
from sqlmodel import select

from fsm_portal.dashboard.invoice_page import StaffInvoicePage
from fsm_portal.dashboard.overview_page import OverviewPage
from fsm_portal.dashboard.payments_page import PaymentsPage
from fsm_portal.dashboard.taking import Taking
from fsm_portal.dashboard.taking_back import TakingBack
from fsm_portal.dashboard.using_credit import UsingCredit
from fsm_portal.db import reading
from fsm_portal.domain.payment import Payment
from fsm_portal.portal.home_page import HomePage
from fsm_portal.portal.invoice_page import InvoicePage
from fsm_portal.ui.toast import Toast
from tests.invoices import write_invoice

TYPED = {
    "taken_amount": "100.00",
    "taken_method": "cheque",
    "taken_day": "2026-11-13",
    "taken_note": "No. 1187",
}


@pytest.fixture
def path(invoice) -> str:
    return f"/dashboard/invoices/{invoice.id}/"


def payments() -> list[Payment]:
    with reading() as session:
        return list(session.exec(select(Payment)).all())


def test_what_is_taken_shows_everywhere_at_once(tab, maya, tom, dana, invoice, path):
    office, customer = tab(maya, path), tab(dana, f"/portal/invoices/{invoice.id}/")
    technician, list_of_all = tab(tom, path), tab(maya, "/dashboard/payments/")
    hand = office.view(StaffInvoicePage).hand
    assert (hand.may_take, hand.due, hand.today) == (True, "280.00", "2026-11-16")

    office.call(Taking.ask, {"invoice_id": invoice.id})
    office.call(Taking.record, {"form": TYPED})
    assert office.var(Taking, "about") == office.var(Taking, "problem") == ""
    assert office.var(Toast, "text") == "Payment recorded"

    (row,) = office.view(StaffInvoicePage).payments
    assert (row.method, row.gross, row.by_hand) == ("Cheque", "$100.00", True)
    assert row.when == "Nov 13, 2026"
    assert (row.source.words, row.source.term) == ("Taken by Maya Ortiz", "No. 1187")
    assert (row.fees_pending, row.net, row.may_reverse, row.may_refund) == (
        False,
        "$100.00",
        True,
        False,
    )
    for browser in (customer, technician, list_of_all):
        browser.settle()
    (listed,) = list_of_all.view(PaymentsPage).rows
    assert [link.number for link in listed.invoices] == ["INV-0042"]
    assert not technician.view(StaffInvoicePage).payments[0].may_reverse
    shown = customer.view(InvoicePage)
    assert shown.sums.due == "$180.00"
    assert [(one.title, one.amount, one.note) for one in shown.payments] == [
        ("Cheque", "$100.00", "Nov 13, 2026")
    ]
    overview = tab(maya, "/dashboard/").view(OverviewPage)
    taken = [one for one in overview.happenings if "opened" not in one.title]
    assert [(one.title, one.note) for one in taken] == [
        (
            "Harbor View Apartments paid $100.00 · Cheque",
            "Nov 13, 12:00\u202fPM · Taken by Maya Ortiz",
        )
    ]


def test_more_than_is_due_is_asked_about_first(tab, maya, dana, invoice, path):
    """Invariant B: the surplus is explicit."""
    page, home = tab(maya, path), tab(dana, "/portal/")
    page.call(Taking.ask, {"invoice_id": invoice.id})
    # Nobody can agree to what was not asked.
    page.call(Taking.record, {"form": TYPED | {"taken_amount": "300", "taken_keep": "on"}})
    assert page.var(Taking, "surplus") == "$20.00"
    assert page.var(Taking, "field") == "amount" and payments() == []
    page.call(Taking.record, {"form": TYPED | {"taken_amount": "300", "taken_keep": "on"}})
    assert page.var(Taking, "about") == ""
    assert page.view(StaffInvoicePage).payments[0].credit == "$20.00"
    home.settle()
    assert home.view(HomePage).credit == "$20.00"


def test_a_mistake_is_said_beside_its_field_and_a_second_send_takes_nothing_twice(
    tab, maya, invoice, path
):
    page = tab(maya, path)
    page.call(Taking.ask, {"invoice_id": invoice.id})
    page.call(Taking.record, {"form": TYPED | {"taken_day": "2026-12-24"}})
    assert (page.var(Taking, "field"), page.var(Taking, "problem")) == (
        "day",
        "That day is still to come.",
    )
    page.call(Taking.record, {"form": TYPED}, settle=False)
    page.call(Taking.record, {"form": TYPED})
    page.call(Taking.record, {"form": TYPED})
    assert [payment.amount for payment in payments()] == [10_000]


def test_a_reversed_payment_stays_in_sight(tab, maya, dana, invoice, path):
    page, customer = tab(maya, path), tab(dana, f"/portal/invoices/{invoice.id}/")
    page.call(Taking.ask, {"invoice_id": invoice.id})
    page.call(Taking.record, {"form": TYPED})
    (row,) = page.view(StaffInvoicePage).payments
    page.call(TakingBack.ask_reverse, {"payment_id": row.id})
    page.call(TakingBack.reverse)
    assert page.var(TakingBack, "about") == ""
    view = page.view(StaffInvoicePage)
    assert view.sums.due == "$280.00"
    (row,) = view.payments
    assert row.undone.startswith("Reversed by Maya Ortiz")
    assert not row.may_reverse
    customer.settle()
    assert [one.kind for one in customer.view(InvoicePage).payments] == ["reversed"]
    overview = tab(maya, "/dashboard/").view(OverviewPage)
    assert overview.happenings[0].title == (
        "A payment of $100.00 by Harbor View Apartments was reversed"
    )
    assert overview.happenings[0].note.endswith("Reversed by Maya Ortiz")


def test_credit_is_offered_and_used(tab, maya, company, dana, invoice, path):
    later = write_invoice(company, dana, number="INV-0044")
    page = tab(maya, path)
    page.call(Taking.ask, {"invoice_id": invoice.id})
    for _ in range(2):
        page.call(Taking.record, {"form": TYPED | {"taken_amount": "300", "taken_keep": "on"}})

    page = tab(maya, f"/dashboard/invoices/{later.id}/")
    customer = tab(dana, f"/portal/invoices/{later.id}/")
    hand = page.view(StaffInvoicePage).hand
    assert (hand.may_use, hand.credit, hand.usable) == (True, "$20.00", "20.00")
    assert customer.view(InvoicePage).credit == "$20.00"
    page.call(UsingCredit.ask, {"invoice_id": later.id})
    page.call(UsingCredit.use, {"form": {"credit_amount": "20.01"}})
    assert page.var(UsingCredit, "problem") == "Only $20.00 of credit is left."
    page.call(UsingCredit.use, {"form": {"credit_amount": "20"}})
    assert page.var(UsingCredit, "about") == ""
    view = page.view(StaffInvoicePage)
    assert (view.sums.due, view.hand.credit, view.hand.may_use) == ("$260.00", "", False)
    assert [(used.amount, used.day) for used in view.credits] == [("$20.00", "Nov 16, 2026")]
    customer.settle()
    shown = customer.view(InvoicePage)
    assert [(one.title, one.amount) for one in shown.payments] == [
        ("Your credit, used here", "$20.00")
    ]
    assert shown.credit == ""

    (used,) = view.credits
    assert (used.by, used.undone) == ("Maya Ortiz", "")
    page.call(TakingBack.ask_undo, {"use_id": used.id})
    page.call(TakingBack.undo)
    assert page.var(TakingBack, "about") == page.var(TakingBack, "problem") == ""
    view = page.view(StaffInvoicePage)
    assert (view.sums.due, view.hand.credit, view.hand.may_use) == ("$280.00", "$20.00", True)
    assert view.credits[0].undone.startswith("Undone by Maya Ortiz")
    customer.settle()
    assert customer.view(InvoicePage).payments == []


def test_a_technician_is_shown_no_button_and_refused(tab, maya, tom, invoice, path):
    page = tab(tom, path)
    hand = page.view(StaffInvoicePage).hand
    assert not hand.may_take and not hand.may_use
    page.call(Taking.ask, {"invoice_id": invoice.id})
    page.call(Taking.record, {"form": TYPED})
    assert page.var(Taking, "problem").startswith("Your role cannot take payments.")
    page.call(UsingCredit.ask, {"invoice_id": invoice.id})
    page.call(UsingCredit.use, {"form": {"credit_amount": "1"}})
    assert page.var(UsingCredit, "problem").startswith("Your role cannot use credit.")
    page.call(TakingBack.ask_reverse, {"payment_id": "0" * 32})
    page.call(TakingBack.reverse)
    assert page.var(TakingBack, "problem").startswith("Your role cannot reverse payments.")
    page.call(TakingBack.ask_undo, {"use_id": "0" * 32})
    page.call(TakingBack.undo)
    assert page.var(TakingBack, "problem").startswith("Your role cannot undo this.")
    assert payments() == []
