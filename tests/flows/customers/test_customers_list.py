"""The office's list of customers: found, sorted, gone through, and how each stands."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import insert

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.customer_word import keep_words
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.role import Role
from fsm_portal.flows.customers import called, customer_keys, in_order
from fsm_portal.flows.customers.customer_keys import page_of_customers
from fsm_portal.flows.customers.customer_query import PAGE, CustomerQuery, customer_query
from fsm_portal.flows.customers.list_customers import CustomerListView, list_customers
from fsm_portal.flows.identity import Scope
from tests import cast
from tests.domain.test_invoice_due import paid
from tests.invoices import write_invoice


@pytest.fixture
def office(company) -> Scope:
    return Scope("staff", company.id, None, Role.OFFICE)


def asked(**said: str) -> CustomerQuery:
    return customer_query(*(said.get(name) for name in ("show", "sort", "q", "after", "before")))


def at(address: str) -> CustomerQuery:
    return asked(**{name: one for name, (one,) in parse_qs(urlsplit(address).query).items()})


def names(view: CustomerListView) -> list[str]:
    return [row.name for row in view.rows]


def add(company, *named: str, **fields: Any) -> list[str]:
    """Customers with nothing but a name; their ids."""
    rows = [
        {
            "company_id": company.id,
            "id": new_id(),
            "name": name,
            "contact": "",
            "email": None,
            "phone": "",
            "address": "",
            "country": "",
            "locale": "",
            "reference": None,
            "stripe_customer_id": None,
            "stripe_account_id": None,
            "created_at": now(),
            **fields,
        }
        for name in named
    ]
    with unit_of_work() as session:
        session.connection().execute(insert(table_of(Customer)), rows)
        keep_words(session.connection(), rows)
    return [row["id"] for row in rows]


def test_of_an_account_that_was_let_go_of_nothing_is_shown(office, company):
    """Its customers are nobody that the company could look up."""
    add(company, "Ash", stripe_customer_id="cus_1", stripe_account_id=company.stripe_account_id)
    view = list_customers(office, asked())
    assert view.connected and [row.stripe_id for row in view.rows] == ["cus_1"]
    with unit_of_work() as session:
        session.get_one(Company, company.id).stripe_deauthorized_at = now()
    view = list_customers(office, asked())
    assert not view.connected and [row.stripe_id for row in view.rows] == [""]


def bill(company, customer: Customer, number: str, hours: int, due_in: int) -> None:
    """An invoice of so many hours, due so many days from today (below zero: late)."""
    today = date(2026, 11, 16)
    write_invoice(
        company,
        customer,
        number=number,
        lines=(("Work", str(hours), "10000"),),
        issue_date=today - timedelta(days=40),
        due_in_days=40 + due_in,
    )


def test_by_name_whatever_the_case_and_a_short_name_before_a_longer_one(
    any_database, company, office
):
    add(company, "harbor view", "Atlas Gym", "Harbor", "bluewater")
    view = list_customers(office, asked())
    assert names(view) == ["Atlas Gym", "bluewater", "Harbor", "harbor view"]
    assert view.place == "4 customers"
    assert (view.newer, view.older) == ("", "")


def test_a_long_list_is_gone_through_forward_and_back(any_database, company, office):
    """Every customer once, in each order, and back the same way."""
    everybody = [f"Customer {number:03}" for number in range(PAGE * 2 + 7)]
    add(company, *everybody)
    for sort, expected in (("name", everybody), ("newest", everybody[::-1])):
        pages = [list_customers(office, asked(sort=sort))]
        while pages[-1].older:
            pages.append(list_customers(office, at(pages[-1].older)))
        assert [name for page in pages for name in names(page)] == expected
        assert [bool(page.newer) for page in pages] == [False, True, True]
        assert names(list_customers(office, at(pages[2].newer))) == names(pages[1])
        assert names(list_customers(office, at(pages[1].newer))) == names(pages[0])


def test_searched_by_any_part_of_who_it_is(any_database, company, office, dana):
    add(company, "Atlas Gym", phone="+1 212 555 0199")
    for words in ("harbor", "VIEW apart", "dana", "Reyes", "@harborview"):
        assert names(list_customers(office, asked(q=words))) == ["Harbor View Apartments"], words
    assert names(list_customers(office, asked(q="555 0199"))) == ["Atlas Gym"]
    for words in ("%", "_", "\\", "nobody"):
        assert names(list_customers(office, asked(q=words))) == [], words


def test_searched_by_stripes_id(company, office, dana):
    dana.stripe_customer_id, dana.stripe_account_id = "cus_Dana1", company.stripe_account_id
    cast.save(dana)
    (row,) = list_customers(office, asked(q="cus_Dana1")).rows
    assert (row.id, row.stripe_id) == (dana.id, "cus_Dana1")


def test_who_owes_most_and_who_is_late_the_longest(any_database, clock, company, office, dana):
    gym, late, _ = add(company, "Atlas Gym", "Late Ltd", "Paid Inc")
    for customer_id, number, quantity, due_in in (
        (dana.id, "INV-1", 1, 10),
        (gym, "INV-2", 4, 10),
        (late, "INV-3", 2, -30),
        (late, "INV-4", 1, -3),
        (dana.id, "INV-5", 1, -5),
    ):
        customer = Customer(company_id=company.id, id=customer_id, name="")
        bill(company, customer, number, quantity, due_in)
    owing = list_customers(office, asked(show="owing"))
    assert names(owing)[:2] == ["Atlas Gym", "Late Ltd"]
    assert "Paid Inc" not in names(owing)
    overdue = list_customers(office, asked(show="overdue"))
    assert names(overdue) == ["Late Ltd", "Harbor View Apartments"]
    (first, second) = overdue.rows
    assert (first.owing.late, first.owing.open) == ("30 days", "2 invoices")
    assert second.owing.late == "5 days"


def test_in_the_order_of_amounts_every_debtor_is_passed_once(any_database, clock, company, office):
    debtors = add(company, *(f"Debtor {number:03}" for number in range(PAGE + 4)))
    for number, customer_id in enumerate(debtors):
        customer = Customer(company_id=company.id, id=customer_id, name="")
        # Several owe the same.
        bill(company, customer, f"N{number}", 1 + number // 3, -1)
    for show in ("owing", "overdue"):
        first = list_customers(office, asked(show=show))
        rest = list_customers(office, at(first.older))
        assert len(first.rows) == PAGE
        assert sorted(names(first) + names(rest)) == [f"Debtor {n:03}" for n in range(PAGE + 4)]
        assert names(list_customers(office, at(rest.newer))) == names(first)


@pytest.mark.parametrize(
    "place", ["x", "_", "_zz", "1_" + "0" * 32, "2026-13-40_" + "0" * 32, "_" + "0" * 32, "\0"]
)
def test_a_place_that_makes_no_sense_is_the_first_page(company, office, dana, place):
    for show in ("all", "owing", "overdue"):
        view = list_customers(office, asked(show=show, after=place))
        assert view.loaded
    assert names(list_customers(office, asked(after=place))) == ["Harbor View Apartments"]


def test_who_was_never_sent_anything_was_never_invited(company, office, dana):
    assert list_customers(office, asked()).rows[0].portal.words == "Never invited"


def test_another_companys_customers_are_nowhere(company, other_company, office, dana):
    """Invariant F."""
    add(other_company, "Harbor Secret")
    for query in (asked(), asked(q="harbor"), asked(show="owing"), asked(sort="newest")):
        assert "Harbor Secret" not in names(list_customers(office, query))


def test_searched_without_accents_and_small_or_capital(any_database, company, office):
    """The same on both engines, in whatever order the words are typed."""
    add(company, "Café Élan GmbH", "Straße & Söhne", "Łódź Heating", "東京 Heating")
    for words in ("elan", "ÉLAN", "cafe é", "gmbh café", "CAFE"):
        assert names(list_customers(office, asked(q=words))) == ["Café Élan GmbH"], words
    for words in ("strasse", "STRASSE", "sohne", "söhne & strasse"):
        assert names(list_customers(office, asked(q=words))) == ["Straße & Söhne"], words
    assert names(list_customers(office, asked(q="東"))) == ["東京 Heating"]
    assert names(list_customers(office, asked(q="heating"))) == ["Łódź Heating", "東京 Heating"]


def test_a_telephone_number_is_found_however_it_is_written(any_database, company, office):
    add(company, "Atlas Gym", phone="+1 (212) 555-0199")
    for words in ("12125550199", "555 0199", "(212) 555", "1212"):
        assert names(list_customers(office, asked(q=words))) == ["Atlas Gym"], words


def test_a_customer_is_found_by_what_it_is_called_now(any_database, company, office, dana):
    with unit_of_work() as session:
        renamed = session.get_one(Customer, (company.id, dana.id))
        renamed.name, renamed.contact, renamed.email = "Sea View Apartments", "", None
    assert names(list_customers(office, asked(q="harbor dana"))) == []
    assert names(list_customers(office, asked(q="sea apart"))) == ["Sea View Apartments"]


@pytest.mark.parametrize(("most", "some"), [(16, 0), (0, 50_000), (0, 3)])
def test_more_than_are_looked_up_one_by_one_are_read_in_the_order_of_names(
    any_database, company, office, monkeypatch, most, some
):
    """Off the index of the word, of which there may be several; or all put in order; or along
    everybody."""
    monkeypatch.setattr(called, "_RARE", 3)
    monkeypatch.setattr(customer_keys, "_LOOKED_UP", 3)
    monkeypatch.setattr(in_order, "MOST", most)
    monkeypatch.setattr(in_order, "_SOME", some)
    add(company, *(f"Harbor {number:03}" for number in range(PAGE + 5)), "Atlas Gym", "Harbor Gym")
    first = list_customers(office, asked(q="harbor"))
    assert len(first.rows) == PAGE and first.older
    rest = list_customers(office, at(first.older))
    assert len(rest.rows) == 6 and names(list_customers(office, at(rest.newer))) == names(first)
    assert names(list_customers(office, asked(q="gym harbor"))) == ["Harbor Gym"]
    few = names(list_customers(office, asked(q="har 00 harbor")))
    assert few == [f"Harbor 00{last}" for last in range(10)]
    add(company, "Ámbar Harbour", "harbors")
    several = names(list_customers(office, asked(q="harbo")))
    assert several[0] == "Ámbar Harbour" and several[1:3] == ["Harbor 000", "Harbor 001"]
    assert len(several) == PAGE and len(set(several)) == PAGE


@pytest.mark.sqlite
@pytest.mark.parametrize("kind", ["ids", "in_order 1 2", "in_order 3 2", "some 2", "everybody 2"])
def test_a_search_goes_along_indexes_and_not_through_the_table(database, company, kind):
    statement = page_of_customers("name", True, True, kind)
    values = {"company_id": company.id, "at": "m", "tie": ""}
    values |= (
        {"ids": [new_id()]}
        if kind == "ids"
        else {name: "x" for at in range(3) for name in (f"word_{at}", f"word_{at}_end", f"in_{at}")}
    )
    with reading() as session:
        text = str(
            statement.params(**values).compile(
                dialect=database.dialect, compile_kwargs={"literal_binds": True}
            )
        )
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")
        steps = [step[3] for step in plan]
    assert not [step for step in steps if step.startswith("SCAN customer")], steps
    # Read in order from a row on: of what is found more than a page is put in order by no step but
    # the first, which stands last.
    in_order = [step for step in steps if "word=? AND (called,customer_id)>(?,?)" in step]
    assert len(in_order) == {"in_order 1 2": 1, "in_order 3 2": 3, "everybody 2": 1}.get(kind, 0)


def test_who_owes_in_other_currencies_alone_stands_behind_and_only_once(
    any_database, company, office
):
    """Each in the list once, however many currencies they owe in; paid, they are gone from it."""
    both, abroad, home = add(company, "Both Ltd", "Abroad SA", "Home Inc")
    written = {}
    for customer_id, number, currency, hours in (
        (both, "INV-1", "EUR", 9),
        (both, "INV-2", "USD", 1),
        (abroad, "INV-3", "EUR", 5),
        (abroad, "INV-4", "GBP", 5),
        (home, "INV-5", "USD", 2),
    ):
        customer = Customer(company_id=company.id, id=customer_id, name="")
        lines = (("Work", str(hours), "10000"),)
        written[number] = write_invoice(
            company, customer, number=number, lines=lines, currency=currency
        )
    owing = asked(show="owing")
    assert names(list_customers(office, owing)) == ["Home Inc", "Both Ltd", "Abroad SA"]
    paid(written["INV-5"], 20_000)
    assert names(list_customers(office, owing)) == ["Both Ltd", "Abroad SA"]
    # They still owe abroad.
    paid(written["INV-2"], 10_000, "pi_2")
    assert set(names(list_customers(office, owing))) == {"Both Ltd", "Abroad SA"}
