"""The staff's list of payments: received and refused together, and what each came to."""

import pytest

from fsm_portal.domain.payment import BroughtBy
from fsm_portal.domain.staff import Role
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.list_payments import PaymentQuery, list_payments, payment_query
from fsm_portal.flows.paging import PAGE
from tests import cast
from tests.invoices import write_invoice
from tests.payments import checkout, fees_known, received, refused


@pytest.fixture
def eyes(any_database, company, clock):
    return Scope("staff", company.id, None, Role.OWNER)


def test_received_and_refused_stand_in_one_list_newest_first(eyes, company, dana, clock):
    invoice = write_invoice(company, dana)
    refused(checkout(invoice))
    clock.move(minutes=1)
    payment = received(checkout(invoice), brought_by=BroughtBy.RETURN)
    fees_known(payment, 842, 420)

    view = list_payments(eyes, PaymentQuery())
    assert view.place == "1–2 of 2"
    paid, failed = view.rows
    assert (paid.failed, paid.customer, paid.method) == (
        False,
        "Harbor View Apartments",
        "Visa ending 4242",
    )
    assert (paid.gross, paid.stripe_fee, paid.platform_fee, paid.net) == (
        "$280.00",
        "$8.42",
        "$4.20",
        "$267.38",
    )
    assert paid.source.words == "Found on return" and paid.reference == payment.payment_intent_id
    assert [link.number for link in paid.invoices] == ["INV-0042"]
    assert (failed.failed, failed.reason) == (True, "Not enough money in the account")
    assert [link.id for link in failed.invoices] == [invoice.id]


@pytest.mark.parametrize(("show", "failed"), [("received", [False]), ("failed", [True])])
def test_a_filter_leaves_one_kind(eyes, company, dana, show, failed):
    invoice = write_invoice(company, dana)
    refused(checkout(invoice))
    received(checkout(invoice))
    view = list_payments(eyes, PaymentQuery(show=show))
    assert [row.failed for row in view.rows] == failed and view.place == "1–1 of 1"


def test_pages_follow_each_other_without_gaps(eyes, company, dana, clock):
    invoice = write_invoice(company, dana, lines=(("Much", "1", "9999999"),))
    for _ in range(PAGE // 2 + 1):
        clock.move(seconds=1)
        received(checkout(invoice, amount=100))
        refused(checkout(invoice, amount=100))
    first = list_payments(eyes, PaymentQuery())
    second = list_payments(eyes, PaymentQuery(page=2))
    assert (first.place, second.place) == ("1–50 of 52", "51–52 of 52")
    assert len({row.id for row in first.rows + second.rows}) == 52
    assert second.is_last and not second.is_first


def test_nothing_of_another_company_shows(eyes, other_company):
    theirs = cast.save(cast.harbor_view(other_company))
    invoice = write_invoice(other_company, theirs)
    refused(checkout(invoice))
    received(checkout(invoice))
    assert list_payments(eyes, PaymentQuery()).rows == ()


def test_a_technician_sees_no_fees(company, dana, clock):
    fees_known(received(checkout(write_invoice(company, dana))), 842, 420)
    view = list_payments(Scope("staff", company.id, None, Role.TECHNICIAN), PaymentQuery())
    assert not view.shows_platform_fee
    assert view.rows[0].gross == "$280.00" and view.rows[0].net == view.rows[0].stripe_fee == ""


def test_whatever_an_address_says_makes_some_query():
    assert payment_query({"show": 1}, -5) == PaymentQuery()
    assert payment_query("failed", "2") == PaymentQuery("failed", 2)
