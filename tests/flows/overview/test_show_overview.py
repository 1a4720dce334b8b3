"""The overview says what the ledger says, on the company's calendar and in its currency."""

from datetime import UTC, date, datetime, timedelta

import pytest

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.balances import account_balance
from fsm_portal.domain.clock import now
from fsm_portal.domain.invoice import InvoiceDelivery
from fsm_portal.domain.ledger import Account
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.domain.staff import Role
from fsm_portal.domain.stripe_event import Outcome, StripeEvent
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.overview.show_overview import OverviewView, show_overview
from fsm_portal.flows.staff_desk import NotStaff
from fsm_portal.gateways.formats import money
from tests import cast
from tests.invoices import write_invoice
from tests.payments import checkout, debit_started, received, refused


@pytest.fixture
def overview(company, clock):
    """Shows the overview as the owner sees it, on Monday 16 November 2026, 9:00 in New York."""

    def show() -> OverviewView:
        return show_overview(Scope("staff", company.id, None, Role.OWNER))

    return show


def test_an_empty_company_owes_and_is_owed_nothing(overview):
    view = overview()
    assert view.loaded
    assert (view.outstanding.amount, view.outstanding.note) == ("$0.00", "0 invoices")
    assert view.today.note == "0 payments"
    assert [bucket.percent for bucket in view.ages] == [0, 0, 0, 0, 0]
    assert view.happenings == view.alerts == view.newest == ()


def test_the_figures_equal_the_ledgers(any_database, overview, company, dana):
    """Invariant K: outstanding is the receivable, to the cent, whatever happened to it."""
    paid = write_invoice(company, dana, number="INV-0001")
    part = write_invoice(company, dana, number="INV-0002")
    write_invoice(company, dana, number="INV-0003", lines=(("Pump", "3", "12345.5"),))
    write_invoice(company, dana, number="INV-0004", issued=False)
    received(checkout(paid))
    received(checkout(part, amount=9_999))
    with reading() as session:
        owed = account_balance(session, company.id, Account.RECEIVABLE, "USD")
        came_in = account_balance(session, company.id, Account.STRIPE, "USD")

    view = overview()

    assert view.outstanding.amount == money(owed, "USD", "en_US") == "$550.38"
    assert view.outstanding.note == "2 invoices"
    assert view.today.amount == money(came_in, "USD", "en_US")
    assert view.today.note == "2 payments"


def test_age_is_counted_from_the_due_date_on_the_companys_calendar(overview, company, dana, clock):
    def due(number: str, days_ago: int) -> None:
        write_invoice(
            company,
            dana,
            number=number,
            lines=(("Visit", "1", "10000"),),
            issue_date=date(2026, 11, 16) - timedelta(days=days_ago),
            due_in_days=0,
        )

    for number, days_ago in enumerate((0, 1, 30, 31, 60, 61, 90, 91, 400)):
        due(f"INV-{number}", days_ago)

    view = overview()
    assert [(bucket.label, bucket.amount) for bucket in view.ages] == [
        ("Not due", "$100"),
        ("1–30 days", "$200"),
        ("31–60", "$200"),
        ("61–90", "$200"),
        ("Over 90", "$200"),
    ]
    assert [bucket.percent for bucket in view.ages] == [50, 100, 100, 100, 100]
    assert (view.overdue.amount, view.overdue.note) == ("$800.00", "8 invoices")

    # 04:59 UTC the next day is still the 16th in New York; a minute later it is the 17th.
    clock.now = datetime(2026, 11, 17, 4, 59, tzinfo=UTC)
    assert overview().overdue.note == "8 invoices"
    clock.move(minutes=1)
    assert overview().overdue.note == "9 invoices"


def test_a_day_and_a_week_begin_at_midnight_where_the_company_is(overview, company, dana, clock):
    """The week of an American company begins on Sunday, 15 November, 05:00 UTC."""

    def paid_at(number: str, at: datetime) -> None:
        received(checkout(write_invoice(company, dana, number=number)), at=at)

    paid_at("INV-0001", datetime(2026, 11, 15, 4, 59, tzinfo=UTC))
    paid_at("INV-0002", datetime(2026, 11, 15, 5, 0, tzinfo=UTC))
    paid_at("INV-0003", datetime(2026, 11, 16, 5, 0, tzinfo=UTC))

    view = overview()
    assert (view.today.amount, view.today.note) == ("$280.00", "1 payment")
    assert (view.week.amount, view.week.note) == ("$560.00", "2 payments since Sunday")


def test_other_currencies_are_told_beside_the_figures(overview, company, dana):
    write_invoice(company, dana, number="INV-0001")
    write_invoice(company, dana, number="INV-0002", currency="EUR")
    received(checkout(write_invoice(company, dana, number="INV-0003", currency="JPY")))

    view = overview()
    assert view.outstanding.amount == "$280.00"
    assert view.today.amount == "$0.00"
    assert view.others == "In other currencies: ¥28,000 received this week, €280.00 outstanding."


def test_what_happened_is_told_newest_first(any_database, overview, company, dana, maya, clock):
    invoice = write_invoice(company, dana, due_in_days=60)
    _sent(invoice, maya)
    clock.move(minutes=5)
    refused(checkout(invoice))
    clock.move(minutes=5)
    debit_started(checkout(invoice, amount=5_000))
    clock.move(minutes=5)
    received(checkout(invoice))

    told = [(one.title, one.tone) for one in overview().happenings]
    assert [title for title, _ in told] == [
        "Harbor View Apartments paid $280.00",
        "Harbor View Apartments started a bank payment of $50.00",
        "Harbor View Apartments could not pay $280.00",
        "Maya Ortiz sent INV-0042",
    ]
    assert [tone for _, tone in told] == ["good", "warn", "bad", "quiet"]
    notes = [one.note.partition(" · ")[2] for one in overview().happenings]
    assert notes == [
        "Visa ending 4242",
        "On its way",
        "Not enough money in the account",
        "To dana@harborview.example",
    ]
    assert [one.about for one in overview().happenings] == ["INV-0042"] * 3 + [""]
    assert {one.to for one in overview().happenings} == {f"/dashboard/invoices/{invoice.id}/"}


def test_a_refused_payment_needs_attention_until_one_succeeds(
    any_database, overview, company, dana, clock
):
    """Case 15: failed, then succeeded."""
    invoice = write_invoice(company, dana, due_in_days=60)
    refused(checkout(invoice), code="expired_card")
    clock.move(minutes=1)
    refused(checkout(invoice), code="lost_card")

    (alert,) = overview().alerts
    assert alert.title == "Harbor View Apartments could not pay $280.00"
    assert alert.text.startswith("The card is reported lost · INV-0042")
    assert alert.invoice_id == invoice.id

    clock.move(minutes=1)
    received(checkout(invoice, amount=1_000))
    assert overview().alerts == ()


def test_a_payment_that_no_invoice_could_take_is_flagged(overview, company, dana):
    """Case 1: both of two open checkouts were paid."""
    invoice = write_invoice(company, dana, due_in_days=60)
    first, second = checkout(invoice), checkout(invoice)
    received(first)
    received(second)
    (alert,) = overview().alerts
    assert alert.title == "Harbor View Apartments paid $280.00 more than was due"
    assert alert.invoice_id == invoice.id


def test_an_event_that_contradicts_the_books_is_shown(overview, company):
    """Case 19: quarantined and shown to staff."""
    with unit_of_work() as session:
        session.add(
            StripeEvent(
                account_id="acct_brightheating",
                event_id="evt_1",
                company_id=company.id,
                type="payment_intent.succeeded",
                created_at=now(),
                payload="{}",
                outcome=Outcome.QUARANTINED,
                reason="Stripe says 5 USD",
            )
        )
    (alert,) = overview().alerts
    assert "differs" in alert.title
    assert "Stripe says 5 USD" in alert.text and "evt_1" in alert.text


def test_a_letter_that_was_given_up_is_shown(overview, company, dana, maya):
    """Case 42: dead-lettered where staff see it."""
    invoice = write_invoice(company, dana)
    delivery = _sent(invoice, maya)
    delivery.sent_at = None
    cast.save(delivery)
    with unit_of_work() as session:
        session.add(
            OutboxMessage(
                company_id=company.id,
                key=f"invoice-mail:{delivery.id}",
                kind="invoice_mail",
                payload=f'{{"delivery_id": "{delivery.id}"}}',
                settled_at=now(),
                dead_reason="550 no such mailbox",
            )
        )
    (alert,) = overview().alerts
    assert alert.title == "INV-0042 did not reach dana@harborview.example"
    assert "550 no such mailbox" in alert.text
    assert alert.invoice_id == invoice.id


def test_a_company_that_cannot_be_paid_is_told_so(overview, company):
    """Case 27: the account was disconnected."""
    company.stripe_deauthorized_at = now()
    with unit_of_work() as session:
        session.merge(company)
    assert [alert.title for alert in overview().alerts] == ["Customers cannot pay online"]


def test_nothing_of_another_company_shows(overview, company, other_company):
    theirs = cast.save(cast.harbor_view(other_company, reference="x"))
    invoice = write_invoice(other_company, theirs, number="CW-1")
    refused(checkout(invoice))
    received(checkout(invoice, amount=500))
    view = overview()
    assert view.outstanding.amount == view.week.amount == "$0.00"
    assert view.happenings == view.alerts == view.newest == ()


def test_a_customers_eyes_are_refused(company, dana):
    with pytest.raises(NotStaff):
        show_overview(Scope("customer", company.id, dana.id, None))


def _sent(invoice, by) -> InvoiceDelivery:
    return cast.save(
        InvoiceDelivery(
            company_id=invoice.company_id,
            invoice_id=invoice.id,
            email="dana@harborview.example",
            staff_id=by.id,
            queued_at=now(),
            sent_at=now(),
        )
    )
