"""The statement's page: days in the address, live, and nobody else's."""

import pytest

from fsm_portal import live
from fsm_portal.domain.topic import customer_topic
from fsm_portal.portal.statement_page import StatementPage
from tests.invoices import write_invoice
from tests.payments import checkout, received

STATEMENT = "/portal/statement/"


def test_it_opens_with_the_last_three_months(clock, company, dana, tab):
    write_invoice(company, dana, number="INV-1")
    view = tab(dana, STATEMENT).view(StatementPage)
    assert (view.preset, view.first, view.last) == ("last-3-months", "2026-08-17", "2026-11-16")
    assert [row.title for row in view.currencies[0].rows][1] == "Invoice INV-1"
    assert view.pdf_url == "/documents/statement.pdf?period=last-3-months"


def test_days_stand_in_the_address(clock, company, dana, tab):
    page = tab(dana, f"{STATEMENT}?from=2026-01-01&to=2026-01-31")
    view = page.view(StatementPage)
    assert (view.preset, view.period) == ("", "Jan 1, 2026 – Jan 31, 2026")
    page.call(StatementPage.show, {"form": {"from": "2026-11-01", "to": "2026-11-16"}})
    assert page.redirected_to == f"{STATEMENT}?from=2026-11-01&to=2026-11-16"


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"from": "", "to": ""},
        {"from": "2026-11-02"},
        {"from": "2026-11-03", "to": "2026-11-02"},
        {"from": ["2026-11-03"], "to": {"$gt": ""}},
        {"from": "x" * 5000, "to": "\0"},
        None,
        "2026",
    ],
)
def test_days_that_make_no_period_are_said_and_lead_nowhere(form, dana, tab):
    page = tab(dana, STATEMENT)
    page.call(StatementPage.show, {"form": form})
    assert "day" in page.var(StatementPage, "problem")
    assert page.redirected_to is None


def test_a_payment_shows_by_itself(company, dana, tab):
    invoice = write_invoice(company, dana, number="INV-1")
    page = tab(dana, f"{STATEMENT}?period=all")
    assert page.view(StatementPage).said == "You owe $280.00"
    received(checkout(invoice))
    live.ring({customer_topic(company.id, dana.id)})
    page.settle()
    assert page.view(StatementPage).said == "Nothing to pay $0.00"


def test_a_long_one_is_turned_page_by_page(company, dana, tab):
    for number in range(60):
        write_invoice(company, dana, number=f"INV-{number:02}")
    page = tab(dana, f"{STATEMENT}?period=all")
    view = page.view(StatementPage)
    assert (view.place, len(view.currencies[0].rows)) == ("1–25 of 60", 27)
    page.call(StatementPage.turn, {"by": 1})
    assert page.redirected_to == f"{STATEMENT}?period=all&page=2"
    for hostile in (-1, "x", None, {"by": 1}):
        page.call(StatementPage.turn, {"by": hostile})
        assert page.redirected_to == f"{STATEMENT}?period=all&page=1"


def test_case_36_it_is_nobody_elses(company, dana, northwind, tab):
    """Case 36."""
    page = tab(northwind, f"{STATEMENT}?period=all")
    write_invoice(company, dana, number="INV-1")
    live.ring({customer_topic(company.id, dana.id)})
    page.settle()
    assert "INV-1" not in str(page.frames)


def test_case_37_only_a_signed_in_customer_is_shown_anything(company, dana, maya, tab):
    """Case 37."""
    write_invoice(company, dana, number="INV-1")
    for person in (None, maya):
        page = tab(person, f"{STATEMENT}?period=all")
        assert page.var(StatementPage, "locked")
        assert "Harbor View" not in str(page.frames)
        page.call(StatementPage.show, {"form": {"from": "2026-11-01", "to": "2026-11-16"}})
        page.call(StatementPage.turn, {"by": 1})
        assert page.redirected_to is None
