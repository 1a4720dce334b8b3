"""The pages that the office sits before all day: each list in its filters, orders and searches."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import get_args
from urllib.parse import parse_qs, urlsplit

from fsm_portal.flows.customers.customer_query import customer_query
from fsm_portal.flows.customers.list_customers import list_customers
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.invoices.list_invoices import invoice_query, list_invoices
from fsm_portal.flows.invoicing.list_keys import Show, Sort
from fsm_portal.flows.jobs.list_jobs import ShowJobs, job_query, list_jobs
from fsm_portal.flows.overview.show_overview import show_overview
from fsm_portal.flows.payments.list_keys import Show as ShowPayments
from fsm_portal.flows.payments.list_payments import list_payments, payment_query

FEW, SOME = 1_000, 10_000

Read = Callable[[Identity], object]


@dataclass(frozen=True)
class Page:
    """``few`` invoices are what its time is held against."""

    name: str
    read: Read
    few: int = FEW


def pages() -> Iterator[Page]:
    yield Page("overview", lambda who: show_overview(who.scope))
    for show in get_args(Show):
        for sort in get_args(Sort):
            yield Page(f"invoices, {show}, by {sort}", _invoices(show, "", sort))
    yield Page("invoices, the next page", _next_invoices)
    for what, search, few in (
        ("a number", "INV-0000901", FEW),
        ("an amount", "990.13", FEW),
        ("one customer", "cedar 41x", FEW),
        ("a word that many customers have", "cedar", FEW),
        ("nothing", "nobody here", FEW),
    ):
        yield Page(f"invoices, {what} searched for", _invoices("all", search), few)
    for show in get_args(ShowPayments):
        yield Page(f"payments, {show}", _payments(show))
    yield Page("payments, the next page", _next_payments)
    for what, search, few in (
        ("a reference", "pi_857", FEW),
        ("an invoice", "INV-0000857", FEW),
        ("an amount", "990.13", FEW),
        ("one customer", "cedar 41x", FEW),
        ("a word that many customers have", "cedar", FEW),
        ("nothing", "nobody here", FEW),
    ):
        yield Page(f"payments, {what} searched for", _payments("all", search), few)
    # A hundred customers, or a thousand, where a page of fifty has to be full.
    for show, sort in (("all", "name"), ("all", "newest"), ("owing", ""), ("overdue", "")):
        yield Page(f"customers, {show} {sort}".strip(), _customers(show, sort), SOME)
    yield Page("customers, the next page", _next_customers, SOME)
    for what, search in (
        ("one", "cedar 41x"),
        ("a word that many have", "cedar"),
        ("a telephone number", "555 000041"),
        ("nobody", "nobody here"),
    ):
        yield Page(f"customers, {what} searched for", _customers("all", "name", search), SOME)
    for show in get_args(ShowJobs):
        yield Page(f"jobs, {show}", _jobs(show))
    for what, show, search in (
        ("a word of many titles", "completed", "boiler"),
        ("one title", "completed", "901v"),
        ("a title and a customer", "completed", "flue 41x"),
        ("a word that many customers have", "completed", "cedar"),
        ("a word of many titles", "upcoming", "boiler"),
        ("nothing", "upcoming", "nobody here"),
    ):
        yield Page(f"jobs, {show}, {what} searched for", _jobs(show, search), SOME)


def _invoices(show: str, search: str = "", sort: str = "") -> Read:
    query = invoice_query(show, search, sort)
    return lambda who: list_invoices(who.scope, query)


def _next_invoices(who: Identity) -> object:
    after = _place(list_invoices(who.scope, invoice_query("all", "")).older, "after")
    return list_invoices(who.scope, invoice_query("all", "", "", after))


def _payments(show: str, search: str = "") -> Read:
    query = payment_query(show, search)
    return lambda who: list_payments(who.scope, query)


def _next_payments(who: Identity) -> object:
    before = _place(list_payments(who.scope, payment_query("all")).older, "before")
    return list_payments(who.scope, payment_query("all", "", before))


def _customers(show: str, sort: str, search: str = "") -> Read:
    query = customer_query(show, sort, search, "", "")
    return lambda who: list_customers(who.scope, query)


def _next_customers(who: Identity) -> object:
    older = list_customers(who.scope, customer_query("all", "name", "", "", "")).older
    return list_customers(who.scope, customer_query("all", "name", "", _place(older, "after"), ""))


def _jobs(show: str, search: str = "") -> Read:
    return lambda who: list_jobs(who.scope, job_query(show, search, "", "", who.person_id))


def _place(address: str, name: str) -> str:
    """Where the page beside this one begins."""
    return parse_qs(urlsplit(address).query)[name][0]


def real_pages() -> Iterator[Page]:
    """Of a merchant whose invoices were imported: all are still to be paid."""
    yield Page("overview", lambda who: show_overview(who.scope))
    for show in ("all", "unpaid", "overdue"):
        for sort in get_args(Sort):
            yield Page(f"invoices, {show}, by {sort}", _invoices(show, "", sort))
    yield Page("invoices, the next page", _next_invoices)
    for what, search in (("a number", "4894"), ("a customer", "customer 13"), ("nothing", "boo")):
        yield Page(f"invoices, {what} searched for", _invoices("all", search))
    for show, sort in (("all", "name"), ("all", "newest"), ("owing", ""), ("overdue", "")):
        yield Page(f"customers, {show} {sort}".strip(), _customers(show, sort))
