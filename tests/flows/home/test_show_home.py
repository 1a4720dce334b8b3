"""The customer's home, read in the database: what is chosen, what is added up."""

from datetime import date, timedelta

from fsm_portal.db import unit_of_work
from fsm_portal.domain.job import Job
from fsm_portal.domain.payment import BroughtBy, Payment
from fsm_portal.flows.home import show_home as show_home_module
from fsm_portal.flows.home.home_recent import NO_VISIT, NextVisit
from fsm_portal.flows.home.show_home import SHOWN, SHOWN_SETTLED, HomeView, show_home
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.paying.choose_invoices import NO_CHOICE
from fsm_portal.flows.recorder import record_fact
from fsm_portal.gateways.stripe_facts import DisputeChanged, DisputeMovement
from tests import cast
from tests.invoices import write_invoice
from tests.payments import checkout, debit_started, received


def home(customer) -> HomeView:
    return show_home(Scope("customer", customer.company_id, customer.id, None))


def disputed_by_the_bank(payment: Payment) -> None:
    fact = DisputeChanged(
        stripe_dispute_id="dp_1",
        payment_intent_id=payment.payment_intent_id or "",
        amount=payment.amount,
        currency=payment.currency,
        status="needs_response",
        reason="fraudulent",
        evidence_due_at=None,
        movements=(
            DisputeMovement("txn_1", payment.currency, -payment.amount, 1_500, payment.received_at),
        ),
        occurred_at=payment.received_at,
    )
    with unit_of_work() as session:
        record_fact(session.connection(), payment.company_id, fact, BroughtBy.WEBHOOK)


def test_the_home_reads_the_same_on_both_databases(any_database, company, dana, clock):
    """Rows, their order, sums and flags."""
    late = write_invoice(company, dana, number="INV-1", issue_date=date(2020, 1, 1))
    debit = write_invoice(company, dana, number="INV-2", issue_date=date(2026, 11, 16))
    paid = write_invoice(company, dana, number="INV-3")
    newer = write_invoice(company, dana, number="INV-4", issue_date=date(2026, 11, 3))
    received(checkout(late, amount=1_000))
    debit_started(checkout(debit))
    received(checkout(paid))
    received(checkout(newer))

    view = home(dana)

    assert [(row.number, row.status.code) for row in view.to_pay] == [
        ("INV-1", "partially_paid"),
        ("INV-2", "unpaid"),
    ]
    assert [row.status.overdue for row in view.to_pay] == [True, False]
    assert [row.status.processing for row in view.to_pay] == [False, True]
    assert [row.number for row in view.settled] == ["INV-4", "INV-3"]
    assert all(row.when.startswith("Paid ") for row in view.settled)
    assert (view.owed, view.owed_words) == ("$550.00", "2 open invoices")
    assert (view.overdue, view.overdue_words) == ("$270.00", "1 invoice")


def test_the_sums_are_the_same_however_many_rows_are_shown(
    any_database, company, dana, clock, monkeypatch
):
    for number, currency in enumerate(("USD", "EUR", "USD", "EUR", "USD")):
        day = date(2026, 10, 15 + number)  # the due days are just before and after today
        invoice = write_invoice(company, dana, number=f"INV-{number}", issue_date=day,
                                currency=currency)  # fmt: skip
        if number < 2:
            received(checkout(invoice, amount=1_000))
    received(checkout(write_invoice(company, dana, number="INV-9")))
    in_full = home(dana)
    assert (in_full.owed, in_full.overdue) == ("€550.00 + $830.00", "€270.00 + $270.00")
    disputed = write_invoice(company, dana, number="GBP-1", currency="GBP")
    disputed_by_the_bank(received(checkout(disputed)))
    debit_started(checkout(write_invoice(company, dana, number="JPY-1", currency="JPY")))
    in_full = home(dana)
    assert in_full.owed == "€550.00 + ¥28,000 + $830.00"
    monkeypatch.setattr(show_home_module, "SHOWN", 1)
    cut = home(dana)
    for name in ("owed", "owed_words", "overdue", "overdue_words"):
        assert getattr(cut, name) == getattr(in_full, name), name
    assert cut.more_to_pay == "The most urgent 1 of 6."


def test_what_a_bank_is_on_the_way_with_is_said_beside_the_total(
    any_database, company, dana, clock, monkeypatch
):
    """Case 18, invariant K: it is owed until it is here, but neither asked for nor called late."""
    whole, part, other = (
        write_invoice(company, dana, number=f"INV-{number}", issue_date=date(2020, 1, number + 1))
        for number in range(3)
    )
    assert home(dana).on_its_way == ""
    debit_started(checkout(whole))
    debit_started(checkout(part, amount=10_000))

    def shown() -> tuple[str, ...]:
        view = home(dana)
        return view.owed, view.owed_words, view.on_its_way, view.overdue, view.overdue_words

    said = "$380.00 of it is on its way from your bank."
    assert shown() == ("$840.00", "3 open invoices", said, "$280.00", "1 invoice")
    rows = home(dana).to_pay
    assert [row.status.overdue for row in rows] == [False, False, True]
    with monkeypatch.context() as few:
        few.setattr(show_home_module, "SHOWN", 1)
        assert shown() == ("$840.00", "3 open invoices", said, "$280.00", "1 invoice")
    received(checkout(other))
    assert shown() == ("$560.00", "2 open invoices", said, "", "")
    received(checkout(part, amount=25_000))  # of what is on its way, less is still due
    said = "All of it is on its way from your bank: there is nothing more to do."
    assert shown() == ("$310.00", "2 open invoices", said, "", "")


def test_of_a_long_history_it_says_how_much_there_is_to_pay(company, dana, clock):
    for number in range(SHOWN + 2):
        day = date(2026, 1, 1) + timedelta(days=number)
        settled = write_invoice(company, dana, number=f"OLD-{number}", issue_date=day)
        received(checkout(settled))
        write_invoice(company, dana, number=f"NEW-{number}", issue_date=day)
    view = home(dana)
    assert [row.number for row in view.to_pay] == [f"NEW-{number}" for number in range(SHOWN)]
    assert [row.number for row in view.settled] == [
        f"OLD-{SHOWN + 1 - number}" for number in range(SHOWN_SETTLED)
    ]
    assert view.more_to_pay == "The most urgent 50 of 52."
    assert view.owed == "$14,560.00"
    assert view.choice.all_label == "Pay the first 50 invoices, $14,000.00"


def visit(customer, title, starts_at, completed_at=None):
    with unit_of_work() as session:
        session.add(
            Job(
                company_id=customer.company_id,
                customer_id=customer.id,
                title=title,
                starts_at=starts_at,
                completed_at=completed_at,
            )
        )


def test_the_next_visit_is_said_on_the_companys_clock(any_database, company, dana, clock):
    """14:00 UTC is 9 in the morning in New York. A visit of today is the next until it is done."""
    assert home(dana).visit.when == ""
    for days, title in ((9, "Filters"), (5, "Radiators")):
        visit(dana, title, clock.now + timedelta(days=days))
    assert home(dana).visit == NextVisit("Saturday, Nov 21, 2026, 9:00\u202fAM", "Radiators")
    visit(dana, "Boiler", clock.now + timedelta(days=1))
    assert home(dana).visit == NextVisit("Tomorrow, 9:00\u202fAM", "Boiler")
    visit(dana, "Pump", clock.now - timedelta(hours=1), completed_at=clock.now)
    visit(dana, "Forgotten", clock.now - timedelta(days=1))
    visit(dana, "Valve", clock.now - timedelta(minutes=30))
    assert home(dana).visit == NextVisit("Today, 8:30\u202fAM", "Valve")


def test_the_last_payments_have_receipts(any_database, company, dana, clock):
    payments = [
        received(
            checkout(write_invoice(company, dana, number=f"INV-{number}")),
            at=clock.now - timedelta(days=number),
        )
        for number in range(4)
    ]
    shown = home(dana).payments
    assert [one.id for one in shown] == [payment.id for payment in payments[:3]]
    assert (shown[0].title, shown[0].day, shown[0].amount, shown[0].undone) == (
        "Visa ending 4242",
        "Nov 16, 2026",
        "$280.00",
        False,
    )
    assert shown[0].receipt_url == f"/documents/receipts/{payments[0].id}.pdf"


def test_all_can_be_paid_at_once_in_one_currency(company, dana, clock):
    write_invoice(company, dana, number="INV-1")
    assert home(dana).choice == NO_CHOICE  # one alone is paid on its own page
    late = write_invoice(company, dana, number="INV-2")
    write_invoice(company, dana, number="INV-3")
    debit_started(checkout(late))
    assert home(dana).choice.all_label == "Pay all 2 invoices, $560.00"
    write_invoice(company, dana, number="INV-4", currency="EUR")
    choice = home(dana).choice
    assert (choice.offered, choice.all_label) == (True, "")
    assert choice.words.startswith("Tick invoices of one currency")


def test_of_others_nothing_is_shown(company, dana, other_company, clock):
    """Case 36: neither visits nor payments of another customer."""
    neighbour = cast.save(cast.northwind_dental(company))
    for stranger, whose in (
        (neighbour, company),
        (cast.save(cast.harbor_view(other_company)), other_company),
    ):
        visit(stranger, "Boiler", clock.now + timedelta(days=1))
        received(checkout(write_invoice(whose, stranger, number=f"X-{stranger.id[-4:]}")))
    view = home(dana)
    assert (view.visit, view.payments, view.to_pay, view.settled) == (NO_VISIT, (), (), ())
