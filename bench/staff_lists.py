"""The staff's lists of invoices and of customers with very many of them beside a thousand.

Each page of the list (a filter, an order, a search, a page further on) of the company with many is
held against the same page of the company with few, at the 95th percentile of what it takes to read
it from the database and make it ready to show. On both engines. The invoices are those of
``long_history``, spread over customers with a thousand each; one in ten is open, so that a page of
the few is full too. Customers are a tenth as many, at least a thousand, at a company of their
own.

    python -m bench.staff_lists             # 1,000 and 1,000,000
    python -m bench.staff_lists 50000       # fewer, for a look at it
"""

import sys
import time
from collections.abc import Callable, Iterator
from statistics import quantiles
from urllib.parse import parse_qs, urlsplit

from bench.lists import _postgres, _sqlite
from bench.long_history import History, write_history
from bench.row import Row
from fsm_portal import db
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.customer_word import keep_words
from fsm_portal.domain.insert_many import insert_many
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.role import Role
from fsm_portal.domain.tables import metadata
from fsm_portal.flows.customers.customer_query import CustomerQuery, customer_query
from fsm_portal.flows.customers.list_customers import list_customers
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.list_invoices import InvoiceQuery, list_invoices
from tests import cast

GOAL = 1.5
FEW, MANY = 1_000, 1_000_000
_OF_A_CUSTOMER = 1_000
_OPEN = frozenset(range(0, _OF_A_CUSTOMER, 10))
_ROUNDS = 100
_WORDS = ("Harbor", "Cedar", "Bluewater", "Élan", "Northwind", "Larkspur", "Atlas", "Juniper")

Read = Callable[[], object]

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
    ("search of a customer", InvoiceQuery(search="harbor view 0"), True),
)
CUSTOMERS: tuple[tuple[str, CustomerQuery, bool], ...] = (
    ("customers", CustomerQuery(), True),
    ("customers, latest", CustomerQuery(sort="newest"), True),
    ("search of one customer", CustomerQuery(search="cedar 77x"), True),
    # One in eight has it, and all of them are put in the order of names.
    ("search of a word that many have", CustomerQuery(search="cedar"), False),
    ("search of a telephone number", CustomerQuery(search="555 00077"), True),
    ("search of nobody", CustomerQuery(search="nobody here"), True),
)


def run(many: int = MANY) -> list[Row]:
    """Some minutes at full size, nearly all of it to write the invoices."""
    rows: list[Row] = []
    for name, engine in (("SQLite", _sqlite), ("PostgreSQL", _postgres)):
        with engine() as there:
            if there:
                rows += _measured(name, _company("few", FEW), _company("many", many))
                some = max(many // 10, FEW)
                rows += _of_customers(name, _customers("quiet", FEW), _customers("known", some))
    return rows


def _customers(slug: str, count: int) -> Company:
    company = cast.save(cast.bright_heating(slug=slug, stripe_account_id=f"acct_{slug}"))
    rows = [
        Customer(
            company_id=company.id,
            name=f"{_WORDS[at % len(_WORDS)]} House {at}x",
            contact=f"Dana {at}",
            email=f"dana{at}@{slug}.example",
            phone=f"212 555 {at:05}",
        ).model_dump()
        for at in range(count)
    ]
    with db.unit_of_work() as session:
        insert_many(session.connection(), table_of(Customer), rows)
        keep_words(session.connection(), rows)
    with db.unit_of_work() as session:
        db.refresh_statistics(session)
    return company


def _of_customers(engine: str, few: Company, many: Company) -> Iterator[Row]:
    def reads(company: Company, query: CustomerQuery) -> Read:
        return lambda: list_customers(_scope(company), query)

    for name, query, is_held in CUSTOMERS:
        yield _row(f"{name}, {engine}", [reads(each, query) for each in (many, few)], is_held)
    further = [(each, _next_customers(each)) for each in (many, few)]
    yield _row(f"customers, the next page, {engine}", [reads(*each) for each in further], True)


def _next_customers(company: Company) -> CustomerQuery:
    older = list_customers(_scope(company), CustomerQuery()).older
    after = parse_qs(urlsplit(older).query)["after"][0]
    return customer_query("all", "name", "", after, "")


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
    yield _row(f"the next page, {engine}", [_further(each) for each in (many, few)], True)


def _of(query: InvoiceQuery, company: Company) -> Read:
    """The query as it is asked of this company: of a number that it has."""
    if query.search == "{number}":
        number = list_invoices(_scope(company), InvoiceQuery()).rows[0].number
        query = InvoiceQuery(search=number)
    return lambda: list_invoices(_scope(company), query)


def _further(company: Company) -> Read:
    last = list_invoices(_scope(company), InvoiceQuery()).rows[-1].id
    return _of(InvoiceQuery(after=last), company)


def _row(name: str, asked: list[Read], is_held: bool) -> Row:
    slow, quick = _p95(asked)
    return Row(name, f"{slow:.2f} ms", f"{quick:.2f} ms", slow / quick, GOAL if is_held else None)


def _scope(company: Company) -> Scope:
    return Scope("staff", company.id, None, Role.OWNER)


def _p95(asked: list[Read]) -> list[float]:
    """Milliseconds for each, taken in turn: what else the machine does meets both."""
    seconds: list[list[float]] = [[] for _ in asked]
    for turn in range(_ROUNDS + 2):
        for read, took in zip(asked, seconds, strict=True):
            began = time.perf_counter()
            read()
            if turn > 1:  # the first ones write the statements
                took.append(time.perf_counter() - began)
    return [quantiles(each, n=20)[-1] * 1000 for each in seconds]


if __name__ == "__main__":
    for row in run(int(sys.argv[1]) if len(sys.argv) > 1 else MANY):
        print(f"{row.name:40} {row.ours:>12} {row.baseline:>12} {row.ratio or 0:6.2f}")
