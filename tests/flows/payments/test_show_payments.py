"""The staff's list of payments: received and refused together, and what each came to."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from fsm_portal.db import unit_of_work
from fsm_portal.domain.company import Company
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.payment import BroughtBy
from fsm_portal.domain.staff import Role
from fsm_portal.flows.by_hand.take_payment import take_payment
from fsm_portal.flows.by_hand.taken import Taken
from fsm_portal.flows.customers import called
from fsm_portal.flows.identity import Identity, Scope
from fsm_portal.flows.payments import list_search
from fsm_portal.flows.payments.list_payments import PAGE, PaymentQuery, list_payments, payment_query
from fsm_portal.flows.recorder import record_fact
from fsm_portal.gateways.stripe_facts import DisputeChanged, DisputeMovement
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
    assert view.place == "2 rows, Nov 16, 2026"
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
    assert [row.failed for row in view.rows] == failed


def test_pages_follow_each_other_without_gaps(eyes, company, dana, clock):
    invoice = write_invoice(company, dana, lines=(("Much", "1", "9999999"),))
    for _ in range(PAGE // 2 + 1):
        clock.move(seconds=1)
        received(checkout(invoice, amount=100))
        refused(checkout(invoice, amount=100))
    first = list_payments(eyes, PaymentQuery())
    second = list_payments(eyes, _there(first.older))
    assert (len(first.rows), len(second.rows)) == (50, 2)
    assert len({row.id for row in first.rows + second.rows}) == 52
    assert first.newer == second.older == ""
    assert list_payments(eyes, _there(second.newer)).rows == first.rows


def _there(address: str) -> PaymentQuery:
    said = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    return payment_query(*[said.get(name, "") for name in ("show", "q", "before", "after")])


def test_what_came_meanwhile_moves_no_page(eyes, company, dana, clock):
    """A page begins at a row, not at a number of rows: nobody sees one twice, or misses one."""
    invoice = write_invoice(company, dana, lines=(("Much", "1", "9999999"),))
    for _ in range(PAGE + 1):
        clock.move(seconds=1)
        received(checkout(invoice, amount=100))
    first = list_payments(eyes, PaymentQuery())
    clock.move(seconds=1)
    received(checkout(invoice, amount=100))
    second = list_payments(eyes, _there(first.older))
    assert len(second.rows) == 1 and second.rows[0].id not in {row.id for row in first.rows}


@pytest.mark.parametrize(
    "search", ["INV-0042", "42", "harbor", "dana@harborview", "280", "$280.00"]
)
def test_payments_are_found_by_invoice_customer_and_amount(eyes, company, dana, search):
    other = cast.save(cast.northwind_dental(company))
    received(checkout(write_invoice(company, other, number="INV-0050", lines=TEN)))
    refused(checkout(write_invoice(company, dana)))
    payment = received(checkout(write_invoice(company, dana, number="INV-0042-B")))
    found = list_payments(eyes, payment_query("all", search))
    assert {row.customer for row in found.rows} == {"Harbor View Apartments"}
    assert payment.id in {row.id for row in found.rows} or search == "42"
    assert list_payments(eyes, payment_query("failed", search)).rows[0].failed


TEN = (("Visit", "1", "1000"),)


def test_an_amount_is_found_as_the_office_writes_it(any_database, company, dana, clock):
    """120,50 in Germany, though payments may be in a currency of yen as well."""
    with unit_of_work() as session:
        session.get_one(Company, company.id).locale = "de_DE"
    eyes = Scope("staff", company.id, None, Role.OWNER)
    received(checkout(write_invoice(company, dana, lines=(("Visit", "1", "12050"),))))
    (row,) = list_payments(eyes, payment_query("all", "120,50")).rows
    assert "120,50" in row.gross
    assert list_payments(eyes, payment_query("all", "120,51")).rows == ()


def test_of_very_many_invoices_the_newest_payments_are_found(
    eyes, monkeypatch, company, dana, clock
):
    """Where more numbers begin so than are looked up one by one."""
    monkeypatch.setattr(list_search, "_FEW", 3)
    payments = []
    for number in range(8):
        clock.move(minutes=1)
        invoice = write_invoice(company, dana, number=f"INV-{number:04}")
        refused(checkout(invoice))
        payments.append(received(checkout(invoice)).id)
    received(checkout(write_invoice(company, dana, number="OLD-1")))
    found = list_payments(eyes, payment_query("all", "inv-")).rows
    assert [row.id for row in found if not row.failed] == payments[::-1]
    assert len(found) == 16


@pytest.mark.parametrize("few, many", [(1_000, 2_000), (1_000, 1), (1, 1)])
def test_a_customers_rows_are_found_however_many_are_called_so(
    any_database, company, monkeypatch, few, many
):
    """By id, among some customers, or asked at each row as it is come across."""
    monkeypatch.setattr(called, "FEW", few)
    monkeypatch.setattr(list_search, "_MANY", many)
    called._of_words.cache_clear()
    eyes = Scope("staff", company.id, None, Role.OWNER)
    cafe, bar, gym = (
        cast.save(cast.harbor_view(company, name=name, contact="", email=f"{at}@mail.example"))
        for at, name in enumerate(("Café Élan", "Elan Bar", "Gym"))
    )
    theirs = set()
    for at, customer in enumerate((cafe, bar, gym)):
        invoice = write_invoice(company, customer, number=f"N-{at}")
        attempt = checkout(invoice)
        refused(attempt)
        payment = received(attempt)
        if customer is not gym:
            theirs |= {payment.id}
    found = list_payments(eyes, payment_query("all", "élan")).rows
    assert {row.id for row in found if not row.failed} == theirs
    assert sum(row.failed for row in found) == 2
    found = list_payments(eyes, payment_query("received", "elan CAFE")).rows
    assert [row.customer for row in found] == ["Café Élan"]
    assert list_payments(eyes, payment_query("all", "elan gym")).rows == ()
    called._of_words.cache_clear()


def test_stripes_references_are_found_to_the_letter(eyes, company, dana):
    invoice = write_invoice(company, dana)
    failed = refused(checkout(invoice))
    payment = received(checkout(invoice))
    for reference, row_id in (
        (payment.payment_intent_id, payment.id),
        (failed.payment_intent_id, failed.id),
    ):
        (row,) = list_payments(eyes, payment_query("all", reference)).rows
        assert row.id == row_id
    assert list_payments(eyes, payment_query("all", "pi_of_somebody_else")).rows == ()


def test_what_is_taken_by_hand_has_a_list_of_its_own(eyes, company, dana, maya):
    who = identity_of(maya)
    received(checkout(write_invoice(company, dana), amount=100))
    invoice = write_invoice(company, dana, number="INV-0043")
    take_payment(who, invoice.id, Taken(new_id(), "cheque", "280", "2026-11-16"))
    (row,) = list_payments(eyes, payment_query("manual")).rows
    assert row.by_hand and row.source.words == "Taken by Maya Ortiz"


def test_a_failed_attempt_says_what_to_do_until_it_is_settled(eyes, company, dana):
    invoice = write_invoice(company, dana)
    refused(checkout(invoice))
    (row,) = list_payments(eyes, payment_query("failed")).rows
    assert row.to_do.startswith("Still to be paid")
    assert row.customer_id == dana.id
    received(checkout(invoice))
    (row,) = list_payments(eyes, payment_query("failed")).rows
    assert row.to_do == "Settled since: nothing to do."


def test_a_dispute_says_what_to_do_and_by_when(eyes, company, dana, clock):
    payment = received(checkout(write_invoice(company, dana)))
    dispute = DisputeChanged(
        "dp_1",
        payment.payment_intent_id or "",
        28_000,
        "USD",
        "needs_response",
        "fraudulent",
        clock.now + timedelta(days=9),
        (DisputeMovement("txn_1", "USD", -28_000, 1_500, clock.now),),
        clock.now,
    )
    with unit_of_work() as session:
        record_fact(session.connection(), company.id, dispute, BroughtBy.WEBHOOK)
    (row,) = list_payments(eyes, payment_query("disputes")).rows
    assert (row.is_dispute, row.gross, row.reference) == (True, "-$280.00", "dp_1")
    assert row.dispute.label == "Answer needed" and "by Nov 25, 2026" in row.dispute.to_do
    everything = list_payments(eyes, payment_query("all")).rows
    assert len(everything) == 2 and {one.customer_id for one in everything} == {dana.id}
    assert row.dispute.why == "The cardholder says it was not them"
    assert list_payments(eyes, payment_query("all", "dp_1")).rows == (row,)
    # What the bank has shows as a figure; what it gave back is struck out.
    assert not row.dispute.nothing
    back = replace(
        dispute,
        status="won",
        movements=(
            *dispute.movements,
            DisputeMovement("txn_2", "USD", 28_000, 0, clock.now),
        ),
    )
    with unit_of_work() as session:
        record_fact(session.connection(), company.id, back, BroughtBy.WEBHOOK)
    (row,) = list_payments(eyes, payment_query("disputes")).rows
    assert (row.dispute.label, row.dispute.nothing) == ("Won", True)


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
    assert payment_query({"show": 1}, -5, object(), "x" * 200) == PaymentQuery()
    assert payment_query("failed", " a  b ", "no place") == PaymentQuery("failed", "a b")


def identity_of(staff) -> Identity:
    return Identity(
        "staff", staff.company_id, staff.id, new_id(), staff.name, staff.email, staff.role
    )
