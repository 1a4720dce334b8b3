"""A customer's history of payments: how, for what, and what became of it."""

from datetime import timedelta

import pytest

from fsm_portal.db import unit_of_work
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.job import Job
from fsm_portal.flows import keyset
from fsm_portal.flows.by_hand.reverse_payment import reverse_payment
from fsm_portal.flows.by_hand.take_payment import Taken, take_payment
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.jobs.list_customer_jobs import list_customer_jobs
from fsm_portal.flows.keyset import moment_query
from fsm_portal.flows.payments.list_customer_payments import _statement, list_customer_payments
from tests import cast
from tests.flows.addresses import query_of
from tests.flows.refunds import ask, paid, work_at_stripe
from tests.flows.stripe_side import deliver
from tests.invoices import write_invoice
from tests.payments import checkout, debit_started, received, refused


def history(customer, **said):
    query = moment_query(said.get("before"), said.get("after"))
    return list_customer_payments(Scope("customer", customer.company_id, customer.id, None), query)


def test_a_payment_names_how_when_and_what_for(any_database, company, dana, clock):
    first, second = (write_invoice(company, dana, number=f"INV-{number}") for number in (1, 2))
    payment = received(checkout(first, second), method="sepa_debit", last4="3000")
    received(checkout(write_invoice(company, dana, number="INV-3")), at=clock.now - timedelta(1))
    refused(checkout(write_invoice(company, dana, number="INV-4")))  # no payment, and not shown
    newest, older = history(dana).rows
    assert (newest.day, newest.method, newest.amount) == (
        "Nov 16, 2026",
        "Bank debit (SEPA) ending 3000",
        "$560.00",
    )
    assert [(each.id, each.number) for each in newest.invoices] == [
        (first.id, "INV-1"),
        (second.id, "INV-2"),
    ]
    assert newest.receipt_url == f"/documents/receipts/{payment.id}.pdf"
    assert (newest.credit, newest.undone, newest.since) == ("", "", ())
    assert older.method == "Visa ending 4242"


def test_what_the_office_took_and_took_back(any_database, company, dana, owner, clock):
    invoice = write_invoice(company, dana)
    day = clock.now.date().isoformat()
    take_payment(owner, invoice.id, Taken(new_id(), "cash", "300.00", day, keep=True))
    (row,) = history(dana).rows
    assert (row.method, row.amount, row.credit) == ("Cash", "$300.00", "$20.00 kept as your credit")
    reverse_payment(owner, row.id)
    (row,) = history(dana).rows
    assert row.undone == "Reversed Nov 16, 2026"


def test_a_refund_and_what_a_bank_took_stand_below_their_payment(
    any_database, stripe, sandbox, payer, owner, dana, invoice
):
    """Cases 9 and 10."""
    payment = paid(stripe, payer, invoice)
    ask(owner, payment, "80.00")
    work_at_stripe()
    deliver(*stripe.events())
    (row,) = history(dana).rows
    assert [(each.title, each.amount) for each in row.since] == [("Refunded", "-$80.00")]
    assert row.since[0].receipt_url == f"/documents/refunds/{row.since[0].id}.pdf"
    assert row.amount == "$280.00"
    dispute = sandbox.open_dispute(payment.charge_id)
    deliver(*stripe.events())
    assert sorted(each.title for each in history(dana).rows[0].since) == [
        "Refunded",
        "Taken back by your bank",
    ]
    sandbox.decide_dispute(dispute["id"], "won")
    deliver(*stripe.events())
    # What the bank took is what the refund had left of it.
    assert sorted((each.title, each.amount) for each in history(dana).rows[0].since) == [
        ("Paid again by your bank", "$200.00"),
        ("Refunded", "-$80.00"),
        ("Taken back by your bank", "-$200.00"),
    ]


def test_a_bank_debit_is_on_its_way_until_it_is_a_payment(any_database, company, dana, clock):
    """Case 18."""
    invoice = write_invoice(company, dana)
    attempt = checkout(invoice)
    assert history(dana).on_the_way == ()  # a page was opened, and no more
    debit_started(attempt)
    (waiting,) = history(dana).on_the_way
    assert (waiting.amount, waiting.invoices[0].number) == ("$280.00", "INV-0042")
    assert history(dana).rows == ()
    received(attempt)
    view = history(dana)
    assert (view.on_the_way, len(view.rows)) == ((), 1)


def test_pages_lead_through_all_and_back(any_database, company, dana, clock, monkeypatch):
    """Two in the same moment among them."""
    monkeypatch.setattr(keyset, "PAGE", 2)
    _statement.cache_clear()
    for number in range(5):
        invoice = write_invoice(company, dana, number=f"INV-{number}")
        received(checkout(invoice), at=clock.now - timedelta(hours=number // 2))
    view, seen, pages = history(dana), [], []
    while True:
        seen += [row.id for row in view.rows]
        pages.append(view)
        if not view.older:
            break
        view = history(dana, **query_of(view.older))
    assert len(seen) == len(set(seen)) == 5 and len(pages) == 3
    back = history(dana, **query_of(pages[2].newer))
    assert back.rows == pages[1].rows
    assert history(dana, **query_of(back.newer)).newer == ""
    _statement.cache_clear()


@pytest.mark.parametrize("said", [None, 7, "", "x_y", "1_\x00", "9" * 70, "-1_", "9" * 30 + "_a"])
def test_case_38_whatever_an_address_says(any_database, company, dana, clock, said):
    """Cases 35, 36 and 38: from where on, never whose."""
    neighbour = cast.save(cast.northwind_dental(company))
    received(checkout(write_invoice(company, neighbour, number="INV-77")))
    debit_started(checkout(write_invoice(company, neighbour, number="INV-78")))
    received(checkout(write_invoice(company, dana)))
    view = history(dana, before=said, after=said)
    assert [row.invoices[0].number for row in view.rows] == ["INV-0042"]
    assert view.on_the_way == ()


# ── The service history ─────────────────────────────────────────────────────────────────────────


def jobs(customer, **said):
    query = moment_query(said.get("before"), said.get("after"))
    return list_customer_jobs(Scope("customer", customer.company_id, customer.id, None), query)


def job(customer, title, starts_at, completed_at=None, **more):
    written = Job(
        company_id=customer.company_id,
        customer_id=customer.id,
        title=title,
        starts_at=starts_at,
        completed_at=completed_at,
        **more,
    )
    with unit_of_work() as session:
        session.add(written)
    return written


def titles(rows):
    return [row.title for row in rows]


def test_upcoming_and_completed(any_database, company, dana, clock):
    """14:00 UTC is nine in New York. What is past without a word is not left out."""
    assert jobs(dana).is_new
    now = clock.now
    job(dana, "Next week", now + timedelta(days=7))
    job(dana, "Tomorrow", now + timedelta(days=1), description="Please let us in.")
    job(dana, "Done this morning", now - timedelta(hours=1), now)
    job(dana, "Under way", now - timedelta(hours=1))
    job(dana, "Last month", now - timedelta(days=30), now - timedelta(days=30))
    job(dana, "Nobody said", now - timedelta(days=2))
    job(dana, "Done early", now + timedelta(days=3), now)
    view = jobs(dana)
    assert titles(view.upcoming) == ["Under way", "Tomorrow", "Next week"]
    assert [each.when for each in view.upcoming] == [
        "Today, 8:00\u202fAM",
        "Tomorrow, 9:00\u202fAM",
        "Monday, Nov 23, 2026, 9:00\u202fAM",
    ]
    assert titles(view.completed) == [
        "Done early",
        "Done this morning",
        "Nobody said",
        "Last month",
    ]
    assert [each.open_end for each in view.completed] == [False, False, True, False]
    assert view.completed[3].when == "Oct 17, 2026, 10:00\u202fAM"  # summer time
    assert not view.is_new


def test_a_job_names_its_invoices_as_they_stand(any_database, company, dana, clock):
    """Case 36: not one that was sent to somebody else, and no draft."""
    done = job(dana, "Boiler", clock.now - timedelta(days=3), clock.now)
    neighbour = cast.save(cast.northwind_dental(company))
    written = {
        "INV-1": write_invoice(company, dana, number="INV-1"),
        "INV-2": write_invoice(company, dana, number="INV-2"),
        "INV-3": write_invoice(company, dana, number="INV-3", issued=False),
        "INV-77": write_invoice(company, neighbour, number="INV-77"),
    }
    with unit_of_work() as session:
        for invoice in written.values():
            session.merge(invoice).job_id = done.id
    received(checkout(written["INV-1"]))
    (shown,) = jobs(dana).completed
    assert [(each.number, each.status.code, each.total) for each in shown.invoices] == [
        ("INV-1", "paid", "$280.00"),
        ("INV-2", "unpaid", "$280.00"),
    ]
    assert jobs(neighbour).is_new


def test_completed_jobs_are_paged_and_upcoming_ones_stand_on_the_first(
    any_database, company, dana, clock, monkeypatch
):
    from fsm_portal.flows.jobs import list_customer_jobs as module

    monkeypatch.setattr(keyset, "PAGE", 2)
    monkeypatch.setattr(module, "PAGE", 2)
    module._statement.cache_clear()
    for days in range(5):
        at = clock.now - timedelta(days=days)
        job(dana, f"{days} days ago", at, at)
    for days in range(1, 4):
        job(dana, f"In {days} days", clock.now + timedelta(days=days))
    first = jobs(dana)
    assert titles(first.upcoming) == ["In 1 days", "In 2 days"]
    assert first.more_upcoming
    second = jobs(dana, **query_of(first.older))
    assert titles(second.completed) == ["2 days ago", "3 days ago"]
    assert second.upcoming == ()
    last = jobs(dana, **query_of(second.older))
    assert (titles(last.completed), last.older) == (["4 days ago"], "")
    back = jobs(dana, **query_of(last.newer))
    assert back.completed == second.completed
    assert titles(jobs(dana, **query_of(back.newer)).upcoming) == titles(first.upcoming)
    module._statement.cache_clear()
