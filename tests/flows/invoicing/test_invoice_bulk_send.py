"""Many invoices sent at one press: each once, whoever presses, and refusals told one by one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from fsm_portal.db import unit_of_work
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.invoice import InvoiceDelivery
from fsm_portal.domain.outbox import MAIL_KINDS
from fsm_portal.domain.role import Role
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.invoices.list_invoices import InvoiceQuery, list_invoices
from fsm_portal.flows.invoicing import send_many
from fsm_portal.flows.invoicing.bulk_send import begin_bulk, send_next
from fsm_portal.flows.outbox import LEASE, claim
from fsm_portal.flows.work_outbox import Lane, work_one
from tests import cast
from tests.flows import books
from tests.invoices import write_invoice


def identity(company, person) -> Identity:
    return Identity(
        "staff", company.id, person.id, "5" * 32, person.name, person.email, person.role
    )


@pytest.fixture
def maya(clock, company) -> Identity:
    return identity(company, cast.save(cast.maya(company)))


def run(company, press) -> None:
    while send_next(company.id, press) is not None:
        pass


def test_all_are_sent_and_what_cannot_be_says_why(any_database, maya, company, dana):
    nobody = cast.save(Customer(company_id=company.id, name="Walk-in"))
    ids = [
        write_invoice(company, dana, number="INV-0001", issued=False).id,
        write_invoice(company, nobody, number="INV-0002").id,
        write_invoice(company, dana, number="INV-0003", issued=False, lines=()).id,
        write_invoice(company, dana, number="INV-0004").id,
    ]
    press = new_id()
    assert begin_bulk(maya, press, ids)
    send_next(company.id, press)
    view = list_invoices(maya.scope, InvoiceQuery(), press).bulk
    assert (view.words, view.percent, view.done) == ("1 of 4", 25, False)
    run(company, press)
    view = list_invoices(maya.scope, InvoiceQuery(), press).bulk
    assert view.done and view.result == "2 invoices on the way, 2 not sent"
    assert [each.number for each in view.not_sent] == ["INV-0002", "INV-0003"]
    assert "no email address" in view.not_sent[0].why
    assert "nothing to pay" in view.not_sent[1].why
    assert len(books.rows(InvoiceDelivery)) == 2


def test_pressing_twice_sends_once(any_database, maya, company, dana):
    """The same press from two tabs at once, and another press a moment later."""
    ids = [write_invoice(company, dana, number=f"INV-{n:04}").id for n in range(1, 9)]
    press = new_id()
    for _ in range(2):
        begin_bulk(maya, press, ids)
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda _: run(company, press), range(3)))
    assert len(books.rows(InvoiceDelivery)) == 8
    another = new_id()
    begin_bulk(maya, another, ids)
    run(company, another)
    assert len(books.rows(InvoiceDelivery)) == 8
    view = list_invoices(maya.scope, InvoiceQuery(), another).bulk
    assert view.result == "0 invoices on the way, 8 not sent"
    assert "a moment ago" in view.not_sent[0].why


def test_the_worker_sends_them_and_goes_on_where_another_died(
    any_database, clock, maya, company, dana, monkeypatch
):
    """Case 47: nothing waits for the tab that pressed. A stretch ends after each invoice here."""
    monkeypatch.setattr(send_many, "_STRETCH", 0)
    ids = [write_invoice(company, dana, number=f"INV-{n:04}").id for n in range(1, 5)]
    press = new_id()
    for _ in range(2):
        begin_bulk(maya, press, ids)
    assert work_one(Lane.OTHER)
    assert list_invoices(maya.scope, InvoiceQuery(), press).bulk.words == "1 of 4"
    # Claimed by a worker that is killed after the next letter, before it says so.
    assert claim(never=MAIL_KINDS)
    send_next(company.id, press)
    assert work_one(Lane.OTHER) is None
    clock.move(seconds=LEASE.total_seconds() + 1)
    while work_one(Lane.OTHER) is not None:
        pass
    assert list_invoices(maya.scope, InvoiceQuery(), press).bulk.done
    assert len(books.rows(InvoiceDelivery)) == 4


@pytest.mark.parametrize(
    "change", [{"role": Role.TECHNICIAN}, {"deactivated_at": datetime(2026, 11, 16, tzinfo=UTC)}]
)
def test_who_may_no_longer_send_sends_nothing_more(maya, company, dana, change):
    """Case 34: the right is asked for at each letter, not once for all."""
    ids = [write_invoice(company, dana, number=f"INV-{n:04}").id for n in range(1, 4)]
    press = new_id()
    begin_bulk(maya, press, ids)
    send_next(company.id, press)
    with unit_of_work() as session:
        member = session.get_one(Staff, (company.id, maya.person_id))
        member.sqlmodel_update(change)
        session.add(member)
    run(company, press)
    view = list_invoices(maya.scope, InvoiceQuery(), press).bulk
    assert view.done and view.result == "1 invoice on the way, 2 not sent"
    assert view.not_sent[0].why == "Maya Ortiz may not send invoices any more."
    assert len(books.rows(InvoiceDelivery)) == 1


def test_only_ones_own_company_and_only_who_may(maya, company, dana, other_company):
    """Case 35."""
    theirs = cast.save(cast.northwind_dental(other_company))
    foreign = write_invoice(other_company, theirs)
    tom = identity(company, cast.save(cast.tom(company)))
    assert not begin_bulk(maya, new_id(), [foreign.id])
    assert not begin_bulk(tom, new_id(), [write_invoice(company, dana).id])
    for nonsense in (None, 5, "x", [None], [{}], []):
        assert not begin_bulk(maya, new_id(), nonsense)
    assert not begin_bulk(maya, "no id", [foreign.id])
    assert books.rows(InvoiceDelivery) == []
