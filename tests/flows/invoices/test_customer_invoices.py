"""A customer's list of invoices: filters, search, pages; the same on both databases."""

from datetime import date, timedelta

import pytest

from fsm_portal.db import unit_of_work
from fsm_portal.domain.customer import Customer
from fsm_portal.flows import keyset
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoices.list_customer_invoices import (
    CustomerInvoiceQuery,
    customer_invoice_query,
    list_customer_invoices,
)
from tests import cast
from tests.flows.addresses import query_of
from tests.invoices import withdraw, write_invoice
from tests.payments import checkout, debit_started, received


def listed(customer, **said):
    query = customer_invoice_query(*[said.get(name) for name in ("show", "q", "before", "after")])
    return list_customer_invoices(Scope("customer", customer.company_id, customer.id, None), query)


def numbers(view):
    return [row.number for row in view.rows]


@pytest.fixture
def history(any_database, company, dana, clock):
    """INV-1 overdue, INV-2 paid, INV-3 in part, INV-4 void, INV-5 by bank debit, INV-6 a draft."""
    late, paid, part, void, debit = (
        write_invoice(company, dana, number=f"INV-{number}", issue_date=day)
        for number, day in enumerate(
            (
                date(2026, 9, 1),
                date(2026, 9, 15),
                date(2026, 11, 2),
                date(2026, 11, 3),
                date(2026, 11, 4),
            ),
            start=1,
        )
    )
    write_invoice(company, dana, number="INV-6", issued=False)
    received(checkout(paid))
    received(checkout(part, amount=10_000))
    debit_started(checkout(debit))
    withdraw(void, clock.now)
    write_invoice(company, cast.save(cast.northwind_dental(company)), number="INV-77")
    return late, paid, part, void, debit


def test_all_but_drafts_newest_first(history, dana):
    view = listed(dana)
    assert numbers(view) == ["INV-5", "INV-4", "INV-3", "INV-2", "INV-1"]
    assert [row.status.code for row in view.rows] == [
        "unpaid",
        "void",
        "partially_paid",
        "paid",
        "unpaid",
    ]
    assert [row.due for row in view.rows] == ["$280.00", "", "$180.00", "", "$280.00"]
    # What a bank debit is on its way for is not asked for again.
    assert [row.payable for row in view.rows] == [False, False, True, False, True]
    assert view.rows[4].when == "Was due Oct 1, 2026"
    assert view.rows[4].status.overdue and view.rows[0].status.processing
    assert (view.place, view.newer, view.older) == (
        "5 invoices, Nov 4, 2026 to Sep 1, 2026",
        "",
        "",
    )


def test_each_filter_has_its_own_and_says_how_many(history, dana):
    assert numbers(listed(dana, show="unpaid")) == ["INV-5", "INV-3", "INV-1"]
    assert numbers(listed(dana, show="overdue")) == ["INV-1"]
    assert numbers(listed(dana, show="paid")) == ["INV-2"]
    counts = listed(dana, show="nonsense").counts
    assert (counts.all, counts.unpaid, counts.overdue, counts.paid) == ("5", "3", "1", "1")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("inv-3", ["INV-3"]),
        ("BOILER", ["INV-5", "INV-4", "INV-3", "INV-2", "INV-1"]),
        ("$280.00", ["INV-5", "INV-4", "INV-3", "INV-2", "INV-1"]),
        ("180", []),  # its total, not what is left of it
        ("100%", []),
        ("INV_3", []),
        ("'; --", []),
        ("INV-77", []),  # somebody else's
        ("INV-6", []),  # a draft
    ],
)
def test_it_is_searched_by_number_work_and_amount(history, dana, text, found):
    """Case 35: nothing but her own is ever found."""
    assert numbers(listed(dana, q=text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1.234,50", ["EUR", "USD"]),
        ("1234,50 €", ["EUR", "USD"]),
        ("1\u202f234,50", ["EUR", "USD"]),
        ("1234.5", ["EUR", "USD"]),
        ("30310", ["JPY"]),
        ("30,310", ["KWD"]),
        ("1.234", []),
    ],
)
def test_an_amount_is_searched_as_its_reader_types_it(any_database, company, dana, text, found):
    """In whatever currency the invoice is, with a comma where the reader writes one."""
    with unit_of_work() as session:
        session.get_one(Customer, (dana.company_id, dana.id)).locale = "fr_FR"
    for currency, price in (("USD", "123450"), ("EUR", "123450"), ("JPY", "30310")):
        lines = (("Repair", "1", price),)
        write_invoice(company, dana, number=currency, currency=currency, lines=lines)
    write_invoice(company, dana, number="KWD", currency="KWD", lines=(("Repair", "1", "30310"),))
    assert sorted(numbers(listed(dana, q=text))) == found


@pytest.mark.parametrize("text", ["ÉTÉ", "été", "Été 2026", "CAFÉ", "straße", "ÅNGSTRÖM"])
def test_letters_beyond_a_to_z_are_found_however_they_are_written(
    any_database, company, dana, text
):
    """SQLite's own lower() knows A to Z alone."""
    for number, words in enumerate(("Entretien d'Été 2026", "Café, Straße", "Ångström"), start=1):
        write_invoice(company, dana, number=f"É-{number}", lines=((words, "1", "28000"),))
    found = {"É": "É-1", "C": "É-2", "S": "É-2", "Å": "É-3"}
    assert numbers(listed(dana, q=text)) == [found[text[0].upper()]]
    assert len(numbers(listed(dana, q="é-"))) == 3


def test_what_is_being_paid_by_bank_is_not_called_late(any_database, company, dana, clock):
    late = write_invoice(company, dana, number="INV-1", issue_date=date(2026, 9, 1))
    other = write_invoice(company, dana, number="INV-2", issue_date=date(2026, 9, 1))
    debit_started(checkout(late))
    view = listed(dana, show="overdue")
    assert (numbers(view), view.counts.overdue) == (["INV-2"], "1")
    flags = {row.number: row.status.overdue for row in listed(dana, show="unpaid").rows}
    assert flags == {late.number: False, other.number: True}


def test_a_search_stays_within_its_filter(history, dana):
    assert numbers(listed(dana, show="unpaid", q="boiler")) == ["INV-5", "INV-3", "INV-1"]
    assert numbers(listed(dana, show="paid", q="280")) == ["INV-2"]
    assert numbers(listed(dana, show="overdue", q="INV-3")) == []


@pytest.mark.parametrize("show", ["all", "unpaid", "overdue", "paid"])
def test_pages_lead_through_all_and_back(any_database, company, dana, clock, monkeypatch, show):
    """Many a day, so that the day alone puts nothing in order."""
    monkeypatch.setattr(keyset, "PAGE", 3)
    forget_statements()
    for number in range(8):
        day = date(2026, 9, 1) + timedelta(days=number // 3)
        invoice = write_invoice(company, dana, number=f"INV-{number}", issue_date=day)
        if show == "paid":
            received(checkout(invoice))
    view = listed(dana, show=show)
    seen, pages = numbers(view), [view]
    while view.older:
        view = listed(dana, **query_of(view.older))
        seen += numbers(view)
        pages.append(view)
    assert seen == [f"INV-{number}" for number in reversed(range(8))]
    assert [len(page.rows) for page in pages] == [3, 3, 2]
    assert [bool(page.newer) for page in pages] == [False, True, True]
    back = listed(dana, **query_of(pages[2].newer))
    assert numbers(back) == numbers(pages[1]) and back.older == pages[1].older
    first = listed(dana, **query_of(back.newer))
    assert (numbers(first), first.newer) == (numbers(pages[0]), "")
    forget_statements()


def forget_statements():
    from fsm_portal.flows.invoices.customer_invoice_keys import page_of_invoices

    page_of_invoices.cache_clear()


@pytest.mark.parametrize(
    "said",
    [
        None,
        5,
        ["x"],
        "",
        "_",
        "nonsense",
        "2026-13-01_INV-1",
        "2026-11-02",
        "\x00_\x00",
        "2026-11-02_\x00",
        "x" * 5_000,
        "9" * 60 + "_1",
    ],
    ids=str,
)
def test_case_38_whatever_an_address_says_it_shows_ones_own(history, dana, said):
    """Case 38: a place in the list decides from where on, never whose."""
    for name in ("before", "after", "show", "q"):
        view = listed(dana, **{name: said})
        assert "INV-77" not in numbers(view)
        if name != "q":
            assert len(view.rows) in (5, 3, 2, 0) and view.loaded


def test_a_page_that_has_emptied_shows_the_newest(history, dana):
    assert numbers(listed(dana, show="paid", before="2020-01-01_INV-0")) == ["INV-2"]


def test_a_new_customer_has_none_yet(any_database, company, dana):
    view = listed(dana)
    assert (view.rows, view.is_new, view.counts.all) == ((), True, "0")
    assert not list_customer_invoices(
        Scope("customer", company.id, dana.id, None), CustomerInvoiceQuery("paid")
    ).older


def test_of_very_many_it_is_said_that_there_are_more(company, dana, monkeypatch):
    from fsm_portal.flows.invoices import list_customer_invoices as module

    for number in range(3):
        write_invoice(company, dana, number=f"INV-{number}")
    monkeypatch.setattr(module, "MOST_COUNTED", 3)
    counts = listed(dana).counts
    assert (counts.all, counts.paid) == ("2+", "0")
