"""A customer's pages with 10,000 invoices beside the same pages with ten.

Each list is held against the same list with ten rows: ten open invoices beside 10,000 open ones,
and beside five open ones that are the oldest of 10,000, whichever takes longer; ten paid ones
beside 10,000. A page of a long one has more rows, fifteen. First what the page reads from the
database and makes of it, on both engines; then the first page as it is served: a new socket, the
session, the view, on the screen.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

from bench.long_history import History, write_history
from bench.portal_on import portal_on
from bench.row import Row
from fsm_portal import db
from fsm_portal.config import settings
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.tables import metadata
from fsm_portal.flows.home.show_home import show_home
from fsm_portal.flows.identity import Scope, within_company_of
from fsm_portal.flows.invoices.list_customer_invoices import (
    customer_invoice_query,
    list_customer_invoices,
)
from fsm_portal.flows.jobs.list_customer_jobs import list_customer_jobs
from fsm_portal.flows.keyset import MomentQuery
from fsm_portal.flows.payments.list_customer_payments import list_customer_payments
from fsm_portal.flows.statement.show_statement import StatementQuery, show_statement
from tests import cast
from tests.fake_browser import FakeBrowser, serve
from tests.portal.people import session_cookie
from tests.portal_app import the_portal
from tests.postgres_process import postgres_process, server_programs

GOAL = 1.5
FEW, MANY = 10, 10_000
ROUNDS, OPENED = 60, 25
_OLDEST = frozenset(range(5))
# Of a statement; beyond the end is the last one there is.
_LAST = "9999"

Read = Callable[[Scope], object]

HISTORIES = {
    # All are long past, so that what is open is overdue as well.
    "ten open": History(FEW, frozenset(range(FEW)), ended=60),
    "ten paid": History(FEW, frozenset(), ended=60),
    "ten, half of them open": History(FEW, _OLDEST, ended=60),
    "10,000, the oldest open": History(MANY, _OLDEST),
    "10,000 open": History(MANY, frozenset(range(MANY))),
    "10,000 paid": History(MANY, frozenset()),
}
_OPEN = ("ten open", "10,000 open", "10,000, the oldest open")
_PAID = ("ten paid", "10,000 paid", "10,000, the oldest open")


def _invoices(show: str, search: str = "") -> Read:
    query = customer_invoice_query(show, search, None, None)
    return lambda scope: list_customer_invoices(scope, query)


def _payments(scope: Scope) -> object:
    return list_customer_payments(scope, MomentQuery())


def _statement(preset: str, page: str = "") -> Read:
    return lambda scope: show_statement(scope, StatementQuery(preset, page=page))


def _office_statement(scope: Scope) -> object:
    return show_statement(replace(scope, audience="staff"), StatementQuery())


def _jobs(scope: Scope) -> object:
    return list_customer_jobs(scope, MomentQuery())


# Name, what is read, of whom: the short history, then the long ones; the goal.
PAGES: tuple[tuple[str, Read, tuple[str, ...], float | None], ...] = (
    ("home", show_home, ("ten, half of them open", "10,000, the oldest open"), GOAL),
    ("invoices", _invoices("all"), (*_OPEN, "10,000 paid"), GOAL),
    ("invoices, unpaid", _invoices("unpaid"), _OPEN, GOAL),
    ("invoices, overdue", _invoices("overdue"), _OPEN, GOAL),
    ("invoices, paid", _invoices("paid"), _PAID, GOAL),
    ("payment history", _payments, _PAID, GOAL),
    ("service history", _jobs, _PAID, GOAL),
    ("statement of three months", _statement(""), _PAID, GOAL),
    # Twenty thousand movements: their sums, and a page with what was owed after each.
    ("statement of all days", _statement("all"), _PAID, GOAL),
    ("statement of all days, its last page", _statement("all", _LAST), _PAID, GOAL),
    ("statement of three months, the office's", _office_statement, _PAID, GOAL),
    # Fifty rows, and 10,000 amounts added up: one pass over an index.
    ("home of 10,000 open invoices", show_home, ("ten open", "10,000 open"), None),
    # It goes through all there are.
    (
        "search that finds nothing",
        _invoices("all", "nothing has this word"),
        ("ten paid", "10,000 paid"),
        None,
    ),
)
SERVED = {
    "home": "/portal/",
    "invoices": "/portal/invoices/",
    "payment history": "/portal/payments/",
    "service history": "/portal/jobs/",
    "statement": "/portal/statement/",
    "statement of all days": "/portal/statement/?period=all",
    "account": "/portal/account/",
}


def run() -> list[Row]:
    """Some two minutes, most of it to write the histories."""
    rows: list[Row] = []
    for name, engine in (("SQLite", _sqlite), ("PostgreSQL", _postgres)):
        with engine() as there:
            if there:
                customers = _written()
                rows += _read(name, customers)
                if name == "SQLite":
                    rows += _served(
                        customers["ten, half of them open"], customers["10,000, the oldest open"]
                    )
    return rows


@contextmanager
def _sqlite() -> Iterator[bool]:
    with tempfile.TemporaryDirectory() as folder, portal_on(Path(folder) / "lists.sqlite3"):
        yield True


@contextmanager
def _postgres() -> Iterator[bool]:
    if server_programs() is None:
        yield False
        return
    with postgres_process() as postgres, portal_on(Path("unused")):
        os.environ["FSM_DATABASE_URL"] = postgres.url(postgres.create_database())
        settings.cache_clear()
        db.engine.cache_clear()
        yield True


def _written() -> dict[str, Customer]:
    """A customer of one company for each history."""
    metadata.create_all(db.engine())
    company = cast.save(cast.bright_heating())
    customers = {}
    for number, (name, history) in enumerate(HISTORIES.items()):
        email = f"customer{number}@harborview.example"
        customers[name] = cast.save(cast.harbor_view(company, email=email))
        write_history(company, customers[name], history)
    _settled()
    return customers


def _settled() -> None:
    """What either database does by itself in the minutes after so much was written."""
    with db.engine().connect() as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        on_postgresql = db.engine().dialect.name == "postgresql"
        alone.exec_driver_sql("VACUUM ANALYZE" if on_postgresql else "ANALYZE")


def _read(engine: str, customers: dict[str, Customer]) -> Iterator[Row]:
    for page, read, whose, goal in PAGES:
        few, *many = _medians(read, *[customers[name] for name in whose])
        yield _row(f"{page}, view, {engine}", max(many), few, goal)


def _medians(read: Read, *customers: Customer) -> list[float]:
    """Milliseconds for each, taken in turn."""
    scopes = [Scope("customer", each.company_id, each.id, None) for each in customers]
    seconds: list[list[float]] = [[] for _ in scopes]
    for turn in range(ROUNDS + 2):
        for scope, took in zip(scopes, seconds, strict=True):
            began = time.perf_counter()
            with within_company_of(scope):  # as a customer's page does
                read(scope)
            if turn > 1:  # the first ones write the statements
                took.append(time.perf_counter() - began)
    return [median(each) * 1000 for each in seconds]


def _served(few: Customer, many: Customer) -> Iterator[Row]:
    with serve(the_portal()) as server:
        browsers = [FakeBrowser(server, cookie=session_cookie(each)) for each in (few, many)]
        for page, path in SERVED.items():
            seconds: list[list[float]] = [[], []]
            for turn in range(OPENED + 1):
                for browser, took in zip(browsers, seconds, strict=True):
                    began = time.perf_counter()
                    browser.open(path)
                    if turn:
                        took.append(time.perf_counter() - began)
            few_taken, many_taken = (median(each) * 1000 for each in seconds)
            yield _row(f"{page}, first page served, SQLite", many_taken, few_taken, GOAL)
        for browser in browsers:
            browser.close()


def _row(name: str, many: float, few: float, goal: float | None) -> Row:
    return Row(name, f"{many:.2f} ms", f"{few:.2f} ms", many / few, goal)


if __name__ == "__main__":
    for row in run():
        print(f"{row.name:50} {row.ours:>10} {row.baseline:>10} {row.ratio or 0:6.2f}")
