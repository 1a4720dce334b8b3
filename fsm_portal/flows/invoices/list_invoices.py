"""The staff's list of invoices: searched, filtered, sorted and paged in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from sqlalchemy import select
from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.clock import today
from fsm_portal.domain.company import Company
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoices.invoice_rows import InvoiceRow, invoice_rows
from fsm_portal.flows.invoicing.bulk_view import NO_BULK, BulkView, bulk_view
from fsm_portal.flows.invoicing.list_keys import (
    DESCENDING,
    Show,
    Sort,
    page_of_keys,
    shown_ids,
    sources,
    where_it_stands,
)
from fsm_portal.flows.invoicing.list_search import Narrowing, ways
from fsm_portal.flows.keyset import address
from fsm_portal.flows.staff_desk import NO_DESK, Desk, staff_desk
from fsm_portal.gateways import formats

_invoice = table_of(Invoice)

PATH = "/dashboard/invoices/"
PAGE = 50
_LONGEST_SEARCH = 100
# What is late is asked about the other way round: what has waited longest.
_FIRST_SORT: dict[Show, Sort] = {"overdue": "due"}
_WHOLE = Narrowing("")

Key = tuple[Any, str]


@dataclass(frozen=True)
class InvoiceQuery:
    """What a list shows. Made by ``invoice_query`` from what an address says.

    ``sort`` is empty for the one that the filter begins with. ``after`` and ``before`` are the id
    of the row that one comes from, going on or coming back; empty on the first page.
    """

    show: Show = "all"
    search: str = ""
    sort: Sort | str = ""
    after: str = ""
    before: str = ""

    @property
    def sorted_by(self) -> Sort:
        chosen: Sort = next((each for each in get_args(Sort) if each == self.sort), "newest")
        return chosen if self.sort else _FIRST_SORT.get(self.show, "newest")


def invoice_query(
    show: object, search: object, sort: object = "", after: object = "", before: object = ""
) -> InvoiceQuery:
    """The query that values from outside mean; whatever makes no sense counts as absent."""
    known: Show = next((name for name in get_args(Show) if name == show), "all")
    text = ""
    if isinstance(search, str) and search.isprintable():
        text = " ".join(search[:_LONGEST_SEARCH].split())
    order = sort if sort in get_args(Sort) and isinstance(sort, str) else ""
    places = [each if isinstance(each, str) and is_id(each) else "" for each in (after, before)]
    return InvoiceQuery(known, text, order, places[0], "" if places[0] else places[1])


@dataclass(frozen=True)
class InvoiceListView:
    """One page of the list. ``place`` says in words what is on it; ``newer`` and ``older`` are
    the addresses of the pages beside it, empty where there is none."""

    loaded: bool = False
    desk: Desk = NO_DESK
    show: str = "all"
    search: str = ""
    sort: str = "newest"
    rows: tuple[InvoiceRow, ...] = ()
    place: str = ""
    newer: str = ""
    older: str = ""
    # No invoice at all yet, whatever is searched for.
    is_new: bool = False
    # Those of the page that can be sent.
    sendable_ids: tuple[str, ...] = ()
    bulk: BulkView = NO_BULK


def list_invoices(scope: Scope, query: InvoiceQuery, bulk_id: str = "") -> InvoiceListView:
    """The page that ``query`` asks for; the first one where there is nothing from there on.

    With how far the sending of many at once, ``bulk_id``, has come.
    """
    with reading() as session:
        company, desk = staff_desk(session, scope)
        narrowed = ways(session, company, query.search) if query.search else [_WHOLE]
        keys, more = _page(session, company, query, narrowed)
        if not keys and (query.after or query.before):
            query = InvoiceQuery(query.show, query.search, query.sort)
            keys, more = _page(session, company, query, narrowed)
        ids = [invoice_id for _, invoice_id in keys]
        invoices = invoices_by_id(session, company.id, ids)
        is_new = not ids and not _has_any(session, company.id)
        rows = invoice_rows(session, company, invoices)
        bulk = bulk_view(session, company, bulk_id)
    at = {
        "show": "" if query.show == "all" else query.show,
        "sort": str(query.sort),
        "q": query.search,
    }
    has_newer = bool(query.after) or (bool(query.before) and more)
    has_older = bool(query.before) or more
    return InvoiceListView(
        loaded=True,
        desk=desk,
        show=query.show,
        search=query.search,
        sort=query.sorted_by,
        rows=rows,
        place=_place(company, query, invoices),
        newer=address(PATH, **at, before=ids[0]) if ids and has_newer else "",
        older=address(PATH, **at, after=ids[-1]) if ids and has_older else "",
        is_new=is_new,
        sendable_ids=tuple(row.id for row in rows if row.sendable),
        bulk=bulk,
    )


def first_of_list(
    session: Session, company: Company, query: InvoiceQuery, count: int
) -> tuple[InvoiceRow, ...]:
    """The first ``count`` rows (a page at most) of the list that ``query`` asks for."""
    narrowed = ways(session, company, query.search) if query.search else [_WHOLE]
    keys, _ = _page(session, company, query, narrowed)
    ids = [invoice_id for _, invoice_id in keys[:count]]
    return invoice_rows(session, company, invoices_by_id(session, company.id, ids))


def _page(
    session: Session, company: Company, query: InvoiceQuery, narrowed: Sequence[Narrowing]
) -> tuple[list[Key], bool]:
    """The keys of the page in the order of the list, and whether others follow where one goes."""
    sort, onward = query.sorted_by, not query.before
    values: dict[str, Any] = {"company_id": company.id, "day": today(company.time_zone)}
    stands = query.after or query.before
    if stands:
        row = session.connection().execute(where_it_stands(sort), values | {"id": stands}).first()
        if row is None:
            return [], False
        values |= {"at": row.sorted_by, "tie": stands}
    shown = shown_ids(session, company.id, query.show)
    if shown is not None:
        values["shown"] = shown
    found: set[Key] = set()
    for each in narrowed:
        for of in sources(query.show):
            statement = page_of_keys(
                of,
                query.show,
                sort,
                each.kind,
                bool(stands),
                onward,
                PAGE + 1,
                among=shown is not None,
            )
            rows = session.connection().execute(statement, values | each.values)
            found |= {(row.sorted_by, row.id) for row in rows}
    # The way one goes: on where the list descends, from the greatest.
    ordered = sorted(found, reverse=DESCENDING[sort] == onward)
    page, more = ordered[:PAGE], len(ordered) > PAGE
    return (page if onward else page[::-1]), more


def invoices_by_id(session: Session, company_id: str, ids: list[str]) -> list[Invoice]:
    """The company's invoices with these ids, in the order of ``ids``."""
    found = {
        invoice.id: invoice
        for invoice in session.scalars(
            select(Invoice).where(_invoice.c.company_id == company_id, _invoice.c.id.in_(ids))
        )
    }
    return [found[invoice_id] for invoice_id in ids]


def _place(company: Company, query: InvoiceQuery, invoices: Sequence[Invoice]) -> str:
    """What is on the page, in words: ``50 invoices, Nov 22, 2026 to Oct 2, 2026``."""
    if not invoices:
        return ""
    count = f"{len(invoices)} invoice{'' if len(invoices) == 1 else 's'}"
    ends = (invoices[0], invoices[-1])
    match query.sorted_by:
        case "newest":
            said = [formats.day(each.issue_date, company.locale) for each in ends]
        case "due":
            said = [f"due {formats.day(ends[0].due_date, company.locale)}"]
            said.append(formats.day(ends[1].due_date, company.locale))
        case "amount":
            said = [formats.money(each.total, each.currency, company.locale) for each in ends]
        case _:
            return count
    return f"{count}, {said[0]}" if len(invoices) == 1 else f"{count}, {said[0]} to {said[1]}"


def _has_any(session: Session, company_id: str) -> bool:
    one = select(_invoice.c.id).where(_invoice.c.company_id == company_id).limit(1)
    return session.connection().execute(one).first() is not None
