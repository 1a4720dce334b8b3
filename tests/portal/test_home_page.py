"""The customer's home: what there is to pay, and what is settled."""

from datetime import date

from fsm_portal.flows.home import show_home
from fsm_portal.portal.home_page import HomePage
from tests.invoices import withdraw, write_invoice
from tests.payments import checkout, received
from tests.portal.addresses import HOME


def numbers(rows):
    return [row.number for row in rows]


def test_a_new_customer_owes_nothing(dana, tab):
    view = tab(dana, HOME).view(HomePage)
    assert view.loaded
    assert (view.owed, view.owed_words, view.overdue) == ("$0.00", "Nothing to pay", "")
    assert view.to_pay == view.settled == []


def test_the_most_urgent_comes_first_and_the_settled_apart(clock, company, dana, tab):
    write_invoice(company, dana, number="INV-1", issue_date=date(2026, 11, 10))
    write_invoice(company, dana, number="INV-2", issue_date=date(2026, 9, 1))
    part = write_invoice(company, dana, number="INV-3", issue_date=date(2026, 11, 3))
    paid = write_invoice(company, dana, number="INV-4", issue_date=date(2026, 11, 4))
    received(checkout(part, amount=10_000))
    received(checkout(paid))
    view = tab(dana, HOME).view(HomePage)
    assert numbers(view.to_pay) == ["INV-2", "INV-3", "INV-1"]
    assert [row.when for row in view.to_pay] == [
        "Was due Oct 1, 2026",
        "Due Dec 3, 2026",
        "Due Dec 10, 2026",
    ]
    assert [row.amount for row in view.to_pay] == ["$280.00", "$180.00", "$280.00"]
    assert (view.owed, view.owed_words) == ("$740.00", "3 open invoices")
    assert (view.overdue, view.overdue_words) == ("$280.00", "1 invoice")
    (settled,) = view.settled
    assert (settled.number, settled.when) == ("INV-4", "Paid Nov 16, 2026")
    assert (settled.status.code, settled.amount) == ("paid", "$280.00")


def test_a_void_invoice_is_no_debt(clock, company, dana, invoice, tab):
    withdraw(invoice, clock.now)
    view = tab(dana, HOME).view(HomePage)
    assert view.owed == "$0.00"
    assert [(row.status.code, row.when) for row in view.settled] == [("void", "Nothing to pay")]


def test_drafts_and_other_peoples_invoices_are_not_there(
    company, dana, northwind, other_company, other_companys_customer, tab
):
    write_invoice(company, dana, number="INV-1", issued=False)
    write_invoice(company, northwind, number="INV-2")
    write_invoice(other_company, other_companys_customer, number="INV-3")
    view = tab(dana, HOME).view(HomePage)
    assert view.to_pay == view.settled == []


def test_money_of_different_currencies_is_not_added_up(company, dana, tab):
    write_invoice(company, dana, number="INV-1")
    write_invoice(company, dana, number="INV-2", currency="EUR")
    assert tab(dana, HOME).view(HomePage).owed == "€280.00 + $280.00"


def test_a_long_history_is_cut_and_says_so(monkeypatch, company, dana, tab):
    monkeypatch.setattr(show_home, "SHOWN", 2)
    for number in range(3):
        write_invoice(company, dana, number=f"INV-{number}")
    view = tab(dana, HOME).view(HomePage)
    assert len(view.to_pay) == 2
    assert view.more_to_pay == "The most urgent 2 of 3."
    assert view.owed == "$840.00"
