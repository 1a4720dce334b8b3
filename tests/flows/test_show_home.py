"""The customer's home, read in the database: what is chosen, what is added up."""

from datetime import date, timedelta

from fsm_portal.flows import show_home as show_home_module
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.show_home import SHOWN, HomeView, show_home
from tests.invoices import write_invoice
from tests.payments import checkout, debit_started, received


def home(customer) -> HomeView:
    return show_home(Scope("customer", customer.company_id, customer.id, None))


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
    monkeypatch.setattr(show_home_module, "SHOWN", 1)
    cut = home(dana)
    for name in ("owed", "owed_words", "overdue", "overdue_words"):
        assert getattr(cut, name) == getattr(in_full, name), name
    assert cut.more_to_pay == "The most urgent 1 of 5."


def test_of_a_long_history_both_lists_say_how_long_they_are(company, dana, clock):
    for number in range(SHOWN + 2):
        day = date(2026, 1, 1) + timedelta(days=number)
        settled = write_invoice(company, dana, number=f"OLD-{number}", issue_date=day)
        received(checkout(settled))
        write_invoice(company, dana, number=f"NEW-{number}", issue_date=day)
    view = home(dana)
    assert [row.number for row in view.to_pay] == [f"NEW-{number}" for number in range(SHOWN)]
    assert [row.number for row in view.settled] == [f"OLD-{51 - n}" for n in range(SHOWN)]
    assert view.more_to_pay == "The most urgent 50 of 52."
    assert view.more_settled == "The newest 50 of 52."
    assert view.owed == "$14,560.00"
