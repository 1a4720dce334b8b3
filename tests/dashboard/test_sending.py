"""Send: the letter goes into the outbox, the answer stands beside the button."""

import pytest
from sqlmodel import select

from fsm_portal.dashboard.invoices_page import InvoicesPage
from fsm_portal.dashboard.overview_page import OverviewPage
from fsm_portal.dashboard.sending import Sending
from fsm_portal.db import reading
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.invoice import Invoice, InvoiceDelivery
from fsm_portal.domain.outbox import OutboxMessage
from tests import cast
from tests.invoices import write_invoice

LIST = "/dashboard/invoices/"


@pytest.fixture
def for_nobody(clock, company) -> Invoice:
    """INV-0050 for a customer whose address nobody knows."""
    customer = cast.save(Customer(company_id=company.id, name="Walk-in"))
    return write_invoice(company, customer, number="INV-0050")


def deliveries() -> list[InvoiceDelivery]:
    with reading() as session:
        return list(session.exec(select(InvoiceDelivery)).all())


def row_of(page, number: str):
    return next(row for row in page.view(InvoicesPage).rows if row.number == number)


def test_a_draft_is_sent_from_its_row(tab, maya, draft):
    page, overview = tab(maya, LIST), tab(maya, "/dashboard/")
    assert row_of(page, "INV-0043").status.code == "draft"

    page.call(Sending.send, {"invoice_id": draft.id})

    assert page.var(Sending, "answered") == draft.id
    assert page.var(Sending, "problem") == page.var(Sending, "busy") == ""
    (delivery,) = deliveries()
    assert (delivery.email, delivery.staff_id) == ("dana@harborview.example", maya.id)
    with reading() as session:
        (letter,) = session.exec(select(OutboxMessage)).all()
        assert letter.kind == "invoice_mail" and delivery.id in letter.payload
    page.wait_until(InvoicesPage, lambda view: view.rows[0].status.code == "unpaid")
    assert row_of(page, "INV-0043").letter.words == "Waiting to be sent"
    overview.wait_until(
        OverviewPage, lambda view: view.happenings[0].title == "INV-0043 is waiting to be sent"
    )


def test_the_button_turns_while_it_is_sent(tab, maya, draft):
    page = tab(maya, LIST)
    page.deltas.clear()
    page.call(Sending.send, {"invoice_id": draft.id})
    name = Sending.get_full_name()
    busy = [d[name]["busy_rx_state_"] for d in page.deltas if "busy_rx_state_" in d.get(name, {})]
    assert busy == [draft.id, ""]


def test_a_double_click_sends_one_letter(tab, maya, invoice):
    """Invariant D."""
    page = tab(maya, LIST)
    page.call(Sending.send, {"invoice_id": invoice.id}, settle=False)
    page.call(Sending.send, {"invoice_id": invoice.id})
    assert len(deliveries()) == 1


def test_coming_back_to_the_page_it_can_be_sent_again(tab, maya, invoice):
    page = tab(maya, LIST)
    for expected in (1, 2):
        page.call(Sending.send, {"invoice_id": invoice.id})
        assert len(deliveries()) == expected
        page.navigate(LIST)
        assert page.var(Sending, "answered") == ""


def test_a_void_invoice_says_why_it_is_not_sent(tab, maya, invoice):
    invoice.voided_at = invoice.issued_at
    cast.save(invoice)
    page = tab(maya, LIST)
    page.call(Sending.send, {"invoice_id": invoice.id})
    assert page.var(Sending, "problem") == "This invoice is void and cannot be sent."
    assert page.var(Sending, "answered") == invoice.id
    assert deliveries() == []


def test_a_missing_address_is_asked_for_checked_and_kept(tab, maya, company, for_nobody):
    page = tab(maya, LIST)
    assert row_of(page, "INV-0050").email == ""
    page.call(Sending.ask, {"invoice_id": for_nobody.id})
    assert page.var(Sending, "asking") == for_nobody.id

    for typed, complaint in {
        "": "Type an address",
        "   ": "Type an address",
        "walk-in": "“walk-in” is not an email address",
        "a@b": "“a@b” is not an email address",
        "two@x.example, more@x.example": "is not an email address",
        "x" * 300 + "@x.example": "is not an email address",
    }.items():
        page.call(Sending.send_there, {"form": {"email": typed}})
        assert complaint in page.var(Sending, "address_problem"), typed
        assert page.var(Sending, "asking") == for_nobody.id, "the question stays open"
    assert deliveries() == []

    page.call(Sending.send_there, {"form": {"email": " desk@walkin.example "}})
    assert page.var(Sending, "asking") == page.var(Sending, "address_problem") == ""
    assert [delivery.email for delivery in deliveries()] == ["desk@walkin.example"]
    page.wait_until(InvoicesPage, lambda view: view.rows[0].email == "desk@walkin.example")


def test_an_address_nobody_was_asked_for_goes_nowhere(tab, maya, invoice):
    page = tab(maya, LIST)
    page.call(Sending.send_there, {"form": {"email": "mine@evil.example"}})
    assert deliveries() == []
    with reading() as session:
        assert session.exec(select(Customer.email)).all() == ["dana@harborview.example"]


def test_closing_the_question_forgets_it(tab, maya, for_nobody):
    page = tab(maya, LIST)
    page.call(Sending.ask, {"invoice_id": for_nobody.id})
    page.call(Sending.stop_asking)
    assert page.var(Sending, "asking") == ""
