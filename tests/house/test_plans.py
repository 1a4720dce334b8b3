"""Plans: what a customer's page reads grows with its customer, never with the whole company."""

import re
from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import Engine, event

from fsm_portal.db import refresh_statistics, unit_of_work
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.list_customer_invoices import customer_invoice_query, list_customer_invoices
from fsm_portal.flows.list_customer_jobs import jobs_query, list_customer_jobs
from fsm_portal.flows.list_customer_payments import list_customer_payments, payments_query
from fsm_portal.flows.show_customer_invoice import show_customer_invoice
from fsm_portal.flows.show_home import show_home
from tests import cast
from tests.invoices import write_invoice
from tests.payments import checkout, received

pytestmark = pytest.mark.sqlite

# Of these a company has as many as it has customers, or more. Disputes are a few in a thousand.
LARGE = {
    *("invoice", "invoice_line", "invoice_tax", "invoice_due", "payment", "payment_allocation"),
    *("ledger_entry", "job", "refund", "checkout_attempt", "checkout_attempt_invoice"),
    *("credit_note", "credit_use", "customer", "session", "login_link", "outbox", "stripe_event"),
}
PAGES: dict[str, Callable[[Scope, str], object]] = {
    "home": lambda scope, _: show_home(scope),
    "invoice": show_customer_invoice,
    "invoices": lambda scope, _: list_customer_invoices(
        scope, customer_invoice_query("all", "", None, None)
    ),
    "payments": lambda scope, _: list_customer_payments(scope, payments_query(None, None)),
    "jobs": lambda scope, _: list_customer_jobs(scope, jobs_query(None, None)),
}


def test_no_page_of_a_customer_goes_through_what_is_the_companys(database, company, dana):
    """With some other customers, and their rows counted as they are every night."""
    for number in range(12):
        with unit_of_work() as session:
            other = cast.harbor_view(company, email=f"{number}@harborview.example")
            session.add(other)
        for turn in range(4):
            one = write_invoice(company, other, number=f"INV-{number}-{turn}")
            if turn % 2:
                received(checkout(one))
    invoice = write_invoice(company, dana)
    received(checkout(invoice))
    with unit_of_work() as session:
        refresh_statistics(session)
    scope = Scope("customer", company.id, dana.id, None)
    for name, page in PAGES.items():
        steps = _plans_of(database, partial(page, scope, invoice.id))
        assert steps, name
        assert [step for step in steps if _is_broad(step)] == [], name


def test_a_statement_that_goes_through_the_company_is_seen(database, company):
    with database.connect() as connection:
        sql = "SELECT count(*) FROM ledger_entry WHERE company_id = 'x'"
        plans = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}").all()
        assert [plan for plan in plans if _is_broad(f"{plan[3]}")]


def _plans_of(engine: Engine, page: Callable[[], object]) -> list[str]:
    """Each step of the plan of each statement that ``page`` runs."""
    ran = []

    def keep(connection, cursor, statement, parameters, context, many) -> None:
        ran.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", keep)
    page()
    event.remove(engine, "before_cursor_execute", keep)
    with engine.connect() as connection:
        return [
            f"{step[3]}   in   {' '.join(statement.split())}"
            for statement, parameters in ran
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]


def _is_broad(step: str) -> bool:
    """A whole table is gone through, or all of it that is one company's."""
    found = re.match(r"(?:SCAN|SEARCH) (\w+)", step)
    if found is None or found[1] not in LARGE:
        return False
    limits = re.search(r"\(([^)]*)\)", step.partition("   in   ")[0])
    return limits is None or limits[1] == "company_id=?"
