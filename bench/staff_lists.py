"""The staff's list of invoices with a million of them beside a thousand.

Each page of the list (a filter, an order, a search, a page further on) of the company with many is
held against the same page of the company with few, at the 95th percentile of what it takes to read
it from the database and make it ready to show. On both engines. The invoices are those of
``long_history``, spread over customers with a thousand each; one in ten is open, so that a page of
the few is full too.

    python -m bench.staff_lists             # 1,000 and 1,000,000
    python -m bench.staff_lists 50000       # fewer, for a look at it
"""

import sys
import time
from collections.abc import Iterator
from statistics import quantiles

from bench.lists import _postgres, _sqlite
from bench.long_history import History, write_history
from bench.row import Row
from fsm_portal import db
from fsm_portal.domain.company import Company
from fsm_portal.domain.role import Role
from fsm_portal.domain.tables import metadata
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.list_invoices import InvoiceQuery, list_invoices
from tests import cast

GOAL = 1.5
FEW, MANY = 1_000, 1_000_000
_OF_A_CUSTOMER = 1_000
_OPEN = frozenset(range(0, _OF_A_CUSTOMER, 10))
_ROUNDS = 100

# Name, the query; whether it is held to the goal.
QUERIES: tuple[tuple[str, InvoiceQuery, bool], ...] = (
    ("newest", InvoiceQuery(), True),
    ("largest", InvoiceQuery(sort="amount"), True),
    ("due soonest", InvoiceQuery(sort="due"), True),
    ("by customer", InvoiceQuery(sort="customer"), True),
    ("unpaid", InvoiceQuery(show="unpaid"), True),
    ("unpaid, largest", InvoiceQuery(show="unpaid", sort="amount"), True),
    ("unpaid, by customer", InvoiceQuery(show="unpaid", sort="customer"), True),
    ("overdue", InvoiceQuery(show="overdue"), True),
    ("paid", InvoiceQuery(show="paid"), True),
    ("drafts", InvoiceQuery(show="draft"), True),
    ("void", InvoiceQuery(show="void"), True),
    ("processing", InvoiceQuery(show="processing"), True),
    ("search of a number", InvoiceQuery(search="{number}"), True),
    ("search of an amount", InvoiceQuery(search="280.00"), True),
    # It goes through the customers, of whom there are a thousand times as many.
    ("search of a customer", InvoiceQuery(search="harbor view 0"), False),
)


def run(many: int = MANY) -> list[Row]:
    """Some minutes at full size, nearly all of it to write the invoices."""
    rows: list[Row] = []
    for name, engine in (("SQLite", _sqlite), ("PostgreSQL", _postgres)):
        with engine() as there:
            if there:
                rows += _measured(name, _company("few", FEW), _company("many", many))
    return rows


def _company(slug: str, count: int) -> Company:
    metadata.create_all(db.engine())
    company = cast.save(cast.bright_heating(slug=slug, stripe_account_id=f"acct_{slug}"))
    for at in range(max(count // _OF_A_CUSTOMER, 1)):
        customer = cast.save(
            cast.harbor_view(company, name=f"Harbor View {at}", email=f"dana{at}@{slug}.example")
        )
        write_history(company, customer, History(_OF_A_CUSTOMER, _OPEN, ended=at % 90))
    return company


def _measured(engine: str, few: Company, many: Company) -> Iterator[Row]:
    for name, query, is_held in QUERIES:
        yield _row(f"{name}, {engine}", [_of(query, each) for each in (many, few)], is_held)
    further = [
        (each, InvoiceQuery(after=list_invoices(_scope(each), InvoiceQuery()).rows[-1].id))
        for each in (many, few)
    ]
    yield _row(f"the next page, {engine}", further, True)


def _of(query: InvoiceQuery, company: Company) -> tuple[Company, InvoiceQuery]:
    """The query as it is asked of this company: of a number that it has."""
    if query.search != "{number}":
        return company, query
    number = list_invoices(_scope(company), InvoiceQuery()).rows[0].number
    return company, InvoiceQuery(search=number)


def _row(name: str, asked: list[tuple[Company, InvoiceQuery]], is_held: bool) -> Row:
    slow, quick = _p95(asked)
    return Row(name, f"{slow:.2f} ms", f"{quick:.2f} ms", slow / quick, GOAL if is_held else None)


def _scope(company: Company) -> Scope:
    return Scope("staff", company.id, None, Role.OWNER)


def _p95(asked: list[tuple[Company, InvoiceQuery]]) -> list[float]:
    """Milliseconds for each, taken in turn: what else the machine does meets both."""
    seconds: list[list[float]] = [[] for _ in asked]
    for turn in range(_ROUNDS + 2):
        for (company, query), took in zip(asked, seconds, strict=True):
            began = time.perf_counter()
            list_invoices(_scope(company), query)
            if turn > 1:  # the first ones write the statements
                took.append(time.perf_counter() - began)
    return [quantiles(each, n=20)[-1] * 1000 for each in seconds]


if __name__ == "__main__":
    for row in run(int(sys.argv[1]) if len(sys.argv) > 1 else MANY):
        print(f"{row.name:40} {row.ours:>12} {row.baseline:>12} {row.ratio or 0:6.2f}")
