"""Plans: what a customer's page reads grows with its customer, never with the whole company."""

from collections.abc import Callable
from functools import partial

import pytest

from fsm_portal.db import refresh_statistics, unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.invoice_open import How
from fsm_portal.domain.login_link import LoginLink, Purpose
from fsm_portal.domain.role import Role
from fsm_portal.domain.session import LoginSession
from fsm_portal.flows.access.show_account import show_account
from fsm_portal.flows.home.show_home import show_home
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoices.list_customer_invoices import (
    customer_invoice_query,
    list_customer_invoices,
)
from fsm_portal.flows.invoices.show_customer_invoice import show_customer_invoice
from fsm_portal.flows.invoices.show_staff_invoice import show_staff_invoice
from fsm_portal.flows.invoicing.note_open import note_open
from fsm_portal.flows.jobs.list_customer_jobs import list_customer_jobs
from fsm_portal.flows.keyset import moment_query
from fsm_portal.flows.payments.list_customer_payments import list_customer_payments
from fsm_portal.flows.statement.show_statement import StatementQuery, show_statement
from tests import cast
from tests.house.plans import is_broad, steps_of
from tests.invoices import write_invoice
from tests.payments import checkout, received

pytestmark = pytest.mark.sqlite

PAGES: dict[str, Callable[[Scope, str], object]] = {
    "home": lambda scope, _: show_home(scope),
    "invoice": show_customer_invoice,
    "invoices": lambda scope, _: list_customer_invoices(
        scope, customer_invoice_query("all", "", None, None)
    ),
    "payments": lambda scope, _: list_customer_payments(scope, moment_query(None, None)),
    "jobs": lambda scope, _: list_customer_jobs(scope, moment_query(None, None)),
    "statement": lambda scope, _: show_statement(scope, StatementQuery("all")),
    "account": lambda scope, _: show_account(scope, new_id()),
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
        steps = steps_of(database, partial(page, scope, invoice.id))
        assert steps, name
        assert [step for step in steps if is_broad(step)] == [], name


def test_nor_beside_a_customer_who_has_nearly_all_of_it(database, company, dana):
    """By its counts a database then takes any customer to have half of the company's rows."""
    with unit_of_work() as session:
        session.add(other := cast.harbor_view(company, email="large@harborview.example"))
        for number in range(30):
            session.add(cast.harbor_view(company, email=f"{number}@harborview.example"))
    for number in range(60):
        received(checkout(write_invoice(company, other, number=f"INV-{number}")))
    invoice = write_invoice(company, dana)
    received(checkout(invoice))
    with unit_of_work() as session:
        refresh_statistics(session)
    scope = Scope("customer", company.id, dana.id, None)
    for name, page in PAGES.items():
        steps = steps_of(database, partial(page, scope, invoice.id))
        assert [step for step in steps if is_broad(step)] == [], name


def test_a_statement_that_goes_through_the_company_is_seen(database, company):
    with database.connect() as connection:
        sql = "SELECT count(*) FROM ledger_entry WHERE company_id = 'x'"
        plans = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}").all()
        assert [plan for plan in plans if is_broad(f"{plan[3]}")]


def test_what_happened_to_an_invoice_is_found_by_key(database, company, dana):
    """Among the sessions of everybody: the office's page reads it at every ring."""
    invoice = write_invoice(company, dana)
    for number in range(30):
        other = cast.save(cast.harbor_view(company, email=f"{number}@harborview.example"))
        link = cast.save(
            LoginLink(
                company_id=company.id,
                purpose=Purpose.INVOICE,
                token_hash=new_id(),
                customer_id=other.id,
                invoice_id=invoice.id,
                expires_at=now(),
            )
        )
        its = LoginSession(
            company_id=company.id, link_id=link.id, customer_id=other.id, expires_at=now()
        )
        cast.save(its)
        with unit_of_work() as session:
            note_open(session, company.id, invoice.id, link.id, How.LINK)
            note_open(session, company.id, invoice.id, its.id, How.PAGE)
    with unit_of_work() as session:
        refresh_statistics(session)
    scope = Scope("staff", company.id, None, Role.OWNER)
    steps = steps_of(database, partial(show_staff_invoice, scope, invoice.id))
    of_sessions = [step for step in steps if step.startswith(("SCAN session", "SEARCH session"))]
    assert of_sessions and [step for step in of_sessions if is_broad(step)] == []
